using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

// Packs a published web client for being fetched: WebPack FOLDER, where FOLDER is its wwwroot. Run by the build of the executable.
// 1. All assemblies become one file: together they compress a fourteenth better than one by one, and come in one request (docs/WEB.md has the figures).
// 2. All style sheets that the page names become one.
// 3. The page names what .NET will ask for, so that the browser fetches it before any script has run.
var root = args[0];
var framework = Path.Combine(root, "_framework");
var page = Path.Combine(root, "index.html");
var html = File.ReadAllText(page);

var assemblies = Directory.GetFiles(framework, "*.wasm").Where(file => !Path.GetFileName(file).StartsWith("dotnet.native.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
var bundle = Bundle(assemblies);
var bundleName = $"assemblies.{Fingerprint(bundle)}.dat";
Write(Path.Combine(framework, bundleName), bundle);
foreach (var file in assemblies)
{
    Delete(file);
}

var sheets = Regex.Matches(html, "  <link rel=\"stylesheet\" href=\"/([^\"]+)\">\n");
var css = string.Concat(sheets.Select(sheet => File.ReadAllText(Path.Combine(root, sheet.Groups[1].Value)).TrimEnd() + "\n"));
Write(Path.Combine(root, "css", "page.css"), Encoding.UTF8.GetBytes(css));
html = html.Remove(sheets[0].Index, sheets[^1].Index + sheets[^1].Length - sheets[0].Index).Insert(sheets[0].Index, "  <link rel=\"stylesheet\" href=\"/css/page.css\">\n");
foreach (Match sheet in sheets)
{
    Delete(Path.Combine(root, sheet.Groups[1].Value));
}

string Named(string pattern) => Path.GetFileName(Directory.GetFiles(framework, pattern).Single());
var scripts = new[] { "dotnet.js", Named("dotnet.runtime.*.js"), Named("dotnet.native.*.js") };
var loads = new StringBuilder();
foreach (var file in new[] { bundleName, Named("dotnet.native.*.wasm") })
{
    loads.Append($"  <link rel=\"preload\" href=\"/_framework/{file}\" as=\"fetch\" crossorigin=\"anonymous\">\n");
}

foreach (var file in scripts)
{
    loads.Append($"  <link rel=\"modulepreload\" href=\"/_framework/{file}\">\n");
}

const string Place = "  <!-- Here the build names what .NET asks for. -->\n";
if (!html.Contains(Place, StringComparison.Ordinal))
{
    throw new InvalidDataException($"{page} has no place for the names of files.");
}

Write(page, Encoding.UTF8.GetBytes(html.Replace(Place, loads.ToString(), StringComparison.Ordinal)));
return 0;

// Four bytes: the length of the index (little-endian); the index, JSON: name → [offset, length] in what follows; the files.
static byte[] Bundle(IReadOnlyList<string> files)
{
    using var content = new MemoryStream();
    var index = new Dictionary<string, int[]>();
    foreach (var file in files)
    {
        var bytes = File.ReadAllBytes(file);
        index.Add(Path.GetFileName(file), [(int)content.Length, bytes.Length]);
        content.Write(bytes);
    }

    var json = JsonSerializer.SerializeToUtf8Bytes(index);
    return [.. BitConverter.GetBytes(json.Length), .. json, .. content.ToArray()];
}

// Ten characters, as the SDK's own fingerprints have: the server lets such files be kept for ever.
static string Fingerprint(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..10];

static void Write(string path, byte[] bytes)
{
    File.WriteAllBytes(path, bytes);
    var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
    if (!BrotliEncoder.TryCompress(bytes, compressed, out var length, quality: 11, window: 24))
    {
        throw new InvalidOperationException($"{path} could not be compressed.");
    }

    File.WriteAllBytes(path + ".br", compressed[..length]);
}

static void Delete(string path)
{
    File.Delete(path);
    File.Delete(path + ".br");
    File.Delete(path + ".gz");
}
