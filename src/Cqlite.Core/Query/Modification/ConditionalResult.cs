using System.Collections.Immutable;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>What a conditional write answers: whether it was applied, and if not, the rows that decided so.</summary>
/// <remarks>Source of the form: org/apache/cassandra/cql3/statements/ModificationStatement.java (buildCasResultSet).</remarks>
internal static class ConditionalResult
{
    /// <summary>It was written.</summary>
    public static QueryResult Applied(TableMetadata table) => new ListResult([AppliedColumn(table)], [[[1]]], []);

    /// <summary>It was not.</summary>
    /// <param name="stored">What was read.</param>
    /// <param name="shown">The columns to show; null for all.</param>
    /// <param name="nowSeconds">The moment of the reading.</param>
    public static QueryResult Refused(PartitionSnapshot stored, IEnumerable<ColumnMetadata>? shown, long nowSeconds)
    {
        TableMetadata table = stored.Table;
        ColumnSource[] columns = [.. (shown ?? table.ColumnsInSelectOrder()).Distinct().Select(c => ColumnSource.Of(table, c))];
        var view = new RowView(table, nowSeconds);
        view.BeginPartition(stored.Key.Key.Span, stored.Key.Token, stored.StaticRow);
        List<byte[]?[]> rows = [];
        foreach (Row row in stored.Rows)
        {
            view.ShowRow(row);
            rows.Add(RowOf(view, columns));
        }

        if (rows.Count == 0 && stored.StaticRow is not null)
            rows.Add(RowOf(view, columns));
        if (rows.Count == 0)
            return new ListResult([AppliedColumn(table)], [[[0]]], []);
        ImmutableArray<ResultColumn> results =
            [AppliedColumn(table), .. columns.Select(c => new ResultColumn(table.Keyspace, table.Name, c.Column.Name, c.Column.Type))];
        return new ListResult(results, rows, []);
    }

    private static ResultColumn AppliedColumn(TableMetadata table) => new(table.Keyspace, table.Name, "[applied]", CqlTypes.Boolean);

    private static byte[]?[] RowOf(RowView view, ColumnSource[] columns)
    {
        byte[]?[] values = new byte[]?[columns.Length + 1];
        values[0] = [0];
        for (int i = 0; i < columns.Length; i++)
        {
            ReadOnlySpan<byte> value = view.Value(columns[i], out bool isNull);
            values[i + 1] = isNull ? null : value.ToArray();
        }

        return values;
    }
}
