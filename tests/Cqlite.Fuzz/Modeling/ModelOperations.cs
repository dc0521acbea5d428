using System.Globalization;

namespace Cqlite.Fuzz.Modeling;

/// <summary>One step of a case. What it needs it holds, so that it means the same when steps before it are left out.</summary>
internal abstract record ModelOperation
{
    /// <summary>Does it to the database and to the model; what can't be done without steps that were left out is passed over.</summary>
    public abstract void Run(ModelRun run);
}

/// <summary>A write of one partition: INSERT, UPDATE, or DELETE of cells, a row, a range, a partition.</summary>
internal sealed record WriteOperation : ModelOperation
{
    /// <summary>INSERT, UPDATE or DELETE.</summary>
    public required string Verb { get; init; }

    /// <summary>The partition.</summary>
    public required object[] Partition { get; init; }

    /// <summary>The row, or as many clustering values as a DELETE of a range gives.</summary>
    public required object[] Row { get; init; }

    /// <summary>What is assigned or deleted; empty for deletions of more.</summary>
    public ModelAssignment[] Assignments { get; init; } = [];

    /// <summary>Of a range's next clustering column the ends: operator and value.</summary>
    public (string Operator, object Value)[] Ends { get; init; } = [];

    /// <summary>The timestamp.</summary>
    public required long At { get; init; }

    /// <summary>The TTL; 0 for the table's.</summary>
    public int TtlSeconds { get; init; }

    /// <inheritdoc/>
    public override void Run(ModelRun run)
    {
        if (Prepare(run) is { } cql)
            run.Execute(cql);
    }

    /// <summary>The statement, whose facts are added to the model; null where its columns are not there.</summary>
    public string? Prepare(ModelRun run)
    {
        ModelAssignment[] assignments = [.. Assignments.Where(a => run.Facts.Columns.Contains(a.Column) && (a.Column.Kind != ValueKind.Fields || a.Element is not string field || run.Facts.Fields.Contains(field)))];
        if (Assignments.Length > 0 && assignments.Length == 0)
            return null;
        int ttl = Verb == "DELETE" ? 0 : TtlSeconds != 0 ? TtlSeconds : run.Table.DefaultTtlSeconds;
        long? expiresAt = ttl == 0 ? null : run.Clock.Seconds + ttl;
        foreach (ModelAssignment assignment in assignments)
        {
            if (Verb == "DELETE")
                assignment.Delete(run.Facts, Partition, Row, At);
            else
                assignment.Write(run.Facts, Partition, Row, At, expiresAt);
        }

        bool needsRow = assignments.Any(a => !a.Column.IsStatic);
        switch (Verb)
        {
            case "INSERT":
                run.Facts.Add(new RowFact(Partition, Row, At, expiresAt));
                IEnumerable<string> names = [.. run.Table.PartitionNames, .. run.Facts.ClusteringNames, .. assignments.Select(a => a.Column.Name)];
                IEnumerable<string> values = [.. Partition.Concat(Row).Select(v => ModelValue.Literal(v, ValueKind.Int)), .. assignments.Select(a => a.InInsert())];
                return $"INSERT INTO k.t ({string.Join(", ", names)}) VALUES ({string.Join(", ", values)}) USING {Using()}";
            case "UPDATE":
                return $"UPDATE k.t USING {Using()} SET {string.Join(", ", assignments.Select(a => a.InUpdate()))} WHERE {Where(run, needsRow)}";
            default:
                if (Assignments.Length == 0)
                    run.Facts.Add(new DeletionFact(Partition, Covers, null, At));
                return $"DELETE {string.Join(", ", assignments.Select(a => a.InDelete()))} FROM k.t USING TIMESTAMP {At} WHERE {Where(run, needsRow || Assignments.Length == 0)}";
        }
    }

    private bool Covers(object[]? row)
    {
        if (Row.Length == 0 && Ends.Length == 0)
            return true;
        return row is not null && KeyOrder.Same(row[..Row.Length], Row) && Ends.All(e => ModelSelect.Holds(row[Row.Length], e.Operator, e.Value));
    }

    private string Using() => string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP {At}{(TtlSeconds == 0 ? "" : $" AND TTL {TtlSeconds}")}");

    private string Where(ModelRun run, bool withRow)
    {
        IEnumerable<string> parts = run.Table.PartitionNames.Zip(Partition, (n, v) => $"{n} = {ModelValue.Literal(v, ValueKind.Int)}");
        if (withRow)
        {
            parts = parts.Concat(run.Facts.ClusteringNames.Zip(Row, (n, v) => $"{n} = {ModelValue.Literal(v, ValueKind.Int)}"));
            parts = parts.Concat(Ends.Select(e => $"{run.Facts.ClusteringNames[Row.Length]} {e.Operator} {ModelValue.Literal(e.Value, ValueKind.Int)}"));
        }

        return string.Join(" AND ", parts);
    }
}

/// <summary>Several writes at once.</summary>
internal sealed record BatchOperation(WriteOperation[] Writes) : ModelOperation
{
    /// <inheritdoc/>
    public override void Run(ModelRun run)
    {
        string[] statements = [.. Writes.Select(w => w.Prepare(run)).OfType<string>()];
        if (statements.Length > 0)
            run.Execute($"BEGIN UNLOGGED BATCH {string.Join("; ", statements)}; APPLY BATCH");
    }
}

/// <summary>A counter is counted up or down; without a row the partition's.</summary>
internal sealed record CounterOperation(int Partition, int? Row, int Difference) : ModelOperation
{
    /// <inheritdoc/>
    public override void Run(ModelRun run)
    {
        string name = Row is null ? "s" : "n";
        run.Execute($"UPDATE k.n SET {name} = {name} {(Difference < 0 ? '-' : '+')} {Math.Abs(Difference)} WHERE p = {Partition}{(Row is { } row ? $" AND c = {row}" : "")}");
        run.Counters[(Partition, Row)] = run.Counters.GetValueOrDefault((Partition, Row)) + Difference;
    }
}

/// <summary>Time passes.</summary>
internal sealed record TickOperation(int Seconds) : ModelOperation
{
    /// <inheritdoc/>
    public override void Run(ModelRun run) => run.Clock.Seconds += Seconds;
}

/// <summary>What an operation of <see cref="StorageOperation"/> does.</summary>
internal enum StorageAction
{
    /// <summary>Memory is written to an SSTable.</summary>
    Flush,

    /// <summary>All SSTables are compacted.</summary>
    Compact,

    /// <summary>The database is closed and opened.</summary>
    Reopen,

    /// <summary>The plug is pulled, and the database opened from what the disk holds then.</summary>
    Crash,
}

/// <summary>Something that must change no row.</summary>
internal sealed record StorageOperation(StorageAction Action, int Seed) : ModelOperation
{
    /// <inheritdoc/>
    public override void Run(ModelRun run) => run.Do(Action, new Random(Seed));
}

/// <summary>What an operation of <see cref="SchemaOperation"/> changes.</summary>
internal enum SchemaAction
{
    /// <summary>A column is added, or added again.</summary>
    Add,

    /// <summary>A column is dropped.</summary>
    Drop,

    /// <summary>A clustering column gets another name.</summary>
    Rename,

    /// <summary>The user type gets a field.</summary>
    AddField,
}

/// <summary>A change of the table or of its user type.</summary>
internal sealed record SchemaOperation(SchemaAction Action, int Number) : ModelOperation
{
    /// <inheritdoc/>
    public override void Run(ModelRun run)
    {
        ModelFacts facts = run.Facts;
        ModelColumn column = run.Table.Columns[Number % run.Table.Columns.Length];
        switch (Action)
        {
            case SchemaAction.Add when !facts.Columns.Contains(column):
                run.Execute($"ALTER TABLE k.t ADD {column}");
                facts.Columns.Add(column);
                break;
            case SchemaAction.Drop when facts.Columns.Contains(column) && facts.Columns.Count > 1 && column.Kind != ValueKind.Fields:
                // The time of a drop is the clock's, and timestamps lie in the middle of a second. Whether a cell that is later than its
                // column's drop survives a compaction before the column comes again is not specified: there is none.
                run.Clock.Seconds = Math.Max(run.Clock.Seconds, (facts.LatestAt / 1_000_000) + 1);
                run.Execute($"ALTER TABLE k.t DROP {column.Name}");
                facts.Drop(column.Name, (run.Clock.Seconds * 1_000_000) + 1_000);
                break;
            case SchemaAction.Rename when facts.ClusteringNames.Length > 0:
                int place = Number % facts.ClusteringNames.Length;
                string name = $"r{Number}";
                if (facts.ClusteringNames.Contains(name))
                    break;
                run.Execute($"ALTER TABLE k.t RENAME {facts.ClusteringNames[place]} TO {name}");
                facts.ClusteringNames[place] = name;
                break;
            case SchemaAction.AddField when facts.Fields.Count < 3:
                run.Execute("ALTER TYPE k.u ADD c int");
                facts.Fields.Add("c");
                break;
        }
    }
}

/// <summary>A random SELECT.</summary>
internal sealed record SelectOperation(int Seed) : ModelOperation
{
    /// <inheritdoc/>
    public override void Run(ModelRun run) => ModelSelect.Check(run, new Random(Seed));
}
