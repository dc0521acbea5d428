using Cqlite.Fuzz.Chains;

namespace Cqlite.Fuzz.Clusters;

/// <summary>Random indexes and views.</summary>
/// <param name="random">What they are chosen by.</param>
internal sealed class ClusterDefinitions(Random random)
{
    private int _made;

    /// <summary>Names of the views, of which some may have been refused.</summary>
    public List<(string Name, ChainTable Of)> Views { get; } = [];

    /// <summary>A statement that makes an index or a view; one that can't be made is refused.</summary>
    public string Next(ChainTable table)
    {
        table.Followers++;
        ChainColumn[] all = [.. table.Partition, .. table.Clustering, .. table.Columns];
        ChainColumn column = all[random.Next(all.Length)];
        string target = column.Name;
        if (column.Type.Kind is ChainKind.List or ChainKind.Set or ChainKind.Map && random.Next(3) > 0)
            target = $"{((string[])["keys", "values", "entries", "full"])[random.Next(4)]}({column.Name})";
        switch (random.Next(4))
        {
            case 0:
                return $"CREATE INDEX by_{++_made} ON {table.FullName} ({target})";
            case 1:
                return View(table);
            default:
                string[] options =
                [
                    "", "", "", " WITH OPTIONS = {'case_sensitive': 'false'}", " WITH OPTIONS = {'normalize': 'true', 'ascii': 'true'}", " WITH OPTIONS = {'similarity_function': 'euclidean'}", " WITH OPTIONS = {'nothing': '1'}",
                ];
                return $"CREATE INDEX by_{++_made} ON {table.FullName} ({target}) USING 'sai'{options[random.Next(options.Length)]}";
        }
    }

    private string View(ChainTable table)
    {
        List<ChainColumn> key = [.. table.Partition, .. table.Clustering];
        if (table.Columns.Count > 0 && random.Next(4) > 0)
            key.Add(table.Columns[random.Next(table.Columns.Count)]);
        ChainColumn[] order = [.. key.OrderBy(_ => random.Next())];
        string selected = random.Next(3) == 0 || table.Columns.Count == 0
            ? "*"
            : string.Join(", ", key.Concat(table.Columns.Where(c => !key.Contains(c) && random.Next(2) == 0)).Select(c => c.Name));
        List<string> where = [.. key.Select(c => $"{c.Name} IS NOT NULL")];
        if (random.Next(5) == 0)
            where[0] = $"{key[0].Name} = {(key[0].Values.Count > 0 ? key[0].Values[0] : ChainLiteral.Of(key[0].Type, random))}";
        string ordered = order.Length > 1 && random.Next(2) == 0 ? $" WITH CLUSTERING ORDER BY ({string.Join(", ", order.Skip(1).Select(c => $"{c.Name} {(random.Next(2) == 0 ? "ASC" : "DESC")}"))})" : "";
        string name = $"{table.Keyspace}.view_{++_made}";
        Views.Add((name, table));
        return $"CREATE MATERIALIZED VIEW {name} AS SELECT {selected} FROM {table.FullName} WHERE {string.Join(" AND ", where)} PRIMARY KEY ({string.Join(", ", order.Select(c => c.Name))}){ordered}";
    }
}
