using System.Security.Cryptography;

namespace Chatroom.WebTests.Harness;

/// <summary>Names that nothing else on the server has.</summary>
public static class Unique
{
    private static int last;

    /// <summary>32 lowercase hexadecimal digits.</summary>
    public static string ClientId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Of a fixed length, so that none is a piece of another.</summary>
    public static string Name(string stem) => $"{stem}{Interlocked.Increment(ref last):000}";
}
