using System.Security.Cryptography;

namespace Chatroom.Conformance.Harness;

/// <summary>Names that nothing else on the server has.</summary>
public static class Unique
{
    /// <summary>32 lowercase hexadecimal digits.</summary>
    public static string ClientId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static string Word() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz", 10);

    public static string Password() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 14);
}
