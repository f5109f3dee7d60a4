using System.Text;
using CsCheck;

namespace Chatroom.Tests.Connections.Classic;

internal static class Hostile
{
    public static readonly string[] Fragments =
    [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "98", "99", "ann", "bob", "\r\n", "\n", "\n\n", "\t", "5", "12", "-1", "99999999999999999999", "70000", "52428801",
        "text", "中", "😀", "[emoji-happy]", "note.txt", "\0", "\r",
    ];

    /// <summary>Pieces of requests, of other things, and of both.</summary>
    public static readonly Gen<byte[]> Pieces = Gen.Frequency(
        (3, Choice.Of(Fragments).Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)))),
        (1, Gen.Byte.Array[0, 200]),
        (1, Gen.Select(Choice.Of(Fragments).Array[0, 10], Gen.Byte.Array[0, 20], (parts, junk) => (byte[])[.. Encoding.UTF8.GetBytes(string.Concat(parts)), .. junk])));
}
