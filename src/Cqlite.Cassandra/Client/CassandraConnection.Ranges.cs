using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using CoreBatchKind = Cqlite.Core.Cql.Syntax.BatchKind;
using Partitioner = Cqlite.Core.Schema.Partitioner;

namespace Cqlite.Cassandra.Client;

/// <summary>A page as it came off the wire: its rows are to be decoded by whoever asked. Its memory is used again for other pages once it is given back.</summary>
/// <param name="Rows">Rows, each its values with a length before them.</param>
/// <param name="Columns">The columns.</param>
/// <param name="PagingState">Where the page ends; null for the last one.</param>
/// <param name="Node">Who sent it.</param>
internal sealed record RawPage(RowsResult Rows, ImmutableArray<ResultColumn> Columns, byte[]? PagingState, NodeAddress Node) : IDisposable
{
    private const byte Void = 0xDB;
    private bool _isGivenBack;

    /// <summary>The array that the rows are in, and where.</summary>
    public ArraySegment<byte> Content { get; } = MemoryMarshal.TryGetArray(Rows.Content, out ArraySegment<byte> content) ? content : Rows.Content.ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isGivenBack || Content.Array is not { Length: > 0 } array)
            return;
        _isGivenBack = true;
        Debug.Assert(Overwrite(array), "Who still looks at rows of this page shall see it.");
        ArrayPool<byte>.Shared.Return(array);
    }

    private static bool Overwrite(byte[] array)
    {
        array.AsSpan().Fill(Void);
        return true;
    }
}

/// <content>For those who read or write whole tables: routes by token, pages that are not decoded, batches.</content>
public sealed partial class CassandraConnection
{
    /// <summary>The partitioner.</summary>
    internal Partitioner Partitioner => Partitioner.FromClassName(_cluster.Partitioner, keyType: null, "system.local");

    /// <summary>The places on the ring at which ranges end, in order.</summary>
    internal IReadOnlyList<Token> RingTokens => _cluster.Map.Tokens;

    /// <summary>The oldest of the nodes' versions, such as <c>4.1.10</c>; empty where none is told.</summary>
    internal string OldestRelease => _cluster.Nodes.Select(n => n.Facts.Release).OrderBy(VersionOf).FirstOrDefault() ?? "";

    /// <summary>The numbers of all nodes' versions; 0.0 where one is not told.</summary>
    internal IEnumerable<Version> Versions => _cluster.Nodes.Select(n => VersionOf(n.Facts.Release));

    /// <summary>Asks a replica of a token for one page of a statement.</summary>
    /// <param name="statement">The statement, which must be prepared.</param>
    /// <param name="values">The values of its markers.</param>
    /// <param name="options">How to execute it: the page's size, the state of the page before, the "now".</param>
    /// <param name="keyspace">The keyspace whose replicas are asked.</param>
    /// <param name="token">The token whose replicas are asked.</param>
    /// <param name="longestBytes">How long the answer may be.</param>
    /// <exception cref="AnswerTooLongException">It is longer.</exception>
    internal async Task<RawPage> FetchPageAsync(CassandraStatement statement, BindValues values, QueryOptions options, string keyspace, Token token, int longestBytes)
    {
        RequireOpen();
        IEnumerable<ClusterNode> route = _cluster.Route(keyspace, token, Interlocked.Increment(ref _turn));
        (NodeAnswer answer, NodeAddress node, ImmutableArray<ResultColumn> known) =
            await AskAsync(statement, ToParameters(statement, values, options), route, options.Timeout, options.Cancellation, longestBytes).ConfigureAwait(false);
        if (answer.Message is not RowsResult rows)
            throw Unexpected(answer, node);
        ImmutableArray<ResultColumn> columns = rows.Metadata.Columns.IsDefault ? known : rows.Metadata.Columns;
        if (columns.IsDefault || columns.Length != rows.Metadata.ColumnCount)
            throw new ServerErrorException($"{node} sent rows of {rows.Metadata.ColumnCount} columns where {(columns.IsDefault ? 0 : columns.Length)} are expected.", (int)ErrorCode.ProtocolError);
        return new RawPage(rows, columns, rows.Metadata.PagingState?.ToArray(), node);
    }

    /// <summary>
    /// Executes statements that write as one unlogged batch. It is tried again only if all of them may be executed twice; each must name its own
    /// timestamp then, or the second time would not be the first one's twin.
    /// </summary>
    /// <param name="statements">Prepared statements, and the values of their markers.</param>
    /// <param name="keyspace">The keyspace whose replicas are asked.</param>
    /// <param name="token">The token whose replicas are asked.</param>
    /// <param name="options">How.</param>
    internal async Task ExecuteBatchAsync(IReadOnlyList<(CassandraStatement Statement, BindValues Values)> statements, string keyspace, Token token, QueryOptions options)
    {
        RequireOpen();
        IEnumerable<ClusterNode> route = _cluster.Route(keyspace, token, Interlocked.Increment(ref _turn));
        (NodeAnswer answer, NodeAddress node) = await AskBatchAsync(CoreBatchKind.Unlogged, statements, options, route).ConfigureAwait(false);
        if (answer.Message is not VoidResult)
            throw Unexpected(answer, node);
    }

    /// <summary>The number of a release such as <c>4.0-rc1</c>; 0.0 where there is none.</summary>
    internal static Version VersionOf(string release)
    {
        string numbers = new([.. release.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return Version.TryParse(numbers.TrimEnd('.'), out Version? version) ? version : new Version(0, 0);
    }
}
