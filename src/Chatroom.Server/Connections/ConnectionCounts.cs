using System.Collections.Concurrent;
using System.Net;

namespace Chatroom.Server.Connections;

/// <summary>Connections by address, counted, so that one address cannot take them all. Owner of this state: itself.</summary>
public sealed class ConnectionCounts(int most, bool limits)
{
    private readonly ConcurrentDictionary<string, int> counts = new();

    /// <summary>Counts one more from this address, or refuses.</summary>
    public bool TryEnter(string address)
    {
        var count = counts.AddOrUpdate(address, 1, (_, c) => c + 1);
        if (!limits || count <= most)
        {
            return true;
        }

        Leave(address);
        return false;
    }

    public void Leave(string address)
    {
        while (counts.TryGetValue(address, out var count))
        {
            if (count > 1 ? counts.TryUpdate(address, count - 1, count) : counts.TryRemove(KeyValuePair.Create(address, count)))
            {
                return;
            }
        }
    }

    /// <summary>What throttles count: an IPv4 address, or the /64 network of an IPv6 address (one customer holds at least that).</summary>
    public static string Key(EndPoint? endpoint)
    {
        if (endpoint is not IPEndPoint { Address: var address })
        {
            return "local";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
