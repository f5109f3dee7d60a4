using Microsoft.Data.Sqlite;

namespace Chatroom.Faults.Running;

/// <summary>So much said in a room that a part of it is in the search index.</summary>
public static class Indexed
{
    private const int Segment = 1024;
    private const int AtOnce = 50;

    /// <summary>Fills a room and waits until the index has it.</summary>
    public static async Task FillAsync(ServerProcess server, RawClient person, string room, Func<int, string> text)
    {
        for (var i = 0; i < Segment; i += AtOnce)
        {
            var sent = new List<uint>();
            for (var k = i; k < i + AtOnce; k++)
            {
                sent.Add(await person.SendAsync(Wire.SendMessage, new { room, text = text(k), clientId = Unique.ClientId() }));
            }

            foreach (var request in sent)
            {
                Assert.Equal(Wire.SendMessageAll, (await person.ReplyAsync(request)).Code);
            }
        }

        // It is filled in the background. Beside the server, as a backup reads.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Segments(server) == 0)
        {
            await tick.WaitForNextTickAsync(limit.Token);
        }
    }

    private static long Segments(ServerProcess server)
    {
        var path = new SqliteConnectionStringBuilder { DataSource = Path.Combine(server.Data, "chatroom.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(path.ToString());
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM search_segments";
        return (long)count.ExecuteScalar()!;
    }
}
