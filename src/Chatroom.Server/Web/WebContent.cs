using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Chatroom.Server.Web;

/// <summary>One file of the page: where its bytes are, what it is, and how long a browser may keep it.</summary>
/// <param name="Compressed">The bytes are Brotli (RFC 7932); else as they are.</param>
/// <param name="Tag">Made of the bytes when first asked for: a server that nobody visits reads none of them.</param>
/// <param name="Fingerprinted">The name changes with the content, so it may be kept for ever.</param>
public sealed record WebFile(string Path, Func<Stream> Open, long Length, bool Compressed, string Type, Lazy<string> Tag, bool Fingerprinted)
{
    public string ETag => Tag.Value;
}

/// <summary>
/// The files of the web client, as they lie in an assembly's resources. They are read from the executable's image, so that they cost no memory of their own.
/// </summary>
public sealed class WebContent
{
    private readonly Dictionary<string, WebFile> files;
    private readonly Lazy<string?> build;

    private WebContent(Dictionary<string, WebFile> files)
    {
        this.files = files;
        build = new Lazy<string?>(() => files.Count == 0 ? null : Digest(files.Values));
    }

    /// <summary>Nothing: a server without a page.</summary>
    public static WebContent None { get; } = new([]);

    public bool IsEmpty => files.Count == 0;

    /// <summary>Changes with any of the files; null without files.</summary>
    public string? Build => build.Value;

    /// <summary>The resources whose names begin with <paramref name="prefix"/>; those that end in <c>.br</c> are Brotli.</summary>
    public static WebContent FromResources(Assembly assembly, string prefix)
    {
        var files = new Dictionary<string, WebFile>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var compressed = name.EndsWith(".br", StringComparison.Ordinal);
            var path = "/" + name[prefix.Length..(compressed ? ^3 : ^0)];
            Stream Open() => assembly.GetManifestResourceStream(name)!;
            using var stream = Open();
            files[path] = new WebFile(path, Open, stream.Length, compressed, TypeOf(path), new Lazy<string>(() => TagOf(Open)), IsFingerprinted(path));
        }

        return new WebContent(files);
    }

    /// <summary>The file at a path such as <c>/index.html</c>; null when there is none.</summary>
    public WebFile? Find(string path) => files.GetValueOrDefault(path);

    /// <summary>The bytes, decompressed, for clients that know no Brotli.</summary>
    public static Stream Plain(WebFile file) => file.Compressed ? new BrotliStream(file.Open(), CompressionMode.Decompress) : file.Open();

    private static string TagOf(Func<Stream> open)
    {
        using var stream = open();
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(stream).AsSpan(0, 12))}\"";
    }

    private static string Digest(IEnumerable<WebFile> files)
    {
        var all = string.Concat(files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => f.Path + f.ETag));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 8));
    }

    // The build puts ten letters or digits before the extension: dotnet.native.rw4kynp763.wasm.
    private static bool IsFingerprinted(string path)
    {
        var parts = path[(path.LastIndexOf('/') + 1)..].Split('.');
        return path.StartsWith("/_framework/", StringComparison.Ordinal) && parts.Length >= 3 && parts[^2].Length == 10 && parts[^2].All(char.IsAsciiLetterOrDigit);
    }

    private static string TypeOf(string path) => path[path.LastIndexOf('.')..] switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".json" => "application/json",
        ".webmanifest" => "application/manifest+json",
        ".wasm" => "application/wasm",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".woff2" => "font/woff2",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
