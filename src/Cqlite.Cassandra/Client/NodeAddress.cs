using System.Net;
using System.Net.Sockets;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Client;

/// <summary>Where a node is, and by which name it was asked for, which its certificate must have.</summary>
internal readonly record struct NodeAddress(IPEndPoint EndPoint, string HostName)
{
    /// <summary>All addresses of a contact point: <c>name</c>, <c>name:port</c>, <c>::1</c> or <c>[::1]:port</c>.</summary>
    /// <exception cref="ConnectionFailedException">The name is not known.</exception>
    public static async Task<NodeAddress[]> ResolveAsync(string contactPoint, int defaultPort, CancellationToken cancellation)
    {
        (string host, int port) = Split(contactPoint, defaultPort);
        if (IPAddress.TryParse(host, out IPAddress? known))
            return [new(new IPEndPoint(known, port), host)];
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
            return [.. found.Select(a => new NodeAddress(new IPEndPoint(a, port), host))];
        }
        catch (SocketException problem)
        {
            throw new ConnectionFailedException(contactPoint, $"the name is not known: {problem.Message}", problem);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => EndPoint.ToString();

    /// <summary>The name and the port of a contact point.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static (string Host, int Port) Split(string contactPoint, int defaultPort)
    {
        int colon = contactPoint.LastIndexOf(':');
        bool hasPort = colon > 0 && (contactPoint.IndexOf(':') == colon || contactPoint[colon - 1] == ']');
        if (!hasPort)
            return (contactPoint.Trim('[', ']'), defaultPort);
        return int.TryParse(contactPoint.AsSpan(colon + 1), out int port) && port is > 0 and <= ushort.MaxValue
            ? (contactPoint[..colon].Trim('[', ']'), port)
            : throw new ArgumentException($"'{contactPoint}' is no contact point: a name or an address, perhaps with :port, is needed.");
    }
}
