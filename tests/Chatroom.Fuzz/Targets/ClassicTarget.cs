using System.Text;
using Chatroom.Fuzz.Engine;
using Chatroom.Server.Connections.Classic;

namespace Chatroom.Fuzz.Targets;

internal sealed class ClassicTarget : Target
{
    public override string Name => "classic";

    public override string Promise => "Bytes of Chatroom 2.0, cut anywhere, are requests or a Wrong; never more than the bound is held, a file's pieces are exactly its bytes.";

    public override IEnumerable<byte[]> Seeds => new[]
    {
        "1ann\r\nsecret\n\n", "2ann\r\nsecret\n\n", "3\r\n5\n\nhello", "3bob\r\n3\n\n中中中4\n\n", "6\r\n13\n\n[emoji-happy]", "7\r\nnote.txt\r\n4\n\nabcd8\n\n", "7\r\nno\r\n0\n\n",
        "5\n\nann", "0\n\nann", "9\n\nann\r\nbob", "98ann\r\nbob\n\n", "99\n\nann\r\nnote.txt", "99\n\nann\r\nnote.txt4\n\n", "3\r\n70000\n\nx", "7\r\na\r\n99999999\n\nx", "3\r\n-1\n\n", "\n\n",
    }.Select(text => (byte[])[4, .. Encoding.UTF8.GetBytes(text)]);

    public override IReadOnlyList<string> Words { get; } = ["\r\n", "\n\n", "1ann", "98", "99\n\n", "7\r\n", "3\r\n", "6\r\n", "5\n\nann", "note.txt", "[emoji-happy]", "65536", "65537", "52428800", "52428801", "17179869184", "\t", "中"];

    // The header is read anew with each piece of its body.
    public override long Allocates(int length) => (1 << 20) + (length * (64L + (8L * length)));

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var cut = 1 + reader.Byte();
        var bytes = reader.Rest();
        var decoder = new ClassicDecoder { User = "ann", KnowsFile = name => name == "note.txt" };
        for (var at = 0; at < bytes.Length; at += cut)
        {
            var piece = bytes.AsMemory(at, Math.Min(cut, bytes.Length - at));
            piece.CopyTo(decoder.Room());
            decoder.Filled(piece.Length);
            Drain(decoder, settled: false);
        }

        Drain(decoder, settled: true);
    }

    private static void Drain(ClassicDecoder decoder, bool settled)
    {
        long left = 0;
        while (true)
        {
            var (before, inFile) = (decoder.Buffered, decoder.InFile);
            if (decoder.Read(settled, out var request) != ClassicStatus.Request)
            {
                break;
            }

            Promised.That(decoder.Buffered < before || inFile, "A request was made of nothing: the next read would make it again.");
            switch (request)
            {
                case ClassicRequest.File file:
                    Promised.That(file.Size is >= 0 and <= ClassicDecoder.MaxFile && decoder.InFile, "A file of this size is not taken.");
                    left = file.Size;
                    Promised.That(Texts(ClassicText.FileName(file.Name)), "The name made of a file's name is none.");
                    break;
                case ClassicRequest.FilePiece piece:
                    Promised.That(piece.Last != decoder.InFile, "The last piece ends the file.");
                    break;
                case ClassicRequest.Text text:
                    Promised.That(text.Body.Length <= 2 * ClassicDecoder.MaxText, "A text is longer than its bound.");
                    Speak(text.Body);
                    break;
                case ClassicRequest.Wrong wrong:
                    Promised.That((int)wrong.Answer is 900 or 602 or 702, "What is wrong has another code.");
                    break;
            }
        }

        Promised.That(decoder.Buffered is >= 0 and <= ClassicDecoder.MaxBuffered, "More is held than the bound.");
        Promised.That(left >= 0, "A file was longer than announced.");
    }

    // What others get of it, and what goes back to clients of Chatroom 2.0.
    private static void Speak(string text)
    {
        var clean = ClassicText.Incoming(text);
        Promised.That(Chatroom.Server.Rooms.Texts.IsClean(clean), "A text from Chatroom 2.0 holds what no text may hold.");
        Promised.That(string.Concat(ClassicText.Messages(clean)) == clean, "A text was cut into messages that are not the text.");
        foreach (var message in ClassicText.Lines("ann", ClassicText.Outgoing(clean)).Concat(ClassicText.Private("ann", ClassicText.Outgoing(clean))))
        {
            Promised.That(message.Length <= ClassicMessage.Size, "A message is longer than one read of a client.");
        }
    }

    private static bool Texts(string name) => Chatroom.Server.Rooms.Texts.IsFileName(name);
}
