using System.Buffers.Binary;
using System.Globalization;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Tests.Rows;

/// <summary>A cursor over content written as text, and the way back; see MergeCursor.txt for the notation.</summary>
internal sealed class ScriptedCursor : UnfilteredCursor
{
    private readonly List<(byte[] Key, DeletionTime Deletion, Row? Static, List<object> Items)> _partitions = [];
    private int _partition = -1;
    private int _item = -1;

    public ScriptedCursor(IEnumerable<string> lines, bool reversed)
    {
        IsReversed = reversed;
        foreach (string line in lines)
            Add(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        _partitions.Sort((a, b) => Table.Partitioner.Compare(Table.Partitioner.TokenOf(a.Key), a.Key, Table.Partitioner.TokenOf(b.Key), b.Key));
    }

    public static TableMetadata SharedTable { get; } = new("ks", "t", Guid.Empty,
    [
        new ColumnMetadata("k", ColumnKind.PartitionKey, 0, CqlTypes.Int),
        new ColumnMetadata("c", ColumnKind.Clustering, 0, CqlTypes.Int),
        new ColumnMetadata("d", ColumnKind.Clustering, 1, CqlTypes.Int),
        new ColumnMetadata("s", ColumnKind.Static, -1, CqlTypes.Int),
        new ColumnMetadata("m", ColumnKind.Regular, -1, new MapType(CqlTypes.Int, CqlTypes.Int, isMultiCell: true)),
        new ColumnMetadata("v", ColumnKind.Regular, -1, CqlTypes.Int),
        new ColumnMetadata("w", ColumnKind.Regular, -1, CqlTypes.Int),
    ]);

    public override TableMetadata Table => SharedTable;

    public override bool IsReversed { get; }

    public override ReadOnlySpan<byte> PartitionKey => _partitions[_partition].Key;

    public override Token Token => Table.Partitioner.TokenOf(PartitionKey);

    public override DeletionTime PartitionDeletion => _partitions[_partition].Deletion;

    public override Row? StaticRow => _partitions[_partition].Static;

    public override UnfilteredKind Kind => _item < 0 || _item >= Items.Count ? UnfilteredKind.None : Items[_item] is Row ? UnfilteredKind.Row : UnfilteredKind.Marker;

    public override Row Row => (Row)Items[_item];

    public override RangeTombstoneMarker Marker => (RangeTombstoneMarker)Items[_item];

    private List<object> Items => _partitions[_partition].Items;

    public override bool MoveToNextPartition()
    {
        _item = -1;
        return ++_partition < _partitions.Count;
    }

    public override bool MoveToNextUnfiltered() => ++_item < Items.Count;

    /// <summary>The content of a cursor in the notation of scripts.</summary>
    public static List<string> Print(UnfilteredCursor cursor)
    {
        var lines = new List<string>();
        while (cursor.MoveToNextPartition())
        {
            lines.Add($"partition {Number(cursor.PartitionKey)}{(cursor.PartitionDeletion.IsLive ? "" : $" deleted={Print(cursor.PartitionDeletion)}")}");
            if (cursor.StaticRow is { } row)
                lines.Add($"  static{Print(row)}");
            while (cursor.MoveToNextUnfiltered())
                lines.Add(cursor.Kind == UnfilteredKind.Row ? $"  row {Print(cursor.Row.Clustering)}{Print(cursor.Row)}" : $"  {Print(cursor.Marker)}");
        }

        return lines;
    }

    private void Add(string[] words)
    {
        switch (words[0])
        {
            case "partition":
                DeletionTime deletion = words.Length > 2 ? Deletion(words[2]["deleted=".Length..]) : DeletionTime.Live;
                _partitions.Add((Bytes(int.Parse(words[1], CultureInfo.InvariantCulture)), deletion, null, []));
                break;
            case "static":
                _partitions[^1] = _partitions[^1] with { Static = ParseRow(words.AsSpan(1), isStatic: true, null) };
                break;
            case "row":
                _partitions[^1].Items.Add(ParseRow(words.AsSpan(2), isStatic: false, words[1]));
                break;
            default:
                _partitions[^1].Items.Add(ParseMarker(words));
                break;
        }
    }

    private static Row ParseRow(ReadOnlySpan<string> words, bool isStatic, string? clustering)
    {
        var row = new Row();
        row.ResetToArena(isStatic);
        foreach (string value in clustering?.Split(',') ?? [])
            row.AddClustering(row.Store(Bytes(int.Parse(value, CultureInfo.InvariantCulture))));
        foreach (string word in words)
        {
            int equal = word.IndexOf('=', StringComparison.Ordinal);
            string name = word[..equal];
            string value = word[(equal + 1)..];
            if (name == "live")
            {
                string[] parts = value.Split('+', '@');
                row.Liveness = new Liveness(long.Parse(parts[0]), parts.Length > 1 ? int.Parse(parts[1]) : 0, parts.Length > 1 ? long.Parse(parts[2]) : long.MaxValue);
            }
            else if (name == "deleted")
            {
                row.IsDeletionShadowable = value.EndsWith('~');
                row.Deletion = Deletion(value.TrimEnd('~'));
            }
            else if (name.EndsWith('!'))
            {
                row.AddComplexDeletion(new ComplexDeletion(Column(name.TrimEnd('!'), isStatic), Deletion(value)));
            }
            else
            {
                AddCell(row, name, value, isStatic);
            }
        }

        return row;
    }

    // value@timestamp, -@timestamp for a tombstone, value@timestamp+ttl@expiry
    private static void AddCell(Row row, string name, string value, bool isStatic)
    {
        string[] parts = value.Split('@', '+');
        bool isTombstone = parts[0] == "-";
        Slice path = Slice.Null;
        int bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket > 0)
            path = row.Store(Bytes(int.Parse(name[(bracket + 1)..^1], CultureInfo.InvariantCulture)));
        Slice stored = isTombstone ? row.Store([]) : row.Store(Bytes(int.Parse(parts[0], CultureInfo.InvariantCulture)));
        long timestamp = long.Parse(parts[1], CultureInfo.InvariantCulture);
        ref Cell cell = ref row.AddCell();
        cell = new Cell
        {
            Column = Column(bracket > 0 ? name[..bracket] : name, isStatic),
            TimestampMicros = timestamp,
            TtlSeconds = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0,
            LocalDeletionSeconds = isTombstone ? timestamp : parts.Length > 2 ? long.Parse(parts[3], CultureInfo.InvariantCulture) : Cell.NoDeletionTime,
            Value = stored,
            Path = path,
        };
    }

    // open [1 20, open (1 20, close 1] 20, close 1) 20, turn 1)[ 20 30 (what ends, what starts)
    private static RangeTombstoneMarker ParseMarker(string[] words)
    {
        string place = words[1];
        byte[][] values = [.. place.Trim('[', '(', ']', ')').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(v => Bytes(int.Parse(v, CultureInfo.InvariantCulture)))];
        ClusteringKind kind = words[0] switch
        {
            "open" => place[0] == '[' ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart,
            "close" => place[^1] == ']' ? ClusteringKind.InclusiveEnd : ClusteringKind.ExclusiveEnd,
            "turn" => place.EndsWith(")[", StringComparison.Ordinal) ? ClusteringKind.ExclusiveEndInclusiveStart : ClusteringKind.InclusiveEndExclusiveStart,
            _ => throw new FormatException($"'{words[0]}' begins no line of a script."),
        };
        DeletionTime first = Deletion(words[2]);
        DeletionTime end = words[0] == "open" ? DeletionTime.Live : first;
        DeletionTime start = words[0] switch { "open" => first, "turn" => Deletion(words[3]), _ => DeletionTime.Live };
        var marker = new RangeTombstoneMarker();
        marker.Set(kind, new ClusteringBound(kind, values).View, end, start);
        return marker;
    }

    private static string Print(RangeTombstoneMarker marker)
    {
        string values = Print(marker.Clustering);
        return marker.Kind switch
        {
            ClusteringKind.InclusiveStart => $"open [{values} {Print(marker.StartDeletion)}",
            ClusteringKind.ExclusiveStart => $"open ({values} {Print(marker.StartDeletion)}",
            ClusteringKind.InclusiveEnd => $"close {values}] {Print(marker.EndDeletion)}",
            ClusteringKind.ExclusiveEnd => $"close {values}) {Print(marker.EndDeletion)}",
            ClusteringKind.ExclusiveEndInclusiveStart => $"turn {values})[ {Print(marker.EndDeletion)} {Print(marker.StartDeletion)}",
            _ => $"turn {values}]( {Print(marker.EndDeletion)} {Print(marker.StartDeletion)}",
        };
    }

    private static string Print(Row row)
    {
        var text = new System.Text.StringBuilder();
        if (!row.Liveness.IsEmpty)
            text.Append($" live={row.Liveness.TimestampMicros}{(row.Liveness.IsExpiring ? $"+{row.Liveness.TtlSeconds}@{row.Liveness.ExpiresAtSeconds}" : "")}");
        if (!row.Deletion.IsLive)
            text.Append($" deleted={Print(row.Deletion)}{(row.IsDeletionShadowable ? "~" : "")}");
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? SharedTable.Statics : SharedTable.Regulars;
        foreach (ComplexDeletion deletion in row.ComplexDeletions)
            text.Append($" {columns[deletion.Column].Name}!={Print(deletion.Deletion)}");
        foreach (Cell cell in row.Cells)
        {
            string path = cell.Path.IsNull ? "" : $"[{Number(row.Path(cell))}]";
            string value = cell.IsTombstone ? "-" : Number(row.Value(cell)).ToString(CultureInfo.InvariantCulture);
            text.Append($" {columns[cell.Column].Name}{path}={value}@{cell.TimestampMicros}{(cell.IsExpiring ? $"+{cell.TtlSeconds}@{cell.LocalDeletionSeconds}" : "")}");
        }

        return text.ToString();
    }

    private static string Print(ClusteringView clustering)
    {
        var values = new List<int>();
        for (int i = 0; i < clustering.Count; i++)
            values.Add(Number(clustering[i]));
        return string.Join(',', values);
    }

    private static string Print(DeletionTime deletion) =>
        deletion.LocalSeconds == deletion.MarkedAtMicros ? $"{deletion.MarkedAtMicros}" : $"{deletion.MarkedAtMicros}@{deletion.LocalSeconds}";

    private static DeletionTime Deletion(string text)
    {
        string[] parts = text.Split('@');
        long marked = long.Parse(parts[0], CultureInfo.InvariantCulture);
        return new DeletionTime(marked, parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : marked);
    }

    private static int Column(string name, bool isStatic)
    {
        IReadOnlyList<ColumnMetadata> columns = isStatic ? SharedTable.Statics : SharedTable.Regulars;
        return columns.Select((c, i) => (c.Name, i)).First(c => c.Name == name).i;
    }

    private static int Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);

    private static byte[] Bytes(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
