using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Chatroom.Server.Connections;

/// <summary>
/// Lets OpenSSL give a connection's two buffers of 16 KiB back while nothing is read or written (SSL_MODE_RELEASE_BUFFERS, SSL_CTX_set_mode(3)): more than half of
/// what an idle connection costs (docs/PERFORMANCE.md). .NET has no setting for it, so the mode is set on the connection that an <see cref="SslStream"/> holds in a private field;
/// where that is not what it was in .NET 10 on Linux, or another OpenSSL is used, the buffers stay, and everything else is as before.
/// </summary>
internal static unsafe class TlsBuffers
{
    private const int SetMode = 33; // SSL_CTRL_MODE
    private const int ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS

    private static readonly FieldInfo? Context = typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly Lazy<nint> Control = new(FindControl);

    /// <summary>Called once the handshake is over.</summary>
    /// <returns>Whether the mode is set.</returns>
    public static bool Release(SslStream stream)
    {
        if (!OperatingSystem.IsLinux() || Control.Value == 0 || Context?.GetValue(stream) is not SafeHandle { IsInvalid: false } handle)
        {
            return false;
        }

        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            var control = (delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint>)Control.Value;
            return (control(handle.DangerousGetHandle(), SetMode, ReleaseBuffers, 0) & ReleaseBuffers) != 0;
        }
        catch (ObjectDisposedException)
        {
            return false; // The other side went away meanwhile.
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    // The very library that .NET has loaded, and only when there is no doubt which: the connection's memory is its own matter.
    private static nint FindControl()
    {
        var loaded = File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(path => Path.GetFileName(path).StartsWith("libssl.so.3", StringComparison.Ordinal)).Distinct().ToList();
        return loaded is [var path] && NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, "SSL_ctrl", out var control) ? control : 0;
    }
}
