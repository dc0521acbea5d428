using System.Text;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Tests.Engine;

/// <summary>All that a cursor shows, as text, so that two can be compared.</summary>
internal static class UnfilteredText
{
    public static string Of(UnfilteredCursor cursor)
    {
        StringBuilder text = new();
        using (cursor)
            Append(text, cursor);
        return text.ToString();
    }

    public static void Append(StringBuilder text, UnfilteredCursor cursor)
    {
        while (cursor.MoveToNextPartition())
        {
            text.Append($"partition {Convert.ToHexStringLower(cursor.PartitionKey)} {cursor.Token.Value} {cursor.PartitionDeletion}\n");
            if (cursor.StaticRow is { } staticRow)
                Append(text, staticRow);
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind == UnfilteredKind.Row)
                    Append(text, cursor.Row);
                else
                    text.Append($"  marker {cursor.Marker.Kind} {Text(cursor.Marker.Clustering)} end {cursor.Marker.EndDeletion} start {cursor.Marker.StartDeletion}\n");
            }
        }
    }

    private static void Append(StringBuilder text, Row row)
    {
        text.Append($"  {(row.IsStatic ? "static" : "row")} {Text(row.Clustering)} {row.Liveness} {row.Deletion} {row.IsDeletionShadowable}\n");
        foreach (ComplexDeletion deletion in row.ComplexDeletions)
            text.Append($"    column {deletion.Column} {deletion.Deletion}\n");
        foreach (Cell cell in row.Cells)
            text.Append($"    cell {cell.Column} {cell.TimestampMicros} {cell.TtlSeconds} {cell.LocalDeletionSeconds} {(cell.Path.IsNull ? "-" : Convert.ToHexStringLower(row.Path(cell)))} = {Convert.ToHexStringLower(row.Value(cell))}\n");
    }

    private static string Text(ClusteringView clustering)
    {
        StringBuilder text = new();
        for (int i = 0; i < clustering.Count; i++)
            text.Append(i == 0 ? "" : ":").Append(clustering.IsNull(i) ? "null" : Convert.ToHexStringLower(clustering[i]));
        return text.ToString();
    }
}
