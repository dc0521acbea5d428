using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// The pages of ranges, one after the other; the next is on its way while one is read. A page that did not come, because nodes are busy, slow or lost, is
/// asked for again from the place where the one before ended, with longer and longer waits; where nodes were too slow, with fewer rows.
/// </summary>
internal sealed class PageFeed : IDisposable
{
    private const int FewestRows = 16;
    private const int FirstWaitMillis = 100;
    private readonly CassandraConnection _connection;
    private readonly CassandraStatement _statement;
    private readonly ClusterReading _reading;
    private readonly string _keyspace;
    private readonly IEnumerator<TokenRange> _ranges;
    private readonly long? _nowSeconds;
    private readonly CancellationTokenSource _ending;
    private BindValues _values = BindValues.None;
    private Task<RawPage>? _next;
    private int _pageSize;
    private bool _isDisposed;

    /// <summary>Asks for the first page.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="statement">The statement, with a marker for the token behind which it begins and one for the last token, or without markers.</param>
    /// <param name="keyspace">The keyspace whose replicas are asked.</param>
    /// <param name="ranges">The ranges in order, at least one; each is asked of the replicas of its last token, and so must lie between two places of the ring.</param>
    /// <param name="reading">How to read.</param>
    /// <param name="nowSeconds">The moment from which TTLs count; null for each node's own.</param>
    /// <param name="cancellation">Ends it.</param>
    public PageFeed(CassandraConnection connection, CassandraStatement statement, string keyspace, IEnumerable<TokenRange> ranges, ClusterReading reading, long? nowSeconds, CancellationToken cancellation)
    {
        _connection = connection;
        _statement = statement;
        _reading = reading;
        _keyspace = keyspace;
        _ranges = ranges.GetEnumerator();
        _nowSeconds = nowSeconds;
        _pageSize = reading.PageSize;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        FetchNextRange();
    }

    /// <summary>The next page; null behind the last one.</summary>
    /// <exception cref="CqliteException">It did not come, however often it was asked for.</exception>
    public RawPage? Next()
    {
        if (_next is null)
            return null;
        RawPage page = _next.GetAwaiter().GetResult();
        if (page.PagingState is { } state)
            _next = FetchAsync(state);
        else
            FetchNextRange();
        return page;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _ending.Cancel();
        _ranges.Dispose();

        // Nobody waits for it any more; what it ends with is of no interest.
        _ = _next?.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _ending.Dispose();
    }

    private void FetchNextRange()
    {
        _next = null;
        if (!_ranges.MoveNext())
            return;
        if (_statement.Markers.Length > 0)
            _values = new BindValues(TokenValue(_statement, _ranges.Current.After.Value), TokenValue(_statement, _ranges.Current.UpTo.Value));
        _next = FetchAsync(null);
    }

    private async Task<RawPage> FetchAsync(byte[]? pagingState)
    {
        CancellationToken cancellation = _ending.Token;
        Token upTo = _ranges.Current.UpTo;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                QueryOptions options = new() { PageSize = _pageSize, PagingState = pagingState, NowSeconds = _nowSeconds, Cancellation = cancellation };
                return await _connection.FetchPageAsync(_statement, _values, options, _keyspace, upTo).ConfigureAwait(false);
            }
            catch (CqliteException problem) when (attempt < _reading.PageRetries && MayPass(problem))
            {
                if (problem is OutcomeUnknownException)
                    _pageSize = Math.Max(FewestRows, _pageSize / 2);
                double longest = Math.Min(_reading.LongestWait.TotalMilliseconds, (double)FirstWaitMillis * (1 << Math.Min(attempt, 16)));
                await Task.Delay(TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2))), cancellation).ConfigureAwait(false);
            }
        }
    }

    private static bool MayPass(CqliteException problem) => problem switch
    {
        OverloadedException or ConnectionFailedException => true,
        OutcomeUnknownException unknown => unknown.Code is -1 or (int)ErrorCode.ReadTimeout,
        _ => false,
    };

    /// <summary>A token as the marker's type has it: bigint, or varint of the random partitioner.</summary>
    private static byte[] TokenValue(CassandraStatement statement, Int128 token)
    {
        bool isLong = statement.Markers[0].Type.Unreversed is Core.Types.BigIntType;
        Int128 value = isLong ? Int128.Clamp(token, long.MinValue, long.MaxValue) : Int128.Max(token, -1);
        return isLong
            ? LongBytes((long)value)
            : ((BigInteger)value).ToByteArray(isUnsigned: false, isBigEndian: true);
    }

    private static byte[] LongBytes(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
