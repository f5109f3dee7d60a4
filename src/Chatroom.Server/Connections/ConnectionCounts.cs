using System.Collections.Concurrent;
using System.Net;

namespace Chatroom.Server.Connections;

/// <summary>Connections by address, counted, so that one address cannot take them all. Owner of this state: itself.</summary>
public sealed class ConnectionCounts(int most, bool limits)
{
    private readonly ConcurrentDictionary<string, int> counts = new();

    /// <summary>Counts one more from this address; every one that is counted is to <see cref="Leave"/>.</summary>
    public Admission Enter(string address)
    {
        var count = counts.AddOrUpdate(address, 1, (_, c) => c + 1);
        return !limits || count <= most ? Admission.Welcome : count <= 2L * most ? Admission.Refused : Admission.Dropped;
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

/// <summary>What becomes of a new connection.</summary>
public enum Admission
{
    Welcome,

    /// <summary>Too many from this address: told so, with a time to wait.</summary>
    Refused,

    /// <summary>Twice too many: dropped before any work is done for it, for even telling costs a handshake.</summary>
    Dropped,
}
