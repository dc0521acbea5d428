using Cqlite.Fuzz.Chains;

namespace Cqlite.Fuzz.Clusters;

/// <summary>Random SELECTs, of which some are refused.</summary>
/// <param name="generator">What knows the tables.</param>
/// <param name="random">What they are chosen by.</param>
/// <param name="hasTimes">Whether times of cells may be asked for.</param>
internal sealed partial class ClusterSelects(ChainGenerator generator, Random random, bool hasTimes)
{
    private static readonly string[] s_comparisons = ["=", "<", "<=", ">", ">=", "!="];

    /// <summary>A statement.</summary>
    /// <param name="views">Views that may be asked instead of their tables.</param>
    public string Next(IReadOnlyList<(string Name, ChainTable Of)> views)
    {
        ChainTable table = generator.Tables[random.Next(generator.Tables.Count)];
        string from = table.FullName;
        if (views.Count > 0 && random.Next(4) == 0)
            (from, table) = views[random.Next(views.Count)];
        bool isDistinct = random.Next(12) == 0;
        List<string> where = Where(table, isDistinct);
        string grouped = "";
        bool isGrouped = !isDistinct && random.Next(7) == 0;
        int groups = 0;
        if (isGrouped)
        {
            ChainColumn[] key = [.. table.Partition, .. table.Clustering];
            groups = random.Next(4) == 0 ? random.Next(1, key.Length + 1) : Math.Max(table.Partition.Count, random.Next(1, key.Length + 1));
            grouped = $" GROUP BY {string.Join(", ", key.Take(groups).Select(c => c.Name))}";
        }

        string selected = isDistinct
            ? $"DISTINCT {string.Join(", ", table.Partition.Select(c => c.Name).Concat(table.Columns.Where(c => c.IsStatic && random.Next(2) == 0).Select(c => c.Name)))}"
            : Selection(table, isGrouped);
        string order = "";
        if (!isDistinct && table.Clustering.Count > 0 && random.Next(6) == 0)
        {
            bool isReversed = random.Next(2) == 0;
            order = $" ORDER BY {string.Join(", ", table.Clustering.Take(random.Next(1, table.Clustering.Count + 1)).Select(c => $"{c.Name} {(c.IsDescending != isReversed ? "DESC" : "ASC")}"))}";
        }
        else if (!isDistinct && table.Columns.Find(c => c.Type is { Kind: ChainKind.Vector, Arguments: [{ Name: "float" }] }) is { } vector && random.Next(3) == 0)
        {
            order = $" ORDER BY {vector.Name} ANN OF {ChainLiteral.Of(vector.Type, random)}";
        }

        string limits = $"{(random.Next(8) == 0 ? $" PER PARTITION LIMIT {random.Next(1, 4)}" : "")}{(random.Next(6) == 0 || order.Contains("ANN", StringComparison.Ordinal) ? $" LIMIT {random.Next(1, 8)}" : "")}";
        return $"SELECT {(random.Next(10) == 0 && !isDistinct ? "JSON " : "")}{selected} FROM {from}{(where.Count == 0 ? "" : " WHERE " + string.Join(" AND ", where))}{grouped}{order}{limits}{(random.Next(8) == 0 ? "" : " ALLOW FILTERING")}";
    }

    /// <summary>Everything of each table, and of each view.</summary>
    public IEnumerable<string> All(IReadOnlyList<(string Name, ChainTable Of)> views)
    {
        foreach (ChainTable table in generator.Tables)
        {
            yield return $"SELECT * FROM {table.FullName}";
            yield return $"SELECT JSON * FROM {table.FullName}";
            if (hasTimes && !table.IsCounter)
            {
                foreach (ChainColumn column in table.Columns)
                    yield return $"SELECT writetime({column.Name}), ttl({column.Name}) FROM {table.FullName}";
            }
        }

        foreach ((string name, _) in views)
            yield return $"SELECT * FROM {name}";
    }

    private List<string> Where(ChainTable table, bool isDistinct)
    {
        List<string> where = [];
        switch (random.Next(7))
        {
            case 0 or 1:
                where.AddRange(table.Partition.Select(c => $"{c.Name} = {Value(c)}"));
                break;
            case 2:
                where.AddRange(table.Partition.Select(c => random.Next(2) == 0 ? $"{c.Name} = {Value(c)}" : $"{c.Name} IN ({string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(c)))})"));
                break;
            case 3:
                string token = $"token({string.Join(", ", table.Partition.Select(c => c.Name))})";
                where.Add($"{token} {s_comparisons[random.Next(5)]} {(random.Next(3) == 0 ? $"{random.NextInt64(long.MinValue, long.MaxValue)}" : $"token({string.Join(", ", table.Partition.Select(Value))})")}");
                if (random.Next(2) == 0)
                    where.Add($"{token} {s_comparisons[random.Next(1, 5)]} {random.NextInt64(long.MinValue, long.MaxValue)}");
                break;
            case 4 when random.Next(3) == 0:
                ChainColumn some = table.Partition[random.Next(table.Partition.Count)];
                where.Add($"{some.Name} {s_comparisons[random.Next(6)]} {Value(some)}");
                break;
        }

        if (isDistinct && random.Next(4) > 0)
            return where;
        if (table.Clustering.Count > 0 && random.Next(2) == 0)
            Clusterings(table.Clustering, where);
        for (int i = random.Next(3) == 0 ? random.Next(1, 3) : 0; i > 0 && table.Columns.Count > 0; i--)
            where.Add(Condition(table.Columns[random.Next(table.Columns.Count)], table.IsCounter));
        return where;
    }

    private void Clusterings(List<ChainColumn> clustering, List<string> where)
    {
        if (random.Next(4) == 0)
        {
            int count = random.Next(1, clustering.Count + 1);
            string names = string.Join(", ", clustering.Take(count).Select(c => c.Name));
            string Tuple(int n) => $"({string.Join(", ", clustering.Take(n).Select(Value))})";
            if (random.Next(3) == 0)
            {
                where.Add($"({names}) IN ({string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Tuple(count)))})");
                return;
            }

            where.Add($"({names}) {s_comparisons[random.Next(random.Next(10) == 0 ? 6 : 5)]} {Tuple(count)}");
            if (random.Next(3) == 0)
            {
                int other = random.Next(1, clustering.Count + 1);
                where.Add($"({string.Join(", ", clustering.Take(other).Select(c => c.Name))}) {s_comparisons[random.Next(1, 5)]} {Tuple(other)}");
            }

            return;
        }

        foreach (ChainColumn column in clustering)
        {
            if (random.Next(5) == 0)
                continue;
            switch (random.Next(5))
            {
                case 0:
                    where.Add($"{column.Name} IN ({string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(column)))})");
                    break;
                case 1:
                    where.Add($"{column.Name} {s_comparisons[random.Next(1, 5)]} {Value(column)}");
                    if (random.Next(2) == 0)
                        where.Add($"{column.Name} {s_comparisons[random.Next(1, 5)]} {Value(column)}");
                    break;
                case 2 when column.Type.Kind is ChainKind.Set or ChainKind.List or ChainKind.Map:
                    where.Add(Contains(column));
                    break;
                default:
                    where.Add($"{column.Name} = {Value(column)}");
                    break;
            }
        }
    }

    private string Value(ChainColumn key) => random.Next(25) == 0 ? ChainLiteral.Of(key.Type, random) : key.Values[random.Next(key.Values.Count)];

    private string Contains(ChainColumn column) => column.Type.Kind == ChainKind.Map && random.Next(2) == 0
        ? $"{column.Name} CONTAINS KEY {ChainLiteral.Of(column.Type.Arguments[0], random)}"
        : $"{column.Name} CONTAINS {ChainLiteral.Of(column.Type.Arguments[^1], random)}";

    private string Condition(ChainColumn column, bool isCounter)
    {
        ChainType type = column.Type;
        string comparison = s_comparisons[random.Next(6)];
        if (isCounter)
            return $"{column.Name} {comparison} {random.Next(-5, 1005)}";
        if (type.Kind is ChainKind.Set or ChainKind.List or ChainKind.Map && random.Next(3) > 0)
            return type.Kind == ChainKind.Map && random.Next(3) == 0 ? $"{column.Name}[{ChainLiteral.Of(type.Arguments[0], random)}] {comparison} {ChainLiteral.Of(type.Arguments[1], random)}" : Contains(column);
        if (type.Name == "text" && random.Next(6) == 0)
            return $"{column.Name} LIKE 'a%'";
        return random.Next(8) == 0
            ? $"{column.Name} IN ({ChainLiteral.Of(type, random)}, {ChainLiteral.Of(type, random)})"
            : $"{column.Name} {comparison} {ChainLiteral.Of(type, random)}";
    }
}
