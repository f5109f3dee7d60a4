using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Chatroom.Bench.Floors;

/// <summary>What Kestrel costs when nothing is done with it: one byte after the handshake, or a file that is written and read as it is.</summary>
internal static class BareServer
{
    /// <summary>Verbs of this executable: PORT FOLDER follow.</summary>
    public const string Handshakes = "serve-handshakes";

    /// <inheritdoc cref="Handshakes"/>
    public const string Files = "serve-files";

    /// <summary>Accepts, shakes hands, writes one byte and closes.</summary>
    public static Task HandshakesAsync(int port, string folder) => RunAsync(port, folder, listen => listen.Run(async connection =>
    {
        await connection.Transport.Output.WriteAsync(new byte[] { 1 });
        await connection.Transport.Output.CompleteAsync();
    }), _ => { });

    /// <summary>PUT writes a file and answers when it is on the disk; GET sends it.</summary>
    public static Task FilesAsync(int port, string folder)
    {
        var path = Path.Combine(folder, "content");
        return RunAsync(port, folder, listen => listen.Protocols = HttpProtocols.Http1, app => app.Run(async http =>
        {
            if (http.Request.Method == HttpMethods.Put)
            {
                await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous });
                await http.Request.Body.CopyToAsync(file, 64 * 1024, http.RequestAborted);
                file.Flush(flushToDisk: true);
                http.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            else
            {
                http.Response.ContentLength = new FileInfo(path).Length;
                await http.Response.SendFileAsync(path, http.RequestAborted);
            }
        }));
    }

    private static async Task RunAsync(int port, string folder, Action<ListenOptions> listening, Action<WebApplication> handling)
    {
        using var pem = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        var context = SslStreamCertificateContext.Create(pem, null, offline: true);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = context,
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        ApplicationProtocols = [new SslApplicationProtocol("chatroom/3"), SslApplicationProtocol.Http11],
                    }),
                });
                listening(listen);
            });
        });
        await using var app = builder.Build();
        handling(app);
        await app.RunAsync();
    }
}
