using System.Diagnostics;

namespace Chatroom.Faults.Running;

/// <summary>The shims in C of <c>Shim/</c>, compiled when they are needed.</summary>
public static class Shim
{
    /// <summary>Compiles a shim with <c>cc</c> into a folder and returns the library's path.</summary>
    public static async Task<string> CompileAsync(string name, string folder)
    {
        var library = Path.Combine(folder, name + ".so");
        var source = Path.Combine(Repository.Root, "tests", "Chatroom.Faults", "Shim", name + ".c");
        using var compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, source, "-ldl"])
        {
            RedirectStandardError = true,
        })!;
        var said = await compiler.StandardError.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        Assert.True(compiler.ExitCode == 0, said);
        return library;
    }
}
