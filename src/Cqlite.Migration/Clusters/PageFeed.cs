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
/// The pages of ranges, one after the other; the next is on its way while one is read, as far as there is memory for it. A page that did not come, because nodes
/// are busy, slow or lost, is asked for again from the place where the one before ended, with longer and longer waits; where nodes were too slow, or the page was too
/// long, with fewer rows.
/// </summary>
internal sealed class PageFeed : IDisposable
{
    private const int FewestRows = 16;
    private const int FirstWaitMillis = 100;
    private readonly CassandraConnection _connection;
    private readonly CassandraStatement _statement;
    private readonly ClusterReading _reading;
    private readonly PageBudget _budget;
    private readonly PageSizes _sizes;
    private readonly string _keyspace;
    private readonly IEnumerator<TokenRange> _ranges;
    private readonly long? _nowSeconds;
    private readonly CancellationTokenSource _ending;
    private readonly ManualResetEventSlim _came = new(initialState: false, spinCount: 0);
    private BindValues _values = BindValues.None;
    private Token _upTo;
    private Task<Fed?>? _ahead;
    private Fed? _current;
    private byte[]? _pagingState;
    private int _rows;
    private int _mostRows;
    private int _holder;
    private long _longestRow;
    private bool _isAtEnd;
    private bool _isDisposed;

    /// <summary>A page, what of the budget it takes, and when it came, in seconds since 1970.</summary>
    private sealed record Fed(RawPage Page, long Bytes, long AtSeconds);

    /// <summary>Asks for the first page.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="statement">The statement, with a marker for the token behind which it begins and one for the last token, or without markers.</param>
    /// <param name="keyspace">The keyspace whose replicas are asked.</param>
    /// <param name="ranges">The ranges in order, at least one; each is asked of the replicas of its last token, and so must lie between two places of the ring.</param>
    /// <param name="reading">How to read.</param>
    /// <param name="budget">The memory that all ranges of the run share.</param>
    /// <param name="sizes">How many rows the pages of the table have.</param>
    /// <param name="nowSeconds">The moment from which TTLs count; null for each node's own.</param>
    /// <param name="cancellation">Ends it.</param>
    public PageFeed(
        CassandraConnection connection,
        CassandraStatement statement,
        string keyspace,
        IEnumerable<TokenRange> ranges,
        ClusterReading reading,
        PageBudget budget,
        PageSizes sizes,
        long? nowSeconds,
        CancellationToken cancellation)
    {
        _connection = connection;
        _statement = statement;
        _reading = reading;
        _budget = budget;
        _sizes = sizes;
        _keyspace = keyspace;
        _ranges = ranges.GetEnumerator();
        _nowSeconds = nowSeconds;
        _rows = sizes.Rows;
        _mostRows = reading.PageSize;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        BeginRange();
        AskAhead();
    }

    /// <summary>How long a page may be: one of several rows, or of the one that was found to be longer.</summary>
    private long LongestBytes => _rows == 1 ? Math.Max(_longestRow, _reading.LongestPageBytes) : _reading.LongestPageBytes;

    /// <summary>What a page is thought to take.</summary>
    private long ExpectedBytes => _rows == 1 ? Math.Max(_longestRow, _reading.PageBytes) : _reading.PageBytes;

    /// <summary>
    /// The moment from which what is left of TTLs counts in the page at hand, in seconds since 1970: the one that nodes were told, or that at which the page came, for it
    /// may have waited since.
    /// </summary>
    public long NowSeconds => _nowSeconds ?? _current?.AtSeconds ?? 0;

    /// <summary>The next page; null behind the last one. The page before is void.</summary>
    /// <exception cref="CqliteException">It did not come, however often it was asked for.</exception>
    public RawPage? Next()
    {
        GiveBack();
        if (_isAtEnd)
            return null;
        Task<Fed?>? ahead = _ahead;
        _ahead = null;
        _current = (ahead is null ? null : Wait(ahead)) ?? Wait<Fed>(FetchAsync(mayWait: !PageBudget.IsHeld));
        _holder = PageBudget.Hold();
        _pagingState = _current.Page.PagingState;
        if (_pagingState is null)
            BeginRange();
        AskAhead();
        return _current.Page;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _isAtEnd = true;
        _ending.Cancel();
        _ranges.Dispose();

        // Nobody waits for it any more: what it ends with is of no interest, but for the memory that a page takes.
        _ = _ahead?.ContinueWith(
            fetched =>
            {
                if (!fetched.IsCompletedSuccessfully)
                    _ = fetched.Exception;
                else if (fetched.Result is { } page)
                    GiveBack(page);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        GiveBack();
        _ending.Dispose();
        _came.Dispose();
    }

    /// <summary>Goes on to the next range, or to the end.</summary>
    private void BeginRange()
    {
        _isAtEnd = !_ranges.MoveNext();
        if (_isAtEnd)
            return;
        TokenRange range = _ranges.Current;
        _upTo = range.UpTo;
        if (_statement.Markers.Length > 0)
            _values = new BindValues(TokenValue(_statement, range.After.Value), TokenValue(_statement, range.UpTo.Value));
    }

    /// <summary>Waits without looking again and again first, as a task's own waiting does: pages come too seldom for that.</summary>
    private T Wait<T>(Task<T> task)
    {
        if (!task.IsCompleted)
        {
            _came.Reset();
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_came.Set);
            _came.Wait(CancellationToken.None);
        }

        return task.GetAwaiter().GetResult();
    }

    private void GiveBack()
    {
        if (_current is null)
            return;
        PageBudget.Release(_holder);
        GiveBack(_current);
        _current = null;
    }

    private void GiveBack(Fed fed)
    {
        fed.Page.Dispose();
        _budget.Change(-fed.Bytes);
    }

    private void AskAhead()
    {
        long bytes = ExpectedBytes;
        if (!_isAtEnd && _budget.TryTake(bytes))
            _ahead = FetchAheadAsync(bytes);
    }

    /// <summary>Fetches a page that nobody waits for yet; null where it must be asked for again, when there may be memory for it.</summary>
    private async Task<Fed?> FetchAheadAsync(long taken)
    {
        try
        {
            return await FetchAsync(taken).ConfigureAwait(false);
        }
        catch (AnswerTooLongException problem) when (TakesAnother(problem))
        {
            return null;
        }
    }

    private async Task<Fed> FetchAsync(bool mayWait)
    {
        while (true)
        {
            long taken = ExpectedBytes;
            await _budget.TakeAsync(taken, mayWait, _ending.Token).ConfigureAwait(false);
            try
            {
                return await FetchAsync(taken).ConfigureAwait(false);
            }
            catch (AnswerTooLongException problem) when (TakesAnother(problem))
            {
                // One of fewer rows, or with more memory.
            }
        }
    }

    /// <summary>Fetches the page behind the current one with memory that was taken for it, and is given back where it does not come.</summary>
    private async Task<Fed> FetchAsync(long taken)
    {
        bool isFetched = false;
        try
        {
            RawPage page = await AskAsync().ConfigureAwait(false);
            long now = _reading.Clock.GetUtcNow().ToUnixTimeSeconds();
            isFetched = true;
            _rows = Math.Min(_mostRows, _sizes.Next(_rows, page.Rows.RowCount, page.Rows.Content.Length));
            long length = page.Content.Array!.Length;
            _budget.Change(length - taken);
            return new Fed(page, length, now);
        }
        finally
        {
            if (!isFetched)
                _budget.Change(-taken);
        }
    }

    private async Task<RawPage> AskAsync()
    {
        CancellationToken cancellation = _ending.Token;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                QueryOptions options = new() { PageSize = _rows, PagingState = _pagingState, NowSeconds = _nowSeconds, Cancellation = cancellation };
                return await _connection.FetchPageAsync(_statement, _values, options, _keyspace, _upTo, (int)LongestBytes).ConfigureAwait(false);
            }
            catch (CqliteException problem) when (attempt < _reading.PageRetries && MayPass(problem))
            {
                if (problem is OutcomeUnknownException)
                    _rows = _mostRows = Math.Max(Math.Min(_rows, FewestRows), _rows / 2);
                double longest = Math.Min(_reading.LongestWait.TotalMilliseconds, (double)FirstWaitMillis * (1 << Math.Min(attempt, 16)));
                await Task.Delay(TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2))), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Goes down to one row, and then to as long a row as may be taken at all.</summary>
    private bool TakesAnother(AnswerTooLongException problem)
    {
        if (_rows > 1)
            _rows = _sizes.Fewer(_rows, problem.Bytes);
        else if (problem.Bytes <= _reading.LongestRowBytes)
            _longestRow = Math.Min(problem.Bytes * 2, _reading.LongestRowBytes);
        else
            return false;
        return true;
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
