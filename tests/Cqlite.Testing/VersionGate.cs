using System.Net;

namespace Cqlite.Testing;

/// <summary>
/// Stands before a server of the native protocol and lets pass only clients that speak a version which a node of an older release knows. Others get what such a node
/// sends them; then it closes the connection once they have.
/// </summary>
public sealed class VersionGate : IAsyncDisposable
{
    private const int VersionMask = 0x7F;
    private readonly ConnectionRelay _relay;
    private readonly byte[] _refusal;
    private volatile int _newest;
    private int _refused;

    /// <summary>Begins to listen.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="newest">The newest version that may pass.</param>
    /// <param name="refusal">What others are sent.</param>
    public VersionGate(IPEndPoint server, int newest, byte[] refusal)
    {
        _newest = newest;
        _refusal = refusal;
        _relay = new ConnectionRelay(server, Refuse);
    }

    /// <summary>Where clients find it.</summary>
    public IPEndPoint EndPoint => _relay.EndPoint;

    /// <summary>The newest version that may pass.</summary>
    public int Newest
    {
        get => _newest;
        set => _newest = value;
    }

    /// <summary>How many clients did not pass.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    private byte[]? Refuse(byte first)
    {
        if ((first & VersionMask) <= Newest)
            return null;
        Interlocked.Increment(ref _refused);
        return _refusal;
    }
}
