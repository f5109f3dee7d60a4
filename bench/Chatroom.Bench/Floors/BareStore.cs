using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Bench.Load;
using Chatroom.Server.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Bench.Floors;

/// <summary>
/// A bare loop on SQLite by Microsoft.Data.Sqlite: the tables and indexes of the product, the rows of a message (its entry, the head of its room, the change under its client id), the text
/// sealed with AES-256-GCM, WAL and FULL. It has one room for each sender and commits one message of each, as a server does that all of them wait for. No network, no rules, no reading back.
/// </summary>
internal static class BareStore
{
    /// <summary>Verb of this executable: FOLDER SENDERS SECONDS follow.</summary>
    public const string Verb = "commit";

    private const string Entry =
        "INSERT INTO entries (room, seq, kind, sender, time, client_id, target, subject, counts, ordinal, sender_ordinal, recalled, erased, sealed_body, body_digest, link) " +
        "VALUES ($room, $seq, 1, $sender, $time, $client, NULL, NULL, 1, $seq, $seq, 0, 0, $body, $digest, $link)";

    private const string Head = "UPDATE rooms SET head = $seq, head_link = $link, ordinal = $seq WHERE id = $room";

    private const string Change = "INSERT INTO changes (account, client_id, digest, code, room, seq, sealed_reply, time) VALUES ($sender, $client, $digest, 310, $room, $seq, NULL, $time)";

    /// <summary>Runs it for a while and prints what it reached: <c>posts</c> per second, <c>p50</c> and <c>p99</c> of a commit in milliseconds, <c>cpu</c> in microseconds per post.</summary>
    public static async Task RunAsync(string folder, int senders, double seconds)
    {
        var path = Path.Combine(folder, $"bare-{senders}.db");
        await using (SqliteChatStore.Open(path, new SqliteStoreOptions(), NullLogger.Instance))
        {
            // It makes the schema.
        }

        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY");
        for (var room = 1; room <= senders; room++)
        {
            Execute(connection, $"INSERT INTO rooms VALUES ({room + 1}, 1, NULL, NULL, 0, 0, 0, {room}, 0, zeroblob(64), 0)");
        }

        var loop = new Loop(connection, senders);
        var warm = Stopwatch.StartNew();
        while (warm.Elapsed.TotalSeconds < seconds)
        {
            loop.Commit();
        }

        var (took, posts, clock, cpu) = (new Histogram(), 0L, Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var before = Stopwatch.GetTimestamp();
            loop.Commit();
            took.Add(Stopwatch.GetElapsedTime(before));
            posts += senders;
        }

        var used = Environment.CpuUsage.TotalTime - cpu;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"posts={posts / clock.Elapsed.TotalSeconds}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"p50={took.Quantile(0.5).TotalMilliseconds}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"p99={took.Quantile(0.99).TotalMilliseconds}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cpu={used.TotalMicroseconds / posts}"));
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class Loop
    {
        private readonly SqliteConnection connection;
        private readonly int senders;
        private readonly SqliteCommand[] commands;
        private readonly AesGcm aes = new(RandomNumberGenerator.GetBytes(32), 16);
        private readonly byte[] link = RandomNumberGenerator.GetBytes(32);
        private readonly byte[] head = RandomNumberGenerator.GetBytes(64);
        private int seq;

        public Loop(SqliteConnection connection, int senders)
        {
            (this.connection, this.senders) = (connection, senders);
            commands = [Command(Entry, "room", "seq", "sender", "time", "client", "body", "digest", "link"), Command(Head, "room", "seq", "link"), Command(Change, "room", "seq", "sender", "time", "client", "digest")];
        }

        /// <summary>One message of each sender, in one transaction.</summary>
        public void Commit()
        {
            seq++;
            using var transaction = connection.BeginTransaction(deferred: false);
            for (var sender = 1L; sender <= senders; sender++)
            {
                Post(transaction, sender);
            }

            transaction.Commit();
        }

        private void Post(SqliteTransaction transaction, long sender)
        {
            var client = RandomNumberGenerator.GetBytes(16);
            var body = Seal(Encoding.UTF8.GetBytes($"{{\"text\":\"{Marker.Text((int)sender, seq)}\"}}"));
            var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            Run(transaction, commands[0], sender + 1, seq, sender, time, client, body, SHA256.HashData(body), link);
            Run(transaction, commands[1], sender + 1, seq, head);
            Run(transaction, commands[2], sender + 1, seq, sender, time, client, client);
        }

        private byte[] Seal(byte[] plain)
        {
            var value = new byte[12 + plain.Length + 16];
            RandomNumberGenerator.Fill(value.AsSpan(0, 12));
            aes.Encrypt(value.AsSpan(0, 12), plain, value.AsSpan(12, plain.Length), value.AsSpan(12 + plain.Length));
            return value;
        }

        private static void Run(SqliteTransaction transaction, SqliteCommand command, params ReadOnlySpan<object> values)
        {
            command.Transaction = transaction;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i];
            }

            command.ExecuteNonQuery();
        }

        private SqliteCommand Command(string sql, params ReadOnlySpan<string> names)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var name in names)
            {
                command.Parameters.Add(new SqliteParameter("$" + name, null));
            }

            command.Prepare();
            return command;
        }
    }
}
