namespace Cqlite.Fuzz.Modeling;

/// <summary>A cell written at a time in microseconds: a value, or null for its deletion. Of a collection the path is the element, of a list its place.</summary>
internal sealed record CellFact(object[] Partition, object[]? Row, string Column, object? Path, object? Value, long At, long? ExpiresAt);

/// <summary>The mark that an INSERT leaves on a row.</summary>
internal sealed record RowFact(object[] Partition, object[] Row, long At, long? ExpiresAt);

/// <summary>A deletion of a partition, of a range of its rows, or (with <see cref="Column"/>) of a collection of one row.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Covers">Whether a row, or the static one that is null, is deleted.</param>
/// <param name="Column">The collection; null for all columns.</param>
/// <param name="At">Timestamp in microseconds.</param>
internal sealed record DeletionFact(object[] Partition, Func<object[]?, bool> Covers, string? Column, long At);

/// <summary>A live row as a SELECT sees it; without clustering where only statics are live.</summary>
internal sealed record ModelRow(object[] Partition, object[]? Clustering, IReadOnlyDictionary<string, object> Values, IReadOnlyDictionary<string, (long At, long? ExpiresAt)> Times);

/// <summary>
/// A table as the list of all that was ever written to it. Reading looks at every fact each time: slow, and so simple that it can be seen to be right.
/// </summary>
/// <remarks>Rules: org/apache/cassandra/db/rows/Cells.java (of two cells the later; at the same time the deletion, then the larger bytes), Row.Deletion, LivenessInfo.</remarks>
internal sealed class ModelFacts(ModelTable table)
{
    private readonly List<CellFact> _cells = [];
    private readonly List<RowFact> _rows = [];
    private readonly List<DeletionFact> _deletions = [];
    private readonly Dictionary<string, long> _droppedAt = [];

    /// <summary>The columns that the table has now.</summary>
    public List<ModelColumn> Columns { get; } = [.. table.Columns[..table.InitialColumns]];

    /// <summary>The clustering columns' names now.</summary>
    public string[] ClusteringNames { get; } = [.. table.Clustering.Select((_, i) => $"c{i}")];

    /// <summary>The user type's fields now.</summary>
    public List<string> Fields { get; } = ["a", "b"];

    /// <summary>How many elements were ever appended to lists or prepended, which gives them their places.</summary>
    public int ListElements { get; set; }

    /// <summary>The latest timestamp of a cell, in microseconds.</summary>
    public long LatestAt => _cells.Select(c => c.At).DefaultIfEmpty(0).Max();

    public void Add(CellFact fact) => _cells.Add(fact);

    public void Add(RowFact fact) => _rows.Add(fact);

    public void Add(DeletionFact fact) => _deletions.Add(fact);

    /// <summary>Drops a column: what was written to it by then does not come back with it.</summary>
    public void Drop(string column, long at)
    {
        Columns.RemoveAll(c => c.Name == column);
        _droppedAt[column] = at;
    }

    /// <summary>The live rows in the order of tokens and clusterings.</summary>
    public List<ModelRow> Read(long nowSeconds)
    {
        List<ModelRow> found = [];
        IEnumerable<object[]> partitions = _cells.Select(c => c.Partition).Concat(_rows.Select(r => r.Partition)).Distinct(KeyOrder.Partitions);
        foreach (object[] partition in partitions.Order(KeyOrder.Partitions))
        {
            CellFact[] cells = [.. _cells.Where(c => KeyOrder.Same(c.Partition, partition))];
            RowFact[] marks = [.. _rows.Where(r => KeyOrder.Same(r.Partition, partition))];
            DeletionFact[] deletions = [.. _deletions.Where(d => KeyOrder.Same(d.Partition, partition))];
            Dictionary<string, object> statics = [];
            Dictionary<string, (long, long?)> staticTimes = [];
            ReadCells(null, cells, deletions, nowSeconds, statics, staticTimes);
            KeyOrder order = new(table.Clustering);
            bool hasRow = false;
            foreach (object[] row in cells.Select(c => c.Row).OfType<object[]>().Concat(marks.Select(m => m.Row)).Distinct(order).Order(order))
            {
                Dictionary<string, object> values = [];
                Dictionary<string, (long, long?)> times = [];
                ReadCells(row, cells, deletions, nowSeconds, values, times);
                long deleted = DeletedAt(deletions, row, null);
                RowFact? mark = marks.Where(m => KeyOrder.Same(m.Row, row) && m.At > deleted).MaxBy(m => m.At);
                if (values.Count == 0 && (mark is null || mark.ExpiresAt <= nowSeconds))
                    continue;
                hasRow = true;
                found.Add(new ModelRow(partition, row, Together(values, statics), Together(times, staticTimes)));
            }

            if (!hasRow && statics.Count > 0)
                found.Add(new ModelRow(partition, null, statics, staticTimes));
        }

        return found;
    }

    private static Dictionary<string, T> Together<T>(Dictionary<string, T> left, Dictionary<string, T> right) => new(left.Concat(right));

    private static long DeletedAt(DeletionFact[] deletions, object[]? row, string? column) =>
        deletions.Where(d => (d.Column is null || d.Column == column) && d.Covers(row)).Select(d => d.At).DefaultIfEmpty(long.MinValue).Max();

    private void ReadCells(object[]? row, CellFact[] cells, DeletionFact[] deletions, long now, Dictionary<string, object> values, Dictionary<string, (long, long?)> times)
    {
        foreach (ModelColumn column in Columns.Where(c => c.IsStatic == row is null))
        {
            long deleted = Math.Max(DeletedAt(deletions, row, column.Name), _droppedAt.GetValueOrDefault(column.Name, long.MinValue));
            IEnumerable<CellFact> written = cells.Where(c => c.Column == column.Name && c.At > deleted && (row is null ? c.Row is null : c.Row is not null && KeyOrder.Same(c.Row, row)));
            CellFact[] live = [.. written.GroupBy(c => c.Path ?? "").Select(g => g.Aggregate(Winner)).Where(c => c.Value is not null && !(c.ExpiresAt <= now))];
            if (live.Length == 0)
                continue;
            values[column.Name] = column.Kind switch
            {
                ValueKind.Set => live.Select(c => (int)c.Path!).Order().ToList(),
                ValueKind.List => live.OrderBy(c => (int)c.Path!).Select(c => (int)c.Value!).ToList(),
                ValueKind.Map => live.ToDictionary(c => (string)c.Path!, c => (int)c.Value!),
                ValueKind.Fields => live.ToDictionary(c => (string)c.Path!, c => c.Value!),
                _ => live[0].Value!,
            };
            if (!ModelValue.IsMultiCell(column.Kind))
                times[column.Name] = (live[0].At, live[0].ExpiresAt);
        }
    }

    private static CellFact Winner(CellFact left, CellFact right)
    {
        if (left.At != right.At)
            return left.At > right.At ? left : right;
        if (left.Value is null || right.Value is null)
            return left.Value is null ? left : right;
        return ModelValue.Serialize(left.Value).AsSpan().SequenceCompareTo(ModelValue.Serialize(right.Value)) >= 0 ? left : right;
    }
}
