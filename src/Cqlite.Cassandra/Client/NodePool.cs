using Cqlite.Cassandra.Frames;
using Cqlite.Core.Errors;
using Polly;

namespace Cqlite.Cassandra.Client;

/// <summary>The connections to one node: opened when they are first needed, and again in the background when they are lost.</summary>
internal sealed class NodePool : IDisposable
{
    private readonly NodeAddress _address;
    private readonly ProtocolVersion _version;
    private readonly CassandraOptions _options;
    private readonly ResiliencePipeline _reconnection;
    private readonly NodeConnection?[] _connections;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _lifetime = new();
    private int _isReconnecting;
    private volatile bool _isDown;

    /// <summary>Creates a pool without connections.</summary>
    public NodePool(NodeAddress address, ProtocolVersion version, CassandraOptions options)
    {
        _address = address;
        _version = version;
        _options = options;
        _reconnection = Reconnection.For(options);
        _connections = new NodeConnection?[options.PoolSize];
    }

    /// <summary>Whether the last try to reach the node failed.</summary>
    public bool IsDown => _isDown;

    /// <summary>Connections that are open.</summary>
    public int OpenCount => _connections.Count(c => c is { IsOpen: true });

    /// <summary>The connection with the fewest requests; a further one is opened where all have some.</summary>
    /// <exception cref="ConnectionFailedException">The node can't be reached.</exception>
    public ValueTask<NodeConnection> GetAsync(CancellationToken cancellation)
    {
        NodeConnection? best = Best(out bool isFull);
        if (best is not null && (isFull || best.InFlight == 0))
            return new(best);
        return OpenAsync(best, cancellation);
    }

    /// <summary>The cluster says that the node is up again: it is tried at once, however long the next try would be waited for.</summary>
    public void Wake()
    {
        if (_isDown)
            _ = TryNowAsync();
    }

    /// <summary>The cluster says that the node is down: unless a connection tells otherwise, the others are asked first until it is reached again.</summary>
    public void NoteDown()
    {
        if (OpenCount > 0)
            return;
        _isDown = true;
        Reconnect();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lifetime.Cancel();
        foreach (NodeConnection? connection in _connections)
            connection?.Dispose();
    }

    private NodeConnection? Best(out bool isFull)
    {
        NodeConnection? best = null;
        isFull = true;
        foreach (NodeConnection? connection in _connections)
        {
            if (connection is not { IsOpen: true })
                isFull = false;
            else if (best is null || connection.InFlight < best.InFlight)
                best = connection;
        }

        return best;
    }

    private async ValueTask<NodeConnection> OpenAsync(NodeConnection? other, CancellationToken cancellation)
    {
        // Who has a connection does not wait while somebody else opens the next one.
        if (other is null)
            await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        else if (!_opening.Wait(0, CancellationToken.None))
            return other;
        try
        {
            NodeConnection? best = Best(out bool isFull);
            if (best is not null && (isFull || best.InFlight == 0))
                return best;
            return await AddAsync(cancellation).ConfigureAwait(false);
        }
        catch (ConnectionFailedException) when (other is { IsOpen: true })
        {
            return other;
        }
        catch (CqliteException)
        {
            _isDown = true;
            Reconnect();
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<NodeConnection> AddAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_lifetime.IsCancellationRequested, this);
        NodeConnection opened;
        try
        {
            opened = await NodeConnection.OpenAsync(_address, _version, _options, onEvent: null, cancellation).ConfigureAwait(false);
        }
        catch (VersionRefusedException refused)
        {
            // To the others this is a node that can't be reached: they may be asked in its place.
            throw new ConnectionFailedException(_address.ToString(), $"the node does not speak version {_version.Number} of the protocol, in which the cluster was connected: {refused.Message}", refused);
        }

        int free = Array.FindIndex(_connections, c => c is not { IsOpen: true });
        _connections[free] = opened;
        _isDown = false;
        if (_lifetime.IsCancellationRequested)
            opened.Dispose();
        return opened;
    }

    private async Task TryNowAsync()
    {
        try
        {
            await TryOpenAsync(_lifetime.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is CqliteException or OperationCanceledException or ObjectDisposedException)
        {
            // It is not up after all, or not needed any more; who looks for it goes on.
        }
    }

    private void Reconnect()
    {
        if (!_lifetime.IsCancellationRequested && Interlocked.Exchange(ref _isReconnecting, 1) == 0)
            _ = ReconnectAsync();
    }

    private async Task ReconnectAsync()
    {
        try
        {
            await Task.Delay(_options.ReconnectDelay, _lifetime.Token).ConfigureAwait(false);
            await _reconnection.ExecuteAsync(TryOpenAsync, _lifetime.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The pool is not needed any more.
        }
        finally
        {
            Volatile.Write(ref _isReconnecting, 0);
        }
    }

    private async ValueTask TryOpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (OpenCount == 0)
                _ = await AddAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }
}
