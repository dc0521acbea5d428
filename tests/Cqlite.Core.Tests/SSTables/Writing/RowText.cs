using System.Text;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>Everything that a cursor shows, as text, one line an item, to compare and to read.</summary>
internal static class RowText
{
    /// <summary>All partitions of a cursor, which is disposed of.</summary>
    public static List<string> Of(UnfilteredCursor cursor)
    {
        List<string> lines = [];
        using (cursor)
        {
            while (cursor.MoveToNextPartition())
            {
                lines.Add($"partition {Hex(cursor.PartitionKey)} {Of(cursor.PartitionDeletion)}");
                if (cursor.StaticRow is { IsEmpty: false } row)
                    lines.Add("static " + Of(row));
                while (cursor.MoveToNextUnfiltered())
                    lines.Add(cursor.Kind == UnfilteredKind.Row ? Of(cursor.Row) : Of(cursor.Marker));
            }
        }

        return lines;
    }

    private static string Of(Row row)
    {
        StringBuilder text = new();
        text.Append(Of(row.Clustering)).Append(' ').Append(row.Liveness).Append(' ').Append(Of(row.Deletion)).Append(row.IsDeletionShadowable ? " shadowable" : "");
        foreach (ComplexDeletion deletion in row.ComplexDeletions)
            text.Append($" deleted {deletion.Column} {Of(deletion.Deletion)}");
        foreach (Cell cell in row.Cells)
        {
            text.Append($" cell {cell.Column} at {cell.TimestampMicros} ttl {cell.TtlSeconds} time {cell.LocalDeletionSeconds} ");
            text.Append(cell.Path.IsNull ? "" : Hex(row.Path(cell)) + " = ").Append(Hex(row.Value(cell)));
        }

        return text.ToString();
    }

    private static string Of(RangeTombstoneMarker marker) => $"{Of(marker.Clustering)} {Of(marker.EndDeletion)} {Of(marker.StartDeletion)}";

    private static string Of(DeletionTime deletion) => deletion.IsLive ? "live" : $"{deletion.MarkedAtMicros}@{deletion.LocalSeconds}";

    private static string Of(in ClusteringView clustering)
    {
        StringBuilder text = new(clustering.Kind.ToString());
        for (int i = 0; i < clustering.Count; i++)
            text.Append(' ').Append(clustering.IsNull(i) ? "null" : Hex(clustering[i]));
        return text.ToString();
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
