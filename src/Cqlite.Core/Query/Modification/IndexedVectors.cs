using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Query.Modification;

/// <summary>Refuses vectors that their index can't compare: with elements that are not finite or, where angles are compared, all zero.</summary>
/// <remarks>
/// Cassandra's node fails while it writes, and so its coordinator tells of a failed write. Source: org/apache/cassandra/index/sai/disk/v1/vector/OnHeapGraph.java
/// (validateIndexable).
/// </remarks>
internal static class IndexedVectors
{
    /// <summary>Checks mutations before they are applied.</summary>
    /// <exception cref="InvalidQueryException">A vector can't be indexed.</exception>
    public static void Check(ReadOnlySpan<Mutation> mutations)
    {
        foreach (Mutation mutation in mutations)
        {
            foreach (PartitionUpdate update in mutation.Updates)
            {
                if (update.Table.Indexes.Count > 0)
                    Check(update);
            }
        }
    }

    private static void Check(PartitionUpdate update)
    {
        ColumnIndex[] indexes = [.. ColumnIndex.Of(update.Table).Where(i => i.FindsNearest)];
        if (indexes.Length == 0)
            return;
        var window = new DataWindow();
        window.Fill(update.Content.Span, "an update");
        window.Position = PartitionUpdate.TableIdLength;
        using var cursor = new PartitionUpdateCursor(update.Table, MessagingVersions.Own, window);
        cursor.Begin();
        while (cursor.MoveToNextPartition())
        {
            if (cursor.StaticRow is { } staticRow)
                Check(staticRow, update.Table.Statics, indexes);
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind == UnfilteredKind.Row)
                    Check(cursor.Row, update.Table.Regulars, indexes);
            }
        }
    }

    private static void Check(Row row, IReadOnlyList<ColumnMetadata> columns, ColumnIndex[] indexes)
    {
        foreach (ref readonly Cell cell in row.Cells)
        {
            ColumnMetadata column = columns[cell.Column];
            if (cell.IsTombstone || Array.Find(indexes, i => i.Column.Equals(column)) is not { } index)
                continue;
            ReadOnlySpan<byte> value = row.Value(cell);
            var vector = new float[value.Length / sizeof(float)];
            VectorMath.Read(value, vector);
            if (!VectorMath.IsIndexable(vector, index.Similarity))
                throw new InvalidQueryException("Operation failed - received 0 responses and 1 failures: UNKNOWN from /127.0.0.1:7000", InvalidQueryException.WriteFailureCode);
        }
    }
}
