using System.Collections.Immutable;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Planning;
using BatchStatement = Cqlite.Core.Cql.Syntax.BatchStatement;

namespace Cqlite.Cassandra.Server;

/// <summary>A statement that clients know by its id, as it was planned against a schema. Immutable.</summary>
internal sealed class PreparedStatement
{
    private readonly PreparedResult _answer;

    private PreparedStatement(PreparedQuery query, string? keyspace, bool isQualified)
    {
        Query = query;
        Keyspace = keyspace;
        IsQualified = isQualified;
        Metadata = query.Plan is SelectPlan ? ResultMetadata.Of(query.Columns) : ResultMetadata.Empty;
        byte[] id = PreparedResult.ComputeId(query.Text, isQualified ? null : keyspace);
        MarkerMetadata markers = new(query.Markers, [.. query.PartitionKeyMarkers.Select(i => (ushort)i)]);
        _answer = new PreparedResult(id, ResultMetadata.ComputeId(StoredColumns(query)), markers, Metadata);
    }

    /// <summary>The id: see <see cref="PreparedResult.ComputeId"/>.</summary>
    public ReadOnlyMemory<byte> Id => _answer.StatementId;

    /// <summary>The plan.</summary>
    public PreparedQuery Query { get; }

    /// <summary>The keyspace of names without one; null for none.</summary>
    public string? Keyspace { get; }

    /// <summary>Whether the statement names the keyspace of each of its tables, so that it means the same in each session.</summary>
    public bool IsQualified { get; }

    /// <summary>The result's columns; empty of what is no SELECT.</summary>
    public ResultMetadata Metadata { get; }

    /// <summary>The id of the result's columns.</summary>
    public ReadOnlyMemory<byte> MetadataId => _answer.ResultMetadataId;

    /// <summary>What PREPARE is answered with.</summary>
    public PreparedResult Answer => _answer;

    /// <summary>Prepares a statement.</summary>
    /// <param name="engine">What plans it.</param>
    /// <param name="cql">The statement.</param>
    /// <param name="keyspace">The keyspace of names without one; null for none.</param>
    public static PreparedStatement Create(QueryEngine engine, string cql, string? keyspace)
    {
        PreparedQuery query = engine.Prepare(cql, keyspace);
        if (query.Markers.Length > ushort.MaxValue)
            throw new Core.Errors.InvalidQueryException($"Too many markers(?). {query.Markers.Length} markers exceed the allowed maximum of {ushort.MaxValue}");
        return new(query, keyspace, NamesItsKeyspaces(CqlParser.Parse(cql)));
    }

    /// <summary>The same against the schema as it is now; null where it is another statement by now, with other columns or markers, or none at all.</summary>
    public PreparedStatement? Renew(QueryEngine engine)
    {
        if (ReferenceEquals(Query.Schema, engine.Database.Schema))
            return this;
        PreparedQuery query;
        try
        {
            query = engine.Prepare(Query.Text, Keyspace);
        }
        catch (Core.Errors.InvalidQueryException)
        {
            return null;
        }

        bool isSame = AreSame(query.Columns, Query.Columns) && AreSame(query.Markers, Query.Markers);
        return isSame ? new PreparedStatement(query, Keyspace, IsQualified) : null;
    }

    /// <summary>The columns as the id of the result is computed from: those in descending order have the reversed type, which no client is told of.</summary>
    private static ImmutableArray<ResultColumn> StoredColumns(PreparedQuery query)
    {
        if (query.Plan is not SelectPlan select)
            return default;
        if (select.Selections.Length != query.Columns.Length)
            return query.Columns;
        return [.. query.Columns.Zip(select.Selections, (column, selection) => selection is ColumnSelection stored ? column with { Type = stored.Source.Column.Type } : column)];
    }

    private static bool AreSame(ImmutableArray<ResultColumn> columns, ImmutableArray<ResultColumn> others) => columns.AsSpan().SequenceEqual(others.AsSpan());

    /// <summary>Only statements on tables count as such: others, as definitions, are another one in each keyspace.</summary>
    private static bool NamesItsKeyspaces(Statement statement) => statement switch
    {
        SelectStatement select => select.Table.Keyspace is not null,
        ModificationStatement modification => modification.Table.Keyspace is not null,
        TruncateStatement truncate => truncate.Table.Keyspace is not null,
        BatchStatement batch => batch.Statements.All(s => s.Table.Keyspace is not null),
        _ => false,
    };
}
