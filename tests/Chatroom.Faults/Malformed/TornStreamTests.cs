using System.Buffers.Binary;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Malformed;

/// <summary>Connections of strangers that send no frames, halves of frames, or lengths that are lies.</summary>
public sealed class TornStreamTests(ITestOutputHelper output)
{
    private const int Each = 20;
    private const int Seed = 5;

    // What one connection may hold before sign-in: the largest LOGIN, TLS records and pipes on the way.
    private const long ConnectionKib = 64 + 192;

    // Certificates' handshakes, compiled code, garbage.
    private const long OthersKib = 48 * 1024;

    private static readonly string[] Kinds = ["noise", "negative", "huge", "short", "half", "largest LOGIN", "unknown", "glued"];

    [Theory]
    [InlineData(ChannelKind.Native)]
    [InlineData(ChannelKind.WebSocket)]
    public async Task Torn_and_lying_streams_cost_a_bounded_amount_are_refused_in_their_code_and_disturb_nobody(ChannelKind kind)
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        await using var witness = await People.RegisterAsync(address, "witness");
        var random = new Random(Seed);
        var (held, unknown) = (new List<RawClient>(), new List<RawClient>());
        var refused = 0;
        var before = server.MemoryKib("VmRSS");
        for (var i = 0; i < Each * Kinds.Length; i++)
        {
            var stranger = await RawClient.OpenAsync(address, kind);
            var what = Kinds[i % Kinds.Length];
            await stranger.SendRawAsync(Bytes(what, random));
            if (what is "negative" or "huge" or "short" || (kind == ChannelKind.WebSocket && what is "half" or "largest LOGIN" or "glued"))
            {
                await stranger.EventAsync(Wire.FrameInvalid, body => body.Text("text").Length > 0);
                await stranger.ClosedAsync();
                await stranger.DisposeAsync();
                refused++;
            }
            else
            {
                held.Add(stranger);
                if (what == "unknown")
                {
                    unknown.Add(stranger);
                }
            }

            if (i % Kinds.Length == 0)
            {
                await witness.SayAsync(witness.Lobby, $"still here after {i}");
            }
        }

        Assert.NotEmpty(unknown);
        foreach (var one in unknown)
        {
            Assert.Equal(Wire.NotSignedIn, (await one.ReplyAsync(77)).Code);
        }

        var grown = server.MemoryKib("VmHWM") - before;
        output.WriteLine($"{held.Count} connections held open, {refused} refused, {grown} KiB more at most");
        Assert.True(grown < (held.Count * ConnectionKib) + OthersKib, $"The server grew by {grown} KiB.");
        foreach (var one in held)
        {
            await one.DisposeAsync();
        }

        await witness.SayAsync(witness.Lobby, "after all of them");
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    private static byte[] Bytes(string what, Random random) => what switch
    {
        "noise" => Noise(random),
        "negative" => Header(0x8000_0000u + (uint)random.Next()),
        "huge" => Header(6 + 262_144 + 1 + (uint)random.Next(1 << 20)),
        "short" => Header((uint)random.Next(6)),
        "half" => RawFrame.Encode(Wire.Login, 1, new byte[1_000])[..random.Next(11, 900)],
        "largest LOGIN" => RawFrame.Encode(Wire.Login, 1, new byte[65_536])[..60_000],
        "unknown" => RawFrame.Encode(random.Next(70, 90), 77, "{}"u8),
        _ => [.. RawFrame.Encode(Wire.Ping, 1, []), .. RawFrame.Encode(Wire.Ping, 2, [])[..7]],
    };

    // The first byte makes it no length that is out of bounds: the server has to wait for more.
    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 900)];
        random.NextBytes(bytes);
        return bytes.Length < 4 ? bytes : [0, 0, 15, 0, 0, Wire.Register, .. bytes];
    }

    private static byte[] Header(uint length)
    {
        var bytes = new byte[RawFrame.HeaderBytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), Wire.Login);
        return bytes;
    }
}
