using System.Net.Sockets;
using System.Text;

namespace Chatroom.Conformance.Classic;

/// <summary>One message as the original client would take it: what one read of 1024 bytes gave.</summary>
public sealed record ClassicMessage(byte[] Bytes)
{
    /// <summary>The bytes as text.</summary>
    public string Raw { get; } = Encoding.UTF8.GetString(Bytes);

    /// <summary>Without what fills it up: as the original would have sent it.</summary>
    public string Plain
    {
        get
        {
            var at = Raw.IndexOf("\n\n", StringComparison.Ordinal);
            Assert.True(at >= 3, $"This is no message: {Raw}");
            var (header, rest) = (Raw[..at], Raw[at..]);
            var fields = header.Split("\r\n");
            if (header[..3] is "301" or "601" or "701" or "501")
            {
                fields[^1] = long.Parse(fields[^1]).ToString();
            }
            else
            {
                fields[^1] = fields[^1].TrimEnd(' ');
            }

            header = string.Join("\r\n", fields);
            return (header.StartsWith("290", StringComparison.Ordinal) ? "290" + header[3..].Replace("./", "").TrimStart('/') : header) + rest;
        }
    }
}

/// <summary>
/// Reads as the client of Chatroom 2.0 does: one read of at most 1024 bytes is one message, nothing is put together. A thread of its own blocks in the read;
/// it can be held up, as that client is behind a message box.
/// </summary>
public sealed class ClassicClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<ClassicMessage> messages = [];
    private readonly ManualResetEventSlim reads = new(true);
    private readonly Thread reading;
    private int next;
    private bool ended;
    private Exception? end;

    private ClassicClient(int port)
    {
        socket.Connect("127.0.0.1", port);
        reading = new Thread(Read) { IsBackground = true };
        reading.Start();
    }

    public string Name { get; private set; } = "";

    public string Password { get; private set; } = "";

    public static ClassicClient Open(int port) => new(port);

    /// <summary>From here on nothing is read, until <see cref="CloseBox"/>.</summary>
    public void OpenBox() => reads.Reset();

    public void CloseBox() => reads.Set();

    public int Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public int Send(byte[] bytes) => socket.Send(bytes);

    /// <summary>Sends again and again.</summary>
    /// <exception cref="SocketException">Timed out: the other side took nothing for so long.</exception>
    public void SendFor(byte[] bytes, int times, TimeSpan patience)
    {
        socket.SendTimeout = (int)patience.TotalMilliseconds;
        for (var i = 0; i < times; i++)
        {
            socket.Send(bytes);
        }
    }

    /// <summary>Sends a request and gives the next message that comes.</summary>
    public string Ask(string text)
    {
        Send(text);
        return Next().Plain;
    }

    /// <summary>The next message, come or to come.</summary>
    public ClassicMessage Next()
    {
        lock (messages)
        {
            Until(() => next < messages.Count, "a message");
            return messages[next++];
        }
    }

    /// <summary>Takes messages until one fits.</summary>
    public ClassicMessage Find(Func<string, bool> fits, string what)
    {
        while (true)
        {
            try
            {
                var message = Next();
                if (fits(message.Plain))
                {
                    return message;
                }
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{what} did not come.", e);
            }
        }
    }

    /// <summary>Reads on and keeps nothing of it.</summary>
    public bool Indifferent { get; set; }

    /// <summary>Lets go of what was taken.</summary>
    public void Forget()
    {
        lock (messages)
        {
            messages.RemoveRange(0, next);
            next = 0;
        }
    }

    /// <summary>All that came so far, and was not forgotten.</summary>
    public IReadOnlyList<ClassicMessage> Messages
    {
        get
        {
            lock (messages)
            {
                return [.. messages];
            }
        }
    }

    /// <summary>Waits for a condition on what came.</summary>
    public void Until(Func<bool> holds, string what)
    {
        lock (messages)
        {
            var deadline = DateTime.UtcNow + Patience;
            while (!holds())
            {
                Assert.False(ended && next >= messages.Count, $"The connection ended before {what} came. {end?.Message}");
                if (Monitor.Wait(messages, TimeSpan.FromMilliseconds(200)))
                {
                    deadline = DateTime.UtcNow + Patience; // It goes on.
                }
                else if (DateTime.UtcNow > deadline)
                {
                    throw new TimeoutException($"Before {what} came, {Patience.TotalSeconds} s went by. Last came: {messages.LastOrDefault()?.Raw}");
                }
            }
        }
    }

    /// <summary>Registers, signs in and starts up, as the original does.</summary>
    public ClassicClient Begin(string name, string password = "abc123")
    {
        Assert.Equal("201\n\n", Ask($"2{name}\r\n{password}\n\n"));
        return SignIn(name, password);
    }

    public ClassicClient SignIn(string name, string password = "abc123")
    {
        (Name, Password) = (name, password);
        Assert.Equal("101\n\n", Ask($"1{name}\r\n{password}\n\n"));
        Assert.StartsWith("401\n\n" + name, Ask("4\n\n"), StringComparison.Ordinal);
        Assert.StartsWith("29", Ask($"0\n\n{name}"), StringComparison.Ordinal);
        Assert.StartsWith("801\n\n", Ask("8\n\n"), StringComparison.Ordinal);
        Assert.StartsWith("501\r\n", Ask($"5\n\n{name}"), StringComparison.Ordinal);
        return this;
    }

    public void Say(string text) => Send($"3\r\n{text.EnumerateRunes().Count() + 1}\n\n{text}\n");

    public void Dispose()
    {
        reads.Set();
        socket.Dispose();
        reading.Join();
        reads.Dispose();
    }

    private void Read()
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                reads.Wait();
                var count = socket.Receive(buffer);
                if (count == 0)
                {
                    break;
                }

                if (Indifferent)
                {
                    continue;
                }

                lock (messages)
                {
                    messages.Add(new ClassicMessage(buffer[..count]));
                    Monitor.PulseAll(messages);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            end = e; // One way or the other the connection is over: told to whoever waits.
        }

        lock (messages)
        {
            ended = true;
            Monitor.PulseAll(messages);
        }
    }
}
