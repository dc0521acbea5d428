namespace Cqlite.Fuzz.Chains;

/// <summary>A column as the statements so far have left it.</summary>
/// <param name="Name">Its name, in quotes where it takes any.</param>
/// <param name="Type">Its type.</param>
internal sealed record ChainColumn(string Name, ChainType Type)
{
    /// <summary>Values of which rows have one, so that rows meet; none for columns that are not of a key.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether it is static.</summary>
    public bool IsStatic { get; init; }

    /// <summary>Whether rows stand in descending order of it.</summary>
    public bool IsDescending { get; init; }
}

/// <summary>A table as the statements so far have left it.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Name">Its name.</param>
internal sealed record ChainTable(string Keyspace, string Name)
{
    /// <summary>The partition key.</summary>
    public List<ChainColumn> Partition { get; } = [];

    /// <summary>The clustering.</summary>
    public List<ChainColumn> Clustering { get; } = [];

    /// <summary>The others.</summary>
    public List<ChainColumn> Columns { get; } = [];

    /// <summary>Whether its columns are counters.</summary>
    public bool IsCounter { get; init; }

    /// <summary>Indexes and views that it has; with views nothing can be imported.</summary>
    public int Followers { get; set; }

    /// <summary>Its full name.</summary>
    public string FullName => $"{Keyspace}.{Name}";

    /// <summary>The statement that makes it.</summary>
    public string Definition(string options)
    {
        IEnumerable<string> columns = Partition.Concat(Clustering).Select(c => $"{c.Name} {c.Type.Cql}")
            .Concat(Columns.Select(c => $"{c.Name} {(IsCounter ? "counter" : c.Type.Cql)}{(c.IsStatic ? " static" : "")}"));
        string key = string.Join(", ", [$"({string.Join(", ", Partition.Select(p => p.Name))})", .. Clustering.Select(c => c.Name)]);
        string order = Clustering.Count == 0 ? "" : $"CLUSTERING ORDER BY ({string.Join(", ", Clustering.Select(c => $"{c.Name} {(c.IsDescending ? "DESC" : "ASC")}"))})";
        string[] with = [.. ((string[])[order, options]).Where(o => o.Length > 0)];
        return $"CREATE TABLE {FullName} ({string.Join(", ", columns)}, PRIMARY KEY ({key})){(with.Length == 0 ? "" : " WITH " + string.Join(" AND ", with))}";
    }
}
