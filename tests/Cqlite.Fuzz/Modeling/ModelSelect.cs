using System.Globalization;

namespace Cqlite.Fuzz.Modeling;

/// <summary>Makes random SELECTs, and answers them by going through all rows of the model.</summary>
internal static class ModelSelect
{
    private static readonly string[] s_operators = ["=", "<", "<=", ">", ">="];

    /// <summary>What is asked: conditions on rows, and whether they are about more than partitions and statics.</summary>
    private sealed class Where
    {
        public List<string> Texts { get; } = [];

        public List<Func<ModelRow, bool>> Conditions { get; } = [];

        public bool HasRowConditions { get; set; }

        /// <summary>Of a list of partitions the column whose values the answer follows; otherwise it follows the ring.</summary>
        public int? PartitionOrder { get; set; }

        public void Add(string text, Func<ModelRow, bool> condition)
        {
            Texts.Add(text);
            Conditions.Add(condition);
        }
    }

    /// <summary>Whether a comparison holds.</summary>
    public static bool Holds(object left, string comparison, object right)
    {
        int order = ModelValue.Compare(left, right);
        return comparison switch
        {
            "=" => order == 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>Asks a random question of the database and of the model, and compares.</summary>
    public static void Check(ModelRun run, Random random)
    {
        ModelTable table = run.Table;
        Where where = new();
        bool isOnePartition = RestrictPartition(run, random, where);
        bool isDistinct = table.Clustering.Length > 0 && random.Next(8) == 0;
        if (!isDistinct)
        {
            RestrictClustering(run, random, where);
            RestrictColumns(run, random, where);
        }

        List<ModelRow> rows = [.. run.Facts.Read(run.Clock.Seconds).Where(r => where.Conditions.All(c => c(r)) && (r.Clustering is not null || table.Clustering.Length == 0 || !where.HasRowConditions))];
        if (where.PartitionOrder is { } listed)
            rows = [.. rows.OrderBy(r => r.Partition[listed], Comparer<object>.Create(ModelValue.Compare))];
        string from = $" FROM k.t{(where.Texts.Count > 0 ? $" WHERE {string.Join(" AND ", where.Texts)}" : "")}";
        if (isDistinct)
        {
            ModelColumn[] statics = [.. run.Facts.Columns.Where(c => c.IsStatic && random.Next(2) == 0)];
            IEnumerable<ModelRow> first = rows.GroupBy(r => r.Partition, KeyOrder.Partitions).Select(g => g.First());
            string[] names = [.. table.PartitionNames, .. statics.Select(c => c.Name)];
            Ask(run, random, $"SELECT DISTINCT {string.Join(", ", names)}{from}", [.. first.Select(r => Print(r, run, names))]);
        }
        else if (random.Next(4) == 0)
        {
            Aggregate(run, random, from, rows);
        }
        else
        {
            Plain(run, random, from, rows, isOnePartition);
        }
    }

    private static void Plain(ModelRun run, Random random, string from, List<ModelRow> rows, bool isOnePartition)
    {
        string[] all = [.. run.Table.PartitionNames, .. run.Facts.ClusteringNames, .. run.Facts.Columns.Select(c => c.Name)];
        string[] names = random.Next(3) == 0 ? all : [.. all.Where(_ => random.Next(2) == 0).DefaultIfEmpty(all[^1])];

        // Statics alone can't be asked for with conditions on rows.
        if (run.Table.Clustering.Length > 0)
            names = [.. names.Union([run.Facts.ClusteringNames[0]])];
        if (isOnePartition && run.Table.Clustering.Length > 0 && random.Next(2) == 0)
        {
            bool isReversed = random.Next(3) > 0;
            string direction = run.Table.Clustering[0].IsDescending != isReversed ? "DESC" : "ASC";
            from += $" ORDER BY {run.Facts.ClusteringNames[0]} {direction}";
            if (isReversed)
                rows.Reverse();
        }

        if (random.Next(4) == 0)
        {
            int perPartition = random.Next(1, 4);
            from += $" PER PARTITION LIMIT {perPartition}";
            rows = [.. rows.GroupBy(r => r.Partition, KeyOrder.Partitions).SelectMany(g => g.Take(perPartition))];
        }

        Ask(run, random, $"SELECT {string.Join(", ", names)}{from}", [.. rows.Select(r => Print(r, run, names))]);
    }

    private static void Aggregate(ModelRun run, Random random, string from, List<ModelRow> rows)
    {
        ModelColumn? number = run.Facts.Columns.Find(c => c.Kind == ValueKind.Int && !c.IsStatic);
        List<string> selected = ["count(*)"];
        if (number is not null)
            selected.AddRange([$"count({number.Name})", $"min({number.Name})", $"max({number.Name})", $"sum({number.Name})", $"avg({number.Name})"]);
        int clustering = random.Next(run.Table.Clustering.Length + 1);
        if (random.Next(2) == 0)
        {
            Ask(run, random, $"SELECT {string.Join(", ", selected)}{from}", [Summary(rows, number)], mayLimit: false);
            return;
        }

        string[] by = [.. run.Table.PartitionNames, .. run.Facts.ClusteringNames[..clustering]];
        var groups = rows.GroupBy(r => string.Join(", ", by.Select(n => Print(r, run, [n])))).Select(g => (Partition: g.First().Partition, Text: $"{g.Key}, {Summary([.. g], number)}"));
        from += $" GROUP BY {string.Join(", ", by)}";
        if (random.Next(3) == 0)
        {
            int perPartition = random.Next(1, 3);
            from += $" PER PARTITION LIMIT {perPartition}";
            groups = groups.GroupBy(g => g.Partition, KeyOrder.Partitions).SelectMany(g => g.Take(perPartition));
        }

        Ask(run, random, $"SELECT {string.Join(", ", by.Concat(selected))}{from}", [.. groups.Select(g => g.Text)]);
    }

    private static string Summary(IReadOnlyList<ModelRow> rows, ModelColumn? number)
    {
        string count = rows.Count.ToString(CultureInfo.InvariantCulture);
        if (number is null)
            return count;
        List<int> values = [.. rows.Select(r => r.Values.GetValueOrDefault(number.Name)).OfType<int>()];
        return values.Count == 0
            ? $"{count}, 0, null, null, 0, 0"
            : string.Create(CultureInfo.InvariantCulture, $"{count}, {values.Count}, {values.Min()}, {values.Max()}, {values.Sum()}, {values.Sum() / values.Count}");
    }

    private static void Ask(ModelRun run, Random random, string cql, List<string> rows, bool mayLimit = true)
    {
        if (mayLimit && random.Next(3) == 0)
        {
            int limit = random.Next(1, 6);
            cql += $" LIMIT {limit}";
            rows = [.. rows.Take(limit)];
        }

        run.Compare(cql + " ALLOW FILTERING", rows, random.Next(2) == 0 ? random : null);
    }

    private static string Print(ModelRow row, ModelRun run, string[] names) => string.Join(", ", names.Select(name =>
    {
        int partition = run.Table.PartitionNames.ToList().IndexOf(name);
        int clustering = Array.IndexOf(run.Facts.ClusteringNames, name);
        if (partition >= 0)
            return ModelValue.Literal(row.Partition[partition], ValueKind.Int);
        if (clustering >= 0)
            return ModelValue.Literal(row.Clustering?[clustering], ValueKind.Int);
        return ModelValue.Literal(row.Values.GetValueOrDefault(name), run.Facts.Columns.Find(c => c.Name == name)!.Kind);
    }));

    private static bool RestrictPartition(ModelRun run, Random random, Where where)
    {
        string[] names = [.. run.Table.PartitionNames];
        object[] key = [.. run.Table.Partition.Select(k => ModelCase.Key(k, random, isPartition: true))];
        int last = names.Length - 1;
        switch (random.Next(6))
        {
            case 0:
                for (int i = 0; i < names.Length; i++)
                    Equal(i);
                return true;
            case 1:
                for (int i = 0; i < last; i++)
                    Equal(i);
                object[] several = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => ModelCase.Key(run.Table.Partition[last], random, isPartition: true))];
                where.Add($"{names[last]} IN ({List(several)})", r => several.Contains(r.Partition[last]));
                where.PartitionOrder = last;
                return false;
            case 2:
                string comparison = s_operators[random.Next(1, s_operators.Length)];
                var token = KeyOrder.TokenOf(key);
                where.Add($"token({string.Join(", ", names)}) {comparison} token({List(key)})", r => HoldsOrder(KeyOrder.TokenOf(r.Partition).CompareTo(token), comparison));
                return false;
            case 3 when last > 0:
                Equal(random.Next(names.Length));
                return false;
            default:
                return false;
        }

        void Equal(int i) => where.Add($"{names[i]} = {List([key[i]])}", r => r.Partition[i].Equals(key[i]));
    }

    private static void RestrictClustering(ModelRun run, Random random, Where where)
    {
        string[] names = run.Facts.ClusteringNames;
        if (names.Length == 0 || random.Next(3) == 0)
            return;
        where.HasRowConditions = true;
        object[] key = [.. run.Table.Clustering.Select(c => ModelCase.Key(c.Kind, random, isPartition: false))];
        int last = names.Length - 1;
        string comparison = s_operators[random.Next(1, s_operators.Length)];
        switch (random.Next(6))
        {
            case 0:
                int count = random.Next(1, names.Length + 1);
                for (int i = 0; i < count; i++)
                    Equal(i);
                break;
            case 1:
                for (int i = 0; i < last; i++)
                    Equal(i);
                where.Add($"{names[last]} {comparison} {List([key[last]])}", r => r.Clustering is not null && Holds(r.Clustering[last], comparison, key[last]));
                break;
            case 2:
                for (int i = 0; i < last; i++)
                    Equal(i);
                object[] several = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => ModelCase.Key(run.Table.Clustering[last].Kind, random, isPartition: false))];
                where.Add($"{names[last]} IN ({List(several)})", r => r.Clustering is not null && several.Contains(r.Clustering[last]));
                break;
            case 3:
                where.Add($"({string.Join(", ", names)}) {comparison} ({List(key)})", r => r.Clustering is not null && HoldsOrder(CompareAll(r.Clustering, key), comparison));
                break;
            case 4:
                object[][] tuples = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => run.Table.Clustering.Select(c => ModelCase.Key(c.Kind, random, isPartition: false)).ToArray())];
                where.Add($"({string.Join(", ", names)}) IN ({string.Join(", ", tuples.Select(t => $"({List(t)})"))})", r => r.Clustering is not null && tuples.Any(t => KeyOrder.Same(t, r.Clustering)));
                break;
            default:
                where.Add($"{names[last]} {comparison} {List([key[last]])}", r => r.Clustering is not null && Holds(r.Clustering[last], comparison, key[last]));
                break;
        }

        void Equal(int i) => where.Add($"{names[i]} = {List([key[i]])}", r => r.Clustering is not null && r.Clustering[i].Equals(key[i]));
    }

    private static void RestrictColumns(ModelRun run, Random random, Where where)
    {
        List<ModelColumn> columns = [.. run.Facts.Columns];
        for (int i = random.Next(3) - 1; i >= 0 && columns.Count > 0; i--)
        {
            ModelColumn column = columns[random.Next(columns.Count)];
            columns.Remove(column);
            int element = random.Next(4);
            string text = $"{(char)('a' + random.Next(3))}";
            switch (column.Kind)
            {
                case ValueKind.Int or ValueKind.Text:
                    object value = column.Kind == ValueKind.Int ? element : text;
                    string comparison = s_operators[random.Next(s_operators.Length)];
                    where.Add($"{column.Name} {comparison} {List([value])}", r => r.Values.TryGetValue(column.Name, out object? found) && Holds(found, comparison, value));
                    break;
                case ValueKind.Set or ValueKind.List or ValueKind.FrozenSet:
                    where.Add($"{column.Name} CONTAINS {element}", r => r.Values.TryGetValue(column.Name, out object? found) && ((IEnumerable<int>)found).Contains(element));
                    break;
                case ValueKind.Map when random.Next(3) == 0:
                    where.Add($"{column.Name} CONTAINS KEY '{text}'", r => Map(r, column) is { } map && map.ContainsKey(text));
                    break;
                case ValueKind.Map when random.Next(2) == 0:
                    where.Add($"{column.Name}['{text}'] = {element}", r => Map(r, column) is { } map && map.TryGetValue(text, out int found) && found == element);
                    break;
                case ValueKind.Map:
                    where.Add($"{column.Name} CONTAINS {element}", r => Map(r, column) is { } map && map.Values.Contains(element));
                    break;
                default:
                    continue;
            }

            where.HasRowConditions |= !column.IsStatic;
        }
    }

    private static IReadOnlyDictionary<string, int>? Map(ModelRow row, ModelColumn column) => row.Values.GetValueOrDefault(column.Name) as IReadOnlyDictionary<string, int>;

    private static bool HoldsOrder(int order, string comparison) => Holds(order, comparison, 0);

    private static int CompareAll(object[] left, object[] right) => left.Zip(right, ModelValue.Compare).FirstOrDefault(order => order != 0);

    private static string List(IEnumerable<object> values) => string.Join(", ", values.Select(v => ModelValue.Literal(v, ValueKind.Int)));
}
