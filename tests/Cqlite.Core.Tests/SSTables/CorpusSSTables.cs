using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.SSTables;

/// <summary>Opens SSTables of the corpus, and puts what cursors show into text that can be compared.</summary>
internal static class CorpusSSTables
{
    /// <summary>The SSTables of a table and of its legacy indexes.</summary>
    public static IReadOnlyList<SSTableDescriptor> Find(CorpusTable table) => Directory.Exists(table.DataDirectory)
        ? SSTableFolder.Find(PhysicalFileSystem.Instance, table.DataDirectory)
        : [];

    /// <summary>Opens one.</summary>
    public static SSTable Open(SSTableDescriptor descriptor, SSTableOptions? options = null) =>
        SSTable.Open(PhysicalFileSystem.Instance, descriptor, options);

    /// <summary>All partitions of a cursor.</summary>
    public static List<PartitionText> ReadAll(UnfilteredCursor cursor)
    {
        List<PartitionText> partitions = [];
        while (cursor.MoveToNextPartition())
            partitions.Add(ReadPartition(cursor));
        return partitions;
    }

    /// <summary>The partition that a cursor has come to.</summary>
    public static PartitionText ReadPartition(UnfilteredCursor cursor)
    {
        string head = $"{cursor.PartitionDeletion} {(cursor.StaticRow is { } row ? Describe(row) : "no static row")}";
        List<UnfilteredText> items = [];
        while (cursor.MoveToNextUnfiltered())
        {
            items.Add(cursor.Kind == UnfilteredKind.Row
                ? new UnfilteredText(BoundOf(cursor.Row.Clustering), Describe(cursor.Row))
                : new UnfilteredText(BoundOf(cursor.Marker.Clustering), Describe(cursor.Marker)));
        }

        return new PartitionText(cursor.PartitionKey.ToArray(), cursor.PartitionFilePosition, head, items);
    }

    /// <summary>The same bytes as another kind of prefix.</summary>
    public static ClusteringBound As(this ClusteringBound bound, ClusteringKind kind) => new(kind, ValuesOf(bound.View));

    private static ClusteringBound BoundOf(in ClusteringView view) => new(view.Kind, ValuesOf(view));

    private static byte[]?[] ValuesOf(in ClusteringView view)
    {
        byte[]?[] values = new byte[]?[view.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = view.IsNull(i) ? null : view[i].ToArray();
        return values;
    }

    private static string Describe(Row row)
    {
        StringBuilder text = new();
        text.Append(row.FilePosition).Append(": ").Append(row.Liveness).Append(' ').Append(row.Deletion).Append(row.IsDeletionShadowable ? " shadowable" : "");
        foreach (Slice slice in row.ClusteringSlices)
            text.Append(' ').Append(slice.IsNull ? "null" : Convert.ToHexString(row.Bytes(slice)));
        foreach (ref readonly Cell cell in row.Cells)
        {
            text.Append($" [{cell.Column} @{cell.TimestampMicros} {cell.TtlSeconds} {cell.LocalDeletionSeconds} ")
                .Append(cell.Path.IsNull ? "" : Convert.ToHexString(row.Path(cell)) + "=")
                .Append(Convert.ToHexString(row.Value(cell))).Append(']');
        }

        foreach (ComplexDeletion deletion in row.ComplexDeletions)
            text.Append(' ').Append(deletion);
        return text.ToString();
    }

    private static string Describe(RangeTombstoneMarker marker)
    {
        StringBuilder text = new();
        text.Append(marker.Kind).Append(' ').Append(marker.EndDeletion).Append(' ').Append(marker.StartDeletion);
        foreach (Slice slice in marker.Values)
            text.Append(' ').Append(slice.IsNull ? "null" : Convert.ToHexString(marker.Buffer.AsSpan(slice.Offset, slice.Length)));
        return text.ToString();
    }
}

/// <summary>A partition as text.</summary>
internal sealed record PartitionText(byte[] Key, long Position, string Head, List<UnfilteredText> Items)
{
    /// <summary>What is in it, without where it is.</summary>
    public string Content => $"{Convert.ToHexString(Key)} {Head}\n{string.Join('\n', Items.Select(i => i.Text))}";
}

/// <summary>A row or marker as text.</summary>
internal sealed record UnfilteredText(ClusteringBound Clustering, string Text)
{
    /// <summary>Whether it is a row.</summary>
    public bool IsRow => Clustering.Kind == ClusteringKind.Clustering;
}
