namespace Cqlite.Cassandra.Server;

/// <summary>
/// Tokens that end when a request has taken too long, or with its connection. Requests that begin at about the same time share one, so that a
/// short request costs no timer.
/// </summary>
internal sealed class RequestDeadline(TimeSpan limit, CancellationToken connection)
{
    private readonly long _sharedMillis = (long)(limit.TotalMilliseconds / 16);
    private readonly Lock _gate = new();
    private CancellationTokenSource? _current;
    private long _begunMillis;

    /// <summary>The token of a request that begins now; it ends within the limit, or up to a sixteenth before.</summary>
    public CancellationToken Begin()
    {
        long now = Environment.TickCount64;
        lock (_gate)
        {
            if (_current is null || now - _begunMillis > _sharedMillis)
            {
                // The one before is still in the hands of requests; its timer ends by itself.
                _current = CancellationTokenSource.CreateLinkedTokenSource(connection);
                _current.CancelAfter(limit);
                _begunMillis = now;
            }

            return _current.Token;
        }
    }
}
