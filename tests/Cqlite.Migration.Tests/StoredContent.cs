using System.Globalization;
using System.Text;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Tests;

/// <summary>All that is stored of a table, a line for each partition, row and marker, with every time and deletion.</summary>
internal static class StoredContent
{
    /// <summary>The lines of all that a cursor gives.</summary>
    public static IEnumerable<string> Of(UnfilteredCursor cursor)
    {
        while (cursor.MoveToNextPartition())
        {
            yield return $"{Convert.ToHexStringLower(cursor.PartitionKey)} {cursor.PartitionDeletion}";
            if (cursor.StaticRow is { } row)
                yield return " static" + Text(row, cursor.Table.Statics);
            while (cursor.MoveToNextUnfiltered())
                yield return cursor.Kind == UnfilteredKind.Row ? " row" + Text(cursor.Row, cursor.Table.Regulars) : " marker" + Text(cursor.Marker);
        }
    }

    private static string Text(Row row, IReadOnlyList<ColumnMetadata> columns)
    {
        StringBuilder text = new();
        foreach (Slice slice in row.ClusteringSlices)
            text.Append(' ').Append(slice.IsNull ? "null" : Convert.ToHexStringLower(row.Bytes(slice)));
        text.Append($" {row.Liveness} {row.Deletion}");
        foreach (ComplexDeletion deletion in row.ComplexDeletions)
            text.Append($" {columns[deletion.Column].Name}-{deletion.Deletion}");
        foreach (ref readonly Cell cell in row.Cells)
        {
            text.Append(CultureInfo.InvariantCulture, $" {columns[cell.Column].Name}/{Convert.ToHexStringLower(row.Path(cell))}={Convert.ToHexStringLower(row.Value(cell))}");
            text.Append(CultureInfo.InvariantCulture, $"@{cell.TimestampMicros}!{cell.LocalDeletionSeconds}~{cell.TtlSeconds}");
        }

        return text.ToString();
    }

    private static string Text(RangeTombstoneMarker marker)
    {
        ClusteringView clustering = marker.Clustering;
        StringBuilder text = new();
        text.Append($" {clustering.Kind}");
        for (int i = 0; i < clustering.Count; i++)
            text.Append(' ').Append(clustering.IsNull(i) ? "null" : Convert.ToHexStringLower(clustering[i]));
        text.Append($" open {marker.OpenDeletion(reversed: false)} close {marker.CloseDeletion(reversed: false)}");
        return text.ToString();
    }
}
