using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// The pages of one range, one after the other; the next is on its way while one is read. A page that did not come, because nodes are busy, slow or lost, is
/// asked for again from the place where the one before ended, with longer and longer waits; where nodes were too slow, with fewer rows.
/// </summary>
internal sealed class PageFeed : IDisposable
{
    private const int FewestRows = 16;
    private const int FirstWaitMillis = 100;
    private readonly CassandraConnection _connection;
    private readonly CassandraStatement _statement;
    private readonly ClusterReading _reading;
    private readonly BindValues _values;
    private readonly string _keyspace;
    private readonly TokenRange _range;
    private readonly long? _nowSeconds;
    private readonly CancellationTokenSource _ending;
    private Task<RawPage>? _next;
    private int _pageSize;
    private bool _isDisposed;

    /// <summary>Asks for the first page.</summary>
    public PageFeed(CassandraConnection connection, CassandraStatement statement, string keyspace, TokenRange range, ClusterReading reading, long? nowSeconds, CancellationToken cancellation)
    {
        _connection = connection;
        _statement = statement;
        _reading = reading;
        _keyspace = keyspace;
        _range = range;
        _nowSeconds = nowSeconds;
        _pageSize = reading.PageSize;
        _values = statement.Markers.Length == 0 ? BindValues.None : new BindValues(TokenValue(statement, range.After.Value), TokenValue(statement, range.UpTo.Value));
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _next = FetchAsync(null);
    }

    /// <summary>The next page; null behind the last one.</summary>
    /// <exception cref="CqliteException">It did not come, however often it was asked for.</exception>
    public RawPage? Next()
    {
        if (_next is null)
            return null;
        RawPage page = _next.GetAwaiter().GetResult();
        _next = page.PagingState is { } state ? FetchAsync(state) : null;
        return page;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _ending.Cancel();

        // Nobody waits for it any more; what it ends with is of no interest.
        _ = _next?.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _ending.Dispose();
    }

    private async Task<RawPage> FetchAsync(byte[]? pagingState)
    {
        CancellationToken cancellation = _ending.Token;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                QueryOptions options = new() { PageSize = _pageSize, PagingState = pagingState, NowSeconds = _nowSeconds, Cancellation = cancellation };
                return await _connection.FetchPageAsync(_statement, _values, options, _keyspace, _range.UpTo).ConfigureAwait(false);
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
