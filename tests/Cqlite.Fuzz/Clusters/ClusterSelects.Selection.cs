using Cqlite.Fuzz.Chains;

namespace Cqlite.Fuzz.Clusters;

/// <content>What is selected.</content>
internal sealed partial class ClusterSelects
{
    private static readonly string[] s_numbers = ["tinyint", "smallint", "int", "bigint", "varint", "float", "double", "decimal"];
    private static readonly string[] s_casts = ["ascii", "text", "tinyint", "smallint", "int", "bigint", "varint", "float", "double", "decimal", "timestamp", "date", "time", "blob"];

    private string Selection(ChainTable table, bool isGrouped)
    {
        if (random.Next(4) == 0)
            return "*";
        ChainColumn[] all = [.. table.Partition, .. table.Clustering, .. table.Columns];
        string[] selectors = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
        {
            ChainColumn column = all[random.Next(all.Length)];
            string one = isGrouped && random.Next(2) == 0 ? Aggregate(column) : Selector(table, column, isKey: column.Values.Count > 0);
            return random.Next(12) == 0 ? $"{one} AS \"other Name\"" : one;
        })];
        return string.Join(", ", selectors);
    }

    private string Aggregate(ChainColumn column) => random.Next(6) switch
    {
        0 => "count(*)",
        1 => $"count({column.Name})",
        2 => $"min({column.Name})",
        3 => $"max({column.Name})",
        4 => $"sum({column.Name})",
        _ => $"avg({column.Name})",
    };

    private string Selector(ChainTable table, ChainColumn column, bool isKey)
    {
        ChainType type = column.Type;
        string name = column.Name;
        switch (random.Next(16))
        {
            case 0 when hasTimes && !isKey:
                string place = type.IsMultiCell && random.Next(2) == 0 ? Part(column) : name;
                return $"{((string[])["writetime", "maxwritetime", "ttl"])[random.Next(3)]}({place})";
            case 1:
                return $"CAST({name} AS {s_casts[random.Next(s_casts.Length)]})";
            case 2 or 3 when type.Kind == ChainKind.Native && s_numbers.Contains(type.Name):
                return Number(table, column);
            case 4 when random.Next(3) == 0:
                return Aggregate(column);
            case 5 or 6 when type.Kind is ChainKind.List or ChainKind.Set or ChainKind.Map or ChainKind.User:
                return Part(column);
            case 7 when type.Kind is ChainKind.List or ChainKind.Set or ChainKind.Map:
                return $"{((string[])["collection_count", "collection_min", "collection_max", "collection_sum", "collection_avg", "map_keys", "map_values", "toJson"])[random.Next(8)]}({name})";
            case 8:
                return $"to_json({name})";
            case 9 when type.Kind == ChainKind.Native:
                return random.Next(4) switch
                {
                    0 => $"{type.Name}_as_blob({name})",
                    1 => $"{((string[])["to_timestamp", "to_date", "to_unix_timestamp", "min_timeuuid", "max_timeuuid", "totimestamp"])[random.Next(6)]}({name})",
                    2 => $"token({string.Join(", ", table.Partition.Select(c => c.Name))})",
                    _ => $"(blob) {type.Name}_as_blob({name})",
                };
            case 10:
                return random.Next(7) switch
                {
                    0 => $"mask_null({name})",
                    1 => $"mask_default({name})",
                    2 => $"mask_inner({name}, {random.Next(3)}, {random.Next(3)})",
                    3 => $"mask_outer({name}, 1, null, '#')",
                    4 => $"mask_hash({name})",
                    5 => $"mask_hash({name}, 'SHA-512')",
                    _ => $"mask_replace({name}, {ChainLiteral.Of(type, random)})",
                };
            case 11 when type.Kind == ChainKind.Vector:
                return $"{((string[])["similarity_cosine", "similarity_euclidean", "similarity_dot_product"])[random.Next(3)]}({name}, {ChainLiteral.Of(type, random)})";
            case 12:
                return random.Next(4) switch
                {
                    0 => $"[{name}, {name}]",
                    1 => $"({name}, {table.Partition[0].Name})",
                    2 => $"{{{name}}}",
                    _ => $"({type.Cql}) {ChainLiteral.Of(type, random)}",
                };
            case 13 when type is { Kind: ChainKind.Native, Name: "timestamp" or "date" }:
                return $"{name} {((string[])["+", "-"])[random.Next(2)]} {((string[])["1d", "2mo", "1h", "1y3d", "5ms"])[random.Next(5)]}";
            case 13 when type is { Kind: ChainKind.Native, Name: "timestamp" or "date" or "timeuuid" or "time" }:
                return $"floor({name}, {((string[])["1d", "2mo", "1h", "1y"])[random.Next(4)]})";
            default:
                return name;
        }
    }

    private string Part(ChainColumn column)
    {
        ChainType type = column.Type;
        switch (type.Kind)
        {
            case ChainKind.User:
                return $"{column.Name}.{type.Fields[random.Next(type.Fields.Count)]}";
            case ChainKind.List:
                return $"{column.Name}[{random.Next(3)}]";
            default:
                string key = ChainLiteral.Of(type.Arguments[0], random);
                return random.Next(3) switch
                {
                    0 => $"{column.Name}[{key}..]",
                    1 => $"{column.Name}[{key}..{ChainLiteral.Of(type.Arguments[0], random)}]",
                    _ => $"{column.Name}[{key}]",
                };
        }
    }

    private string Number(ChainTable table, ChainColumn column)
    {
        ChainColumn[] others = [.. table.Partition.Concat(table.Clustering).Concat(table.Columns).Where(c => c.Type.Kind == ChainKind.Native && s_numbers.Contains(c.Type.Name))];
        string other = others[random.Next(others.Length)].Name;
        return random.Next(6) switch
        {
            0 => $"-{column.Name}",
            1 => $"{column.Name} {Operator()} {other}",
            2 => $"{column.Name} {Operator()} {((string[])["1", "2.5", "-3", "1000000000000", "0"])[random.Next(5)]}",
            3 => $"({column.Name} {Operator()} 2) {Operator()} {other}",
            4 => $"{((string[])["abs", "exp", "log", "log10", "round"])[random.Next(5)]}({column.Name})",
            _ => $"{((string[])["sum", "avg"])[random.Next(2)]}({column.Name} {Operator()} 3)",
        };

        string Operator() => ((string[])["+", "-", "*", "/", "%"])[random.Next(5)];
    }
}
