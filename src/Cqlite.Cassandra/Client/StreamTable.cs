using System.Collections.Concurrent;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Client;

/// <summary>A request that waits for its answer.</summary>
/// <param name="deadlineMillis">When it is given up.</param>
/// <param name="longestBody">Bytes that its answer may have; null for as many as the protocol allows.</param>
internal sealed class PendingRequest(long deadlineMillis, int? longestBody = null) : TaskCompletionSource<Envelope>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Bytes that its answer may have. Whoever says so is given the answer in memory of <see cref="System.Buffers.ArrayPool{T}"/>, to be returned there.</summary>
    public int? LongestBody { get; } = longestBody;

    /// <summary>When it is given up, on the clock of <see cref="Environment.TickCount64"/>.</summary>
    public long DeadlineMillis { get; } = deadlineMillis;
}

/// <summary>
/// The streams of one connection: which are free, which wait for an answer, and which were given up, so that they are free only once
/// their answer has come after all.
/// </summary>
internal sealed class StreamTable : IDisposable
{
    /// <summary>Requests of a connection at once.</summary>
    public const int Count = 2048;

    private readonly PendingRequest?[] _pending = new PendingRequest?[Count];
    private readonly ConcurrentQueue<short> _free = new(Enumerable.Range(0, Count).Select(i => (short)i));
    private readonly SemaphoreSlim _slots = new(Count, Count);

    /// <summary>Requests that were sent and not answered.</summary>
    public int InFlight => Count - _slots.CurrentCount;

    /// <summary>Takes a free stream, waiting for one where there is none; -1 when the time is over.</summary>
    public async ValueTask<short> TakeAsync(PendingRequest request, TimeSpan timeout, CancellationToken cancellation)
    {
        if (!_slots.Wait(0, CancellationToken.None) && !await _slots.WaitAsync(timeout, cancellation).ConfigureAwait(false))
            return -1;
        _ = _free.TryDequeue(out short stream);
        Volatile.Write(ref _pending[stream], request);
        return stream;
    }

    /// <summary>Bytes that the answer on a stream may have.</summary>
    public int LongestBodyOf(short stream) => (uint)stream < Count ? Volatile.Read(ref _pending[stream])?.LongestBody ?? int.MaxValue : int.MaxValue;

    /// <summary>Gives back a stream, its answer being there or the request not sent.</summary>
    /// <returns>The request; null where none waited.</returns>
    public PendingRequest? Release(short stream)
    {
        if ((uint)stream >= Count || Interlocked.Exchange(ref _pending[stream], null) is not { } request)
            return null;
        _free.Enqueue(stream);
        _slots.Release();
        return request;
    }

    /// <summary>Gives up what waits too long; the streams stay taken.</summary>
    public void Expire(string server, long nowMillis)
    {
        foreach (PendingRequest? request in _pending)
        {
            if (request is { Task.IsCompleted: false } && request.DeadlineMillis <= nowMillis)
                request.TrySetException(new OutcomeUnknownException($"{server} did not answer in time. Whether the request was executed is not known."));
        }
    }

    /// <summary>Fails all that waits.</summary>
    public void Fail(Func<CqliteException> error)
    {
        foreach (PendingRequest? request in _pending)
            request?.TrySetException(error());
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();
}
