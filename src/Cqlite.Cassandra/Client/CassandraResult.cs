using System.Collections.Immutable;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Client;

/// <summary>The page of a result that is read, and how to get at the one that follows.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Warnings">The server's warnings.</param>
/// <param name="PagingState">Where the page ends; null for the last one.</param>
/// <param name="Node">Who sent it.</param>
internal sealed record ResultPage(QueryResult Rows, ImmutableArray<string> Warnings, byte[]? PagingState, NodeAddress Node);

/// <summary>Rows from a cluster, page by page: the next one is on its way while one is read.</summary>
internal sealed class CassandraResult : QueryResult
{
    private readonly Func<byte[], CancellationToken, Task<ResultPage>>? _fetch;
    private readonly CancellationTokenSource _reading;
    private ResultPage _page;
    private Task<ResultPage>? _next;
    private long _rowsRead;
    private bool _isDisposed;

    /// <summary>Begins before the first row.</summary>
    /// <param name="page">The first page.</param>
    /// <param name="fetch">Fetches the page after a paging state; null where one page is all that was asked for.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public CassandraResult(ResultPage page, Func<byte[], CancellationToken, Task<ResultPage>>? fetch, CancellationToken cancellation)
    {
        _page = page;
        _fetch = fetch;
        _reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Prefetch();
    }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => _page.Rows.Columns;

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings => _page.Warnings;

    /// <inheritdoc/>
    public override long RowsRead => _rowsRead;

    /// <inheritdoc/>
    public override long PartitionsRead => 0;

    /// <inheritdoc/>
    public override byte[]? PagingState => _fetch is null ? _page.PagingState : null;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        while (true)
        {
            if (MoveWithinPage())
                return true;
            if (_next is null)
                return false;
            Turn(_next.GetAwaiter().GetResult());
        }
    }

    /// <summary>Goes to the next row without holding up the thread; false when there is none.</summary>
    public ValueTask<bool> MoveNextAsync()
    {
        if (MoveWithinPage())
            return new(true);
        return _next is null ? new(false) : TurnAsync();
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull) => _page.Rows.GetValue(column, out isNull);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _reading.Cancel();
            _reading.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> TurnAsync()
    {
        while (_next is not null)
        {
            Turn(await _next.ConfigureAwait(false));
            if (MoveWithinPage())
                return true;
        }

        return false;
    }

    private bool MoveWithinPage()
    {
        try
        {
            if (!_page.Rows.MoveNext())
                return false;
            _rowsRead++;
            return true;
        }
        catch (ProtocolException problem)
        {
            throw new ServerErrorException($"{_page.Node} sent rows that do not decode: {problem.Message}", (int)problem.Code);
        }
    }

    private void Turn(ResultPage page)
    {
        if (!page.Rows.Columns.SequenceEqual(_page.Rows.Columns))
            throw new InvalidQueryException("The columns changed while the result was read; read it again from the beginning.");
        _page = page;
        Prefetch();
    }

    private void Prefetch() => _next = _fetch is not null && _page.PagingState is { } state ? _fetch(state, _reading.Token) : null;
}

/// <summary>The answer of a cluster to a statement that gives no rows.</summary>
internal sealed class CassandraDone(Cqlite.Core.Query.ResultKind kind, ImmutableArray<string> warnings) : QueryResult
{
    /// <inheritdoc/>
    public override Cqlite.Core.Query.ResultKind Kind => kind;

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => [];

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings => warnings;

    /// <inheritdoc/>
    public override long RowsRead => 0;

    /// <inheritdoc/>
    public override long PartitionsRead => 0;

    /// <inheritdoc/>
    public override bool MoveNext() => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull) => throw new InvalidOperationException("the statement gives no rows.");
}
