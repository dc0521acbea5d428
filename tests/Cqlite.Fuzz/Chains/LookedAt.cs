using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Fuzz.Chains;

/// <summary>A value as a query shows it: its bytes, when it was written, what is left of its life. Times are null where a query tells none.</summary>
internal readonly record struct LookedCell(string Value, long? WrittenAt, int? Left);

/// <summary>
/// What queries show of a database's tables at a moment, kept in the simplest form there is: the truth that what migrations say of themselves is compared with. Has
/// nothing in common with how they compare.
/// </summary>
internal sealed class LookedAt
{
    private const string Static = "static";
    private readonly Dictionary<string, Dictionary<(string Partition, string Row), Dictionary<(string Column, string Element), LookedCell>>> _tables = [];

    /// <summary>Rows that a query gives of a table: a partition of nothing but static values is one.</summary>
    public Dictionary<string, long> Rows { get; } = [];

    /// <summary>Looks at all tables of databases that are one together.</summary>
    /// <param name="engines">The databases.</param>
    /// <param name="schema">The tables; what a database lacks has no rows.</param>
    /// <param name="nowSeconds">The moment.</param>
    public static LookedAt Of(IEnumerable<QueryEngine> engines, DatabaseSchema schema, long nowSeconds)
    {
        LookedAt look = new();
        foreach (QueryEngine engine in engines)
        {
            foreach (TableMetadata table in Tables(schema))
            {
                if (engine.Database.Schema.Table(table.Keyspace, table.Name) is not null)
                    look.Add(engine, table, nowSeconds);
            }
        }

        return look;
    }

    /// <summary>The tables that are moved.</summary>
    public static IEnumerable<TableMetadata> Tables(DatabaseSchema schema) =>
        schema.Keyspaces.Values.Where(k => !k.IsVirtual && !k.Name.StartsWith("system", StringComparison.Ordinal)).SelectMany(k => k.Tables.Values).Where(t => t.Kind == TableKind.Table);

    /// <summary>What is different in another look, a line each: its kind, place, column and element, as a validation names them.</summary>
    /// <param name="other">The other look.</param>
    /// <param name="table">The table.</param>
    /// <param name="withTimes">Whether times count.</param>
    public List<string> Differences(LookedAt other, string table, bool withTimes)
    {
        List<string> lines = [];
        Dictionary<(string Partition, string Row), Dictionary<(string Column, string Element), LookedCell>> left = _tables.GetValueOrDefault(table) ?? [];
        Dictionary<(string Partition, string Row), Dictionary<(string Column, string Element), LookedCell>> right = other._tables.GetValueOrDefault(table) ?? [];
        ILookup<string, string> leftRows = left.Keys.ToLookup(k => k.Partition, k => k.Row);
        ILookup<string, string> rightRows = right.Keys.ToLookup(k => k.Partition, k => k.Row);
        foreach (string partition in leftRows.Select(g => g.Key).Union(rightRows.Select(g => g.Key)))
        {
            bool isOnBoth = leftRows.Contains(partition) && rightRows.Contains(partition);
            bool hasRows = leftRows[partition].Concat(rightRows[partition]).Any(r => r != Static);
            foreach (string row in leftRows[partition].Union(rightRows[partition]))
            {
                string place = partition + (row == Static ? " static" : row.Length == 0 ? "" : " AND " + row);
                bool isLeft = left.TryGetValue((partition, row), out Dictionary<(string Column, string Element), LookedCell>? one);
                bool isRight = right.TryGetValue((partition, row), out Dictionary<(string Column, string Element), LookedCell>? two);
                if (row == Static ? isOnBoth : isLeft && isRight)
                    Add(lines, place, one ?? [], two ?? [], withTimes);
                else if (row != Static || !hasRows)
                    lines.Add($"{(isLeft ? "MissingRow" : "ExtraRow")} {place}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>The first places where all tables of another look differ; null where none does.</summary>
    public string? FirstDifferences(LookedAt other, bool withTimes)
    {
        string[] lines = [.. _tables.Keys.Union(other._tables.Keys).SelectMany(t => Differences(other, t, withTimes).Select(l => $"{t}: {l}{Values(other, t, l)}"))];
        return lines.Length == 0 ? null : $"{lines.Length} differences of what queries show: {string.Join("\n    ", lines.Take(8))}";
    }

    private string Values(LookedAt other, string table, string line)
    {
        string[] Find(LookedAt look) =>
        [
            .. from row in look._tables.GetValueOrDefault(table) ?? []
               let place = row.Key.Partition + (row.Key.Row == Static ? " static" : row.Key.Row.Length == 0 ? "" : " AND " + row.Key.Row)
               from cell in row.Value
               where line.EndsWith($" {place} {Name(cell.Key)}", StringComparison.Ordinal)
               select cell.Value with { Value = cell.Value.Value.Length > 80 ? cell.Value.Value[..80] : cell.Value.Value } into value
               select value.ToString(),
        ];
        return $" ({string.Join("; ", Find(this))} against {string.Join("; ", Find(other))})";
    }

    private static string Name((string Column, string Element) cell) => cell.Element.Length == 0 ? cell.Column : $"{cell.Column}[{cell.Element}]";

    private static void Add(List<string> lines, string place, Dictionary<(string Column, string Element), LookedCell> left, Dictionary<(string Column, string Element), LookedCell> right, bool withTimes)
    {
        foreach ((string Column, string Element) cell in left.Keys.Union(right.Keys))
        {
            bool isLeft = left.TryGetValue(cell, out LookedCell one);
            bool isRight = right.TryGetValue(cell, out LookedCell two);
            if (!isLeft || !isRight)
            {
                lines.Add($"{(isLeft ? "MissingCell" : "ExtraCell")} {place} {Name(cell)}");
                continue;
            }

            if (one.Value != two.Value)
                lines.Add($"Value {place} {Name(cell)}");
            if (withTimes && one.WrittenAt != two.WrittenAt)
                lines.Add($"WriteTime {place} {Name(cell)}");
            if (withTimes && one.Left != two.Left)
                lines.Add($"Expiry {place} {Name(cell)}");
        }
    }

    private void Add(QueryEngine engine, TableMetadata table, long nowSeconds)
    {
        string[] keys = [.. table.PartitionKey.Concat(table.Clustering).Select(c => CqlIdentifier.Quote(c.Name))];
        ColumnMetadata[] columns = [.. table.Statics.Concat(table.Regulars)];
        IEnumerable<string> selected = columns.Select(c => CqlIdentifier.Quote(c.Name)).SelectMany(c => table.IsCounter ? (string[])[c] : [c, $"WRITETIME({c})", $"TTL({c})"]);
        string cql = $"SELECT {string.Join(", ", keys.Concat(selected))} FROM {CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}";
        Dictionary<(string Partition, string Row), Dictionary<(string Column, string Element), LookedCell>> rows = _tables.TryGetValue(table.ToString(), out var known) ? known : _tables[table.ToString()] = [];
        using QueryResult result = engine.Execute(cql, options: new QueryOptions { NowSeconds = nowSeconds });
        while (result.MoveNext())
        {
            Rows[table.ToString()] = Rows.GetValueOrDefault(table.ToString()) + 1;
            string partition = Restrictions(result, 0, table.PartitionKey)!;
            string? row = table.Clustering.Count == 0 ? "" : Restrictions(result, table.PartitionKey.Count, table.Clustering);
            Dictionary<(string Column, string Element), LookedCell> statics = [];
            Dictionary<(string Column, string Element), LookedCell> regulars = [];
            int at = keys.Length;
            foreach (ColumnMetadata column in columns)
            {
                Add(column.Kind == ColumnKind.Static ? statics : regulars, result, at, column);
                at += table.IsCounter ? 1 : 3;
            }

            if (statics.Count > 0 || row is null)
                rows[(partition, Static)] = statics;
            if (row is not null)
                rows[(partition, row)] = regulars;
        }
    }

    /// <summary>A key's or a clustering's columns; null where a static row has none.</summary>
    private static string? Restrictions(QueryResult result, int first, IReadOnlyList<ColumnMetadata> columns)
    {
        List<string> parts = [];
        for (int i = 0; i < columns.Count; i++)
        {
            ReadOnlySpan<byte> value = result.GetValue(first + i, out bool isNull);
            if (isNull)
                return null;
            parts.Add($"{CqlIdentifier.Quote(columns[i].Name)} = {Text(columns[i].Type.Unreversed, value)}");
        }

        return string.Join(" AND ", parts);
    }

    private static string Text(CqlType type, ReadOnlySpan<byte> value)
    {
        BufferWriter output = new();
        type.WriteLiteral(value, output);
        return output.ToString();
    }

    private static void Add(Dictionary<(string Column, string Element), LookedCell> cells, QueryResult result, int at, ColumnMetadata column)
    {
        ReadOnlySpan<byte> value = result.GetValue(at, out bool isNull);
        if (isNull)
            return;
        if (column.Type.IsCounter)
        {
            cells[(column.Name, "")] = new LookedCell(Convert.ToHexStringLower(value), null, null);
            return;
        }

        CqlType type = column.Type;
        byte[]?[] times = Items(result, at + 1, type.IsMultiCell);
        byte[]?[] ttls = Items(result, at + 2, type.IsMultiCell);
        if (!type.IsMultiCell)
        {
            cells[(column.Name, "")] = Cell(value, times[0], ttls[0]);
            return;
        }

        byte[]?[] parts = type is UserType ? Parts(value) : Parts(value[sizeof(int)..]);
        int step = type is MapType ? 2 : 1;
        for (int i = 0; i * step < parts.Length; i++)
        {
            byte[]? part = parts[(i * step) + step - 1];
            if (part is null)
                continue;
            string element = type switch
            {
                UserType user => CqlIdentifier.Quote(user.FieldNames[i]),
                ListType => $"{i}",
                _ => Text(type.PathType!, parts[i * step]),
            };
            cells[(column.Name, element)] = Cell(part, times.ElementAtOrDefault(i), ttls.ElementAtOrDefault(i));
        }
    }

    private static LookedCell Cell(ReadOnlySpan<byte> value, byte[]? time, byte[]? ttl) => new(
        Convert.ToHexStringLower(value), time is null ? null : BinaryPrimitives.ReadInt64BigEndian(time), ttl is null ? null : BinaryPrimitives.ReadInt32BigEndian(ttl));

    private static byte[]?[] Items(QueryResult result, int at, bool isList)
    {
        ReadOnlySpan<byte> value = result.GetValue(at, out bool isNull);
        return !isList ? [isNull ? null : value.ToArray()] : isNull ? [] : Parts(value[sizeof(int)..]);
    }

    private static byte[]?[] Parts(ReadOnlySpan<byte> value)
    {
        List<byte[]?> parts = [];
        while (value.Length > 0)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(value);
            value = value[sizeof(int)..];
            parts.Add(length < 0 ? null : value[..length].ToArray());
            value = value[Math.Max(0, length)..];
        }

        return [.. parts];
    }
}
