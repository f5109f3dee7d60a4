using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>Loads modules of <c>wwwroot/js</c>, each once. Their functions can be called from C# only after that.</summary>
internal static class Modules
{
    private static readonly Dictionary<string, Task<JSObject>> Loaded = new(StringComparer.Ordinal);

    public static Task LoadAsync(string name)
    {
        if (!Loaded.TryGetValue(name, out var loading))
        {
            // The path is seen from _framework/.
            Loaded.Add(name, loading = JSHost.ImportAsync(name, $"../js/{name}.js"));
        }

        return loading;
    }
}
