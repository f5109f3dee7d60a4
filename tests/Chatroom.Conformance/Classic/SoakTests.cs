using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Chatroom.Conformance.Classic;

// Fifty readers that have to be in time: an original client takes what comes within 250 ms for one message.
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
public sealed class SoakCollection;

/// <summary>Many classic clients at once: every read of every one gives exactly one message, and none is missing.</summary>
public abstract class SoakTests(Harness.ServerFixture server) : ClassicTest(server)
{
    private const int People = 50;
    private const int Messages = 20;

    [Fact]
    public async Task Fifty_clients_that_send_at_once_get_every_message_of_the_others_once_and_none_glued()
    {
        var clients = new ConcurrentBag<ClassicClient>();
        for (var i = 0; i < People; i++)
        {
            clients.Add(Classic());
        }

        var all = clients.ToList();
        foreach (var client in all)
        {
            // Everyone has been shown everyone, or was there before.
            client.Until(() => client.Messages.Count(m => m.Raw.StartsWith("105", StringComparison.Ordinal)) + Listed(client) >= People, "everyone");
        }

        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = People }, (client, _) =>
        {
            for (var i = 0; i < Messages; i++)
            {
                client.Say($"{client.Name} {i}");
            }

            return ValueTask.CompletedTask;
        });
        var expected = all.ToDictionary(c => c.Name, c => all.Where(o => o != c).SelectMany(o => Enumerable.Range(0, Messages).Select(i => $"{o.Name} {i}")).Order().ToList());
        foreach (var client in all)
        {
            client.Until(() => client.Messages.Count(m => m.Raw.StartsWith("301", StringComparison.Ordinal)) >= expected[client.Name].Count, "all messages");
            var said = client.Messages.Where(m => m.Raw.StartsWith("301", StringComparison.Ordinal)).Select(Text).ToList();
            Assert.Equal(expected[client.Name], said.Order());

            // In the order each sender wrote them.
            Assert.All(said.GroupBy(s => s.Split(' ')[0]), g => Assert.Equal(Enumerable.Range(0, Messages), g.Select(s => int.Parse(s.Split(' ')[1]))));
        }
    }

    private static int Listed(ClassicClient client) => client.Messages.First(m => m.Raw.StartsWith("401", StringComparison.Ordinal)).Raw.Split("\r\n").Length;

    private static string Text(ClassicMessage message)
    {
        var match = Regex.Match(message.Plain, "^301([a-z]+)\r\n([0-9]+)\n\n(\\1 [0-9]+)\n$");
        Assert.True(match.Success, $"Not exactly one message: {message.Raw}");
        return match.Groups[3].Value;
    }
}

[Collection(nameof(SoakTests))]
public sealed class SoakTestsAuto(ClassicServer server) : SoakTests(server), IClassFixture<ClassicServer>;

[Collection(nameof(SoakTests))]
public sealed class SoakTestsAlways(PaddedServer server) : SoakTests(server), IClassFixture<PaddedServer>;
