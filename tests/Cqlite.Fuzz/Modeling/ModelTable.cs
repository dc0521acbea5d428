using System.Globalization;

namespace Cqlite.Fuzz.Modeling;

/// <summary>A column that is not of the key.</summary>
internal sealed record ModelColumn(string Name, ValueKind Kind, bool IsStatic)
{
    /// <summary>Its definition in CQL.</summary>
    public override string ToString() => $"{Name} {ModelValue.TypeName(Kind)}{(IsStatic ? " static" : "")}";
}

/// <summary>A clustering column: its type, and whether rows stand in descending order of it.</summary>
internal sealed record ModelClustering(ValueKind Kind, bool IsDescending);

/// <summary>A table of a random shape: what stays the same all its life.</summary>
internal sealed record ModelTable
{
    private static readonly string[] s_strategies =
    [
        "{'class': 'SizeTieredCompactionStrategy', 'min_threshold': 2}",
        "{'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 1}",
        "{'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'MINUTES', 'compaction_window_size': 1, 'min_threshold': 2}",
        "{'class': 'UnifiedCompactionStrategy', 'scaling_parameters': 'T2', 'min_sstable_size': '0B'}",
    ];

    /// <summary>Types of the partition key.</summary>
    public required ValueKind[] Partition { get; init; }

    /// <summary>The clustering.</summary>
    public required ModelClustering[] Clustering { get; init; }

    /// <summary>All columns that the table may have; those of <see cref="InitialColumns"/> it has from the start.</summary>
    public required ModelColumn[] Columns { get; init; }

    /// <summary>How many of the columns it is made with.</summary>
    public required int InitialColumns { get; init; }

    /// <summary>Its compaction.</summary>
    public required string Compaction { get; init; }

    /// <summary>The version of its SSTables.</summary>
    public required string Version { get; init; }

    /// <summary>Whether tombstones may be purged at once; then writes come in the order of their timestamps.</summary>
    public required bool PurgesAtOnce { get; init; }

    /// <summary>Whether its strategy compacts it besides while other things are done.</summary>
    public required bool CompactsInBackground { get; init; }

    /// <summary>The TTL of writes that name none, in seconds; 0 for none.</summary>
    public required int DefaultTtlSeconds { get; init; }

    /// <summary>Makes a table of a random shape.</summary>
    public static ModelTable Random(Random random)
    {
        ModelClustering[] clustering = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new ModelClustering(Key(), random.Next(3) == 0))];
        List<ModelColumn> columns = [new("v0", ValueKind.Int, false), new("v1", random.Next(2) == 0 ? ValueKind.Text : ValueKind.Int, false)];
        while (columns.Count < 6)
            columns.Add(new ModelColumn($"v{columns.Count}", (ValueKind)random.Next(7), clustering.Length > 0 && random.Next(3) == 0));
        return new ModelTable
        {
            Partition = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Key())],
            Clustering = clustering,
            Columns = [.. columns],
            InitialColumns = random.Next(3, 7),
            Compaction = s_strategies[random.Next(s_strategies.Length)],
            Version = ((string[])["nb", "oa", "da"])[random.Next(3)],
            PurgesAtOnce = random.Next(2) == 0,
            CompactsInBackground = random.Next(3) == 0,
            DefaultTtlSeconds = random.Next(4) == 0 ? 40 : 0,
        };

        ValueKind Key() => random.Next(2) == 0 ? ValueKind.Int : ValueKind.Text;
    }

    /// <summary>Names of the partition key's columns.</summary>
    public IEnumerable<string> PartitionNames => Partition.Select((_, i) => $"p{i}");

    /// <summary>The statement that makes it.</summary>
    public string Definition()
    {
        IEnumerable<string> columns =
        [
            .. Partition.Select((k, i) => $"p{i} {ModelValue.TypeName(k)}"), .. Clustering.Select((c, i) => $"c{i} {ModelValue.TypeName(c.Kind)}"), .. Columns[..InitialColumns].Select(c => c.ToString()),
        ];
        string key = string.Join(", ", [$"({string.Join(", ", PartitionNames)})", .. Clustering.Select((_, i) => $"c{i}")]);
        string order = Clustering.Length == 0 ? "" : $" AND CLUSTERING ORDER BY ({string.Join(", ", Clustering.Select((c, i) => $"c{i} {(c.IsDescending ? "DESC" : "ASC")}"))})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"CREATE TABLE k.t ({string.Join(", ", columns)}, PRIMARY KEY ({key})) WITH compaction = {Compaction} AND gc_grace_seconds = {(PurgesAtOnce ? 0 : 864_000)} AND default_time_to_live = {DefaultTtlSeconds}{order}");
    }
}
