using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Cqlite.Fuzz.Chains;

namespace Cqlite.Fuzz.Clusters;

/// <summary>Random statements that write: those that a chain has, and conditions, batches, JSON, deletions of many rows.</summary>
/// <param name="generator">What knows the tables.</param>
/// <param name="random">What they are chosen by.</param>
/// <param name="beginsAt">The moment after all writes, in seconds since 1970.</param>
/// <param name="hasConditions">Whether some have conditions, which have no time of their own.</param>
internal sealed partial class ClusterWrites(ChainGenerator generator, Random random, long beginsAt, bool hasConditions)
{
    private static readonly string[] s_comparisons = ["=", "<", "<=", ">", ">=", "!="];

    /// <summary>A statement.</summary>
    public string Next(int secondsBefore)
    {
        ChainTable table = generator.Tables[random.Next(generator.Tables.Count)];
        if (table.IsCounter)
            return random.Next(8) == 0 ? $"BEGIN {(random.Next(5) == 0 ? "" : "COUNTER ")}BATCH {generator.Write(secondsBefore, null, table)}; {generator.Write(secondsBefore, null, table)}; APPLY BATCH" : generator.Write(secondsBefore, null, table);
        switch (random.Next(12))
        {
            case 0:
                return Batch(table, secondsBefore);
            case 1:
                return Json(table);
            case 2 or 3:
                return Deletion(table);
            case 4 or 5 when hasConditions:
                return Conditional(table, secondsBefore);
            default:
                return generator.Write(secondsBefore, Micros(), table);
        }
    }

    private long Micros() => random.Next(12) switch
    {
        0 => 0,
        1 => random.Next(10) == 0 ? -1 - random.Next(1000) : 1,
        2 => 1L << 60,
        3 or 4 or 5 => 1000 + random.Next(4),
        _ => ((beginsAt - 1000) * 1_000_000) - random.Next(),
    };

    private string Using() => $" USING TIMESTAMP {Micros().ToString(CultureInfo.InvariantCulture)}";

    private static string Value(ChainColumn key, Random random) => random.Next(20) == 0 ? ChainLiteral.Of(key.Type, random) : key.Values[random.Next(key.Values.Count)];

    private string Key(ChainColumn key) => Value(key, random);

    private string Batch(ChainTable table, int secondsBefore)
    {
        string kind = random.Next(3) == 0 ? "UNLOGGED " : "";
        bool timed = random.Next(2) == 0;
        List<string> statements = [];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            ChainTable other = random.Next(4) == 0 ? generator.Tables[random.Next(generator.Tables.Count)] : table;
            string statement = hasConditions && random.Next(8) == 0 ? Conditional(table, secondsBefore) : generator.Write(secondsBefore, Micros(), other);
            if (timed && random.Next(10) > 0)
                statement = WithoutTime(statement);
            statements.Add(statement);
        }

        return $"BEGIN {kind}BATCH{(timed ? Using() : "")} {string.Join("; ", statements)}; APPLY BATCH";
    }

    private static string WithoutTime(string statement) => Time().Replace(statement, m => m.Groups["and"].Success ? " USING" : "");

    private string Json(ChainTable table)
    {
        ChainColumn[] columns = [.. table.Partition, .. table.Clustering, .. table.Columns.Where(_ => random.Next(3) > 0)];
        IEnumerable<string> parts = columns.Where(_ => random.Next(30) > 0).Select(c => $"\"{JsonName(c.Name)}\": {JsonValue(c)}");
        string rest = random.Next(3) switch { 0 => " DEFAULT UNSET", 1 => " DEFAULT NULL", _ => "" };
        return $"INSERT INTO {table.FullName} JSON '{{{string.Join(", ", parts).Replace("'", "''", StringComparison.Ordinal)}}}'{rest}{Using()}";
    }

    private static string JsonName(string name)
    {
        string bare = ChainGenerator.Bare(name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return name[0] == '"' && ChainGenerator.Bare(name).Any(char.IsUpper) ? $"\\\"{bare}\\\"" : bare;
    }

    private string JsonValue(ChainColumn column)
    {
        ChainType type = column.Type;
        string literal = column.Values.Count > 0 ? column.Values[random.Next(column.Values.Count)] : ChainLiteral.Of(type, random);
        if (random.Next(10) == 0)
            return ((string[])["null", "\"a\"", "1", "-1.5", "true", "[]", "{}", "[1, null]", "\"\"", "1e3", "{\"a\": 1}"])[random.Next(11)];
        return Json(type, literal);
    }

    private string Json(ChainType type, string literal)
    {
        switch (type.Kind)
        {
            case ChainKind.Native when literal[0] == '\'':
                return $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(literal[1..^1].Replace("''", "'", StringComparison.Ordinal))}\"";
            case ChainKind.Native when literal.StartsWith("blob_as", StringComparison.Ordinal):
                return "\"\"";
            case ChainKind.Native when random.Next(8) == 0 || literal.StartsWith("0x", StringComparison.Ordinal) || !(char.IsAsciiDigit(literal[0]) || literal[0] == '-') || type.Name is "uuid" or "timeuuid" or "duration":
                return type.Name == "boolean" && random.Next(2) == 0 ? literal : $"\"{literal}\"";
            case ChainKind.Native:
                return literal;
            case ChainKind.User:
                return $"{{{string.Join(", ", type.Fields.Zip(type.Arguments).Where(_ => random.Next(5) > 0).Select(f => $"\"{JsonName(f.First)}\": {Json(f.Second, ChainLiteral.Of(f.Second, random))}"))}}}";
            case ChainKind.Map:
                return $"{{{string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Json(type.Arguments[0], ChainLiteral.Of(type.Arguments[0], random)) is var key && key[0] == '"' ? $"{key}: {Inner()}" : $"\"{key.Replace("\"", "\\\"", StringComparison.Ordinal)}\": {Inner()}"))}}}";
            case ChainKind.Tuple:
                return $"[{string.Join(", ", type.Arguments.Select(a => Json(a, ChainLiteral.Of(a, random))))}]";
            default:
                return $"[{string.Join(", ", Enumerable.Range(0, type.Kind == ChainKind.Vector ? type.Dimension : random.Next(4)).Select(_ => Json(type.Arguments[0], ChainLiteral.Of(type.Arguments[0], random))))}]";
        }

        string Inner() => Json(type.Arguments[1], ChainLiteral.Of(type.Arguments[1], random));
    }

    private string Deletion(ChainTable table)
    {
        List<string> where = [];
        foreach (ChainColumn partition in table.Partition)
            where.Add(random.Next(4) == 0 ? $"{partition.Name} IN ({Key(partition)}, {Key(partition)})" : $"{partition.Name} = {Key(partition)}");
        int given = random.Next(table.Clustering.Count + 1);
        for (int i = 0; i < given; i++)
            where.Add(random.Next(4) == 0 ? $"{table.Clustering[i].Name} IN ({Key(table.Clustering[i])}, {Key(table.Clustering[i])})" : $"{table.Clustering[i].Name} = {Key(table.Clustering[i])}");
        ChainColumn[] left = [.. table.Clustering.Skip(given)];
        if (left.Length > 0 && random.Next(2) == 0)
        {
            int count = random.Next(1, left.Length + 1);
            string names = string.Join(", ", left.Take(count).Select(c => c.Name));
            for (int i = random.Next(1, 3); i > 0; i--)
            {
                int some = random.Next(3) == 0 ? random.Next(1, count + 1) : count;
                names = string.Join(", ", left.Take(some).Select(c => c.Name));
                where.Add($"({names}) {s_comparisons[random.Next(5)]} ({string.Join(", ", left.Take(some).Select(Key))})");
            }
        }

        string what = random.Next(4) == 0 && table.Columns.Count > 0 ? table.Columns[random.Next(table.Columns.Count)].Name : "";
        return $"DELETE {what} FROM {table.FullName}{Using()} WHERE {string.Join(" AND ", where)}{(hasConditions && random.Next(10) == 0 ? " IF EXISTS" : "")}";
    }

    private string Conditional(ChainTable table, int secondsBefore)
    {
        for (int i = 0; i < 20; i++)
        {
            string statement = WithoutTime(generator.Write(secondsBefore, Micros(), table));
            if (statement.StartsWith("INSERT", StringComparison.Ordinal))
                return statement.Contains(" USING ", StringComparison.Ordinal) ? statement.Replace(" USING ", " IF NOT EXISTS USING ", StringComparison.Ordinal) : statement + " IF NOT EXISTS";
            if (random.Next(3) == 0)
                return statement + (random.Next(4) == 0 ? " IF NOT EXISTS" : " IF EXISTS");
            if (table.Columns.Count > 0)
                return $"{statement} IF {string.Join(" AND ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => Condition(table.Columns[random.Next(table.Columns.Count)])))}";
        }

        return generator.Write(secondsBefore, Micros(), table);
    }

    private string Condition(ChainColumn column)
    {
        ChainType type = column.Type;
        string comparison = s_comparisons[random.Next(6)];
        if (type.Kind == ChainKind.Map && random.Next(2) == 0)
            return $"{column.Name}[{ChainLiteral.Of(type.Arguments[0], random)}] {comparison} {ChainLiteral.Of(type.Arguments[1], random)}";
        if (type.Kind == ChainKind.List && random.Next(2) == 0)
            return $"{column.Name}[{random.Next(3)}] {comparison} {ChainLiteral.Of(type.Arguments[0], random)}";
        if (type.Kind == ChainKind.User && random.Next(2) == 0)
        {
            int field = random.Next(type.Fields.Count);
            return $"{column.Name}.{type.Fields[field]} {comparison} {ChainLiteral.Of(type.Arguments[field], random)}";
        }

        return random.Next(6) switch
        {
            0 => $"{column.Name} IN ({ChainLiteral.Of(type, random)}, {(random.Next(3) == 0 ? "null" : ChainLiteral.Of(type, random))})",
            1 => $"{column.Name} {comparison} null",
            _ => $"{column.Name} {comparison} {ChainLiteral.Of(type, random)}",
        };
    }

    [GeneratedRegex(@" USING TIMESTAMP -?\d+(?<and> AND)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Time();
}
