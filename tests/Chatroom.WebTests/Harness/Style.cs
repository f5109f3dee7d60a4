namespace Chatroom.WebTests.Harness;

/// <summary>What a person's browser is like.</summary>
public sealed record Style
{
    public int Width { get; init; } = 1360;

    public int Height { get; init; } = 820;

    public string Locale { get; init; } = "en-US";

    public bool Dark { get; init; }

    /// <summary>A finger instead of a mouse.</summary>
    public bool Touch { get; init; }

    /// <summary>The service worker is let in; without it pages load quicker and requests can be caught.</summary>
    public bool Worker { get; init; }

    /// <summary>By the port with TLS and its self-signed certificate.</summary>
    public bool Tls { get; init; }

    public string[] Permissions { get; init; } = [];

    /// <summary>Runs in every page before its own scripts.</summary>
    public string? InitScript { get; init; }

    public static Style Phone { get; } = new() { Width = 390, Height = 844, Touch = true };

    public static Style Chinese { get; } = new() { Locale = "zh-CN" };
}
