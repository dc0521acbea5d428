using System.Globalization;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Validation;

/// <summary>One difference between two schemas.</summary>
/// <param name="Element">What is different: <c>table shop.orders</c>, <c>column shop.orders.total</c>, <c>index shop.by_day</c>, <c>type shop.address</c>.</param>
/// <param name="Property">Which of its properties, such as <c>gc_grace_seconds</c>; <c>existence</c> where one side does not have it.</param>
/// <param name="Source">What the source says; null where it has nothing.</param>
/// <param name="Target">What the target says; null where it has nothing.</param>
public sealed record SchemaDifference(string Element, string Property, string? Source, string? Target)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Element} {Property}: {Source ?? "nothing"} against {Target ?? "nothing"}";
}

/// <summary>Compares definitions, property by property. Ids of tables, dropped columns and options that 5.0 no longer has are no part of it.</summary>
internal static class SchemaComparer
{
    private const string Existence = "existence";

    /// <summary>What differs between two keyspaces.</summary>
    /// <param name="source">The source's; null where it has none.</param>
    /// <param name="target">The target's; null where it has none.</param>
    /// <param name="tables">The tables that are compared, with their indexes and views; null for all.</param>
    public static IEnumerable<SchemaDifference> Compare(KeyspaceMetadata source, KeyspaceMetadata? target, IReadOnlySet<string>? tables)
    {
        string name = source.Name;
        if (target is null)
            return [new SchemaDifference($"keyspace {name}", Existence, name, null)];
        return Maps($"keyspace {name}", KeyspaceProperties(source), KeyspaceProperties(target))
            .Concat(Items("type", name, source.UserTypes, target.UserTypes, TypeProperties))
            .Concat(Items("table", name, Chosen(source.Tables, tables), Chosen(target.Tables, tables), TableProperties))
            .Concat(Columns(source, target, tables))
            .Concat(Items("index", name, Indexes(source, tables), Indexes(target, tables), IndexProperties))
            .Concat(Items("view", name, Views(source, tables), Views(target, tables), ViewProperties))
            .Concat(Items("function", name, source.Functions, target.Functions, f => [new("definition", SchemaDescriber.Function(f))]))
            .Concat(Items("aggregate", name, source.Aggregates, target.Aggregates, a => [new("definition", SchemaDescriber.Aggregate(a))]));
    }

    private static Dictionary<string, TableMetadata> Chosen(IReadOnlyDictionary<string, TableMetadata> all, IReadOnlySet<string>? tables) =>
        all.Where(t => tables is null || tables.Contains(t.Key)).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, (TableMetadata Table, IndexMetadata Index)> Indexes(KeyspaceMetadata keyspace, IReadOnlySet<string>? tables) =>
        Chosen(keyspace.Tables, tables).Values.SelectMany(t => t.Indexes.Values.Select(i => (t, i))).ToDictionary(i => i.i.Name, StringComparer.Ordinal);

    private static Dictionary<string, ViewMetadata> Views(KeyspaceMetadata keyspace, IReadOnlySet<string>? tables) =>
        keyspace.Views.Where(v => tables is null || tables.Contains(v.Value.BaseTable)).ToDictionary(StringComparer.Ordinal);

    private static IEnumerable<SchemaDifference> Columns(KeyspaceMetadata source, KeyspaceMetadata target, IReadOnlySet<string>? tables) =>
        from pair in Chosen(source.Tables, tables)
        where target.Tables.ContainsKey(pair.Key)
        from difference in Items("column", pair.Value.ToString(), pair.Value.Columns, target.Tables[pair.Key].Columns, ColumnProperties)
        select difference;

    private static IEnumerable<SchemaDifference> Items<T>(
        string kind,
        string owner,
        IReadOnlyDictionary<string, T> source,
        IReadOnlyDictionary<string, T> target,
        Func<T, IEnumerable<KeyValuePair<string, string>>> properties)
    {
        foreach (string name in source.Keys.Union(target.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string element = $"{kind} {owner}.{name}";
            bool isInSource = source.TryGetValue(name, out T? one);
            bool isInTarget = target.TryGetValue(name, out T? other);
            if (!isInSource || !isInTarget)
            {
                yield return new SchemaDifference(element, Existence, isInSource ? name : null, isInTarget ? name : null);
                continue;
            }

            foreach (SchemaDifference difference in Maps(element, properties(one!), properties(other!)))
                yield return difference;
        }
    }

    private static IEnumerable<SchemaDifference> Maps(string element, IEnumerable<KeyValuePair<string, string>> source, IEnumerable<KeyValuePair<string, string>> target)
    {
        Dictionary<string, string> one = source.ToDictionary(StringComparer.Ordinal);
        Dictionary<string, string> other = target.ToDictionary(StringComparer.Ordinal);
        return
            from name in one.Keys.Union(other.Keys, StringComparer.Ordinal)
            let left = one.GetValueOrDefault(name)
            let right = other.GetValueOrDefault(name)
            where !string.Equals(left, right, StringComparison.Ordinal)
            select new SchemaDifference(element, name, left, right);
    }

    private static IEnumerable<KeyValuePair<string, string>> KeyspaceProperties(KeyspaceMetadata keyspace) =>
        Prefixed("replication", keyspace.Replication).Append(new("durable_writes", Text(keyspace.DurableWrites)));

    private static IEnumerable<KeyValuePair<string, string>> TypeProperties(CqlType type) => type.Unreversed is UserType user
        ? user.FieldNames.Zip(user.Fields, (name, field) => KeyValuePair.Create($"field {name}", field.Name)).Append(new("fields", string.Join(", ", user.FieldNames)))
        : [new("definition", type.ClassName)];

    private static IEnumerable<KeyValuePair<string, string>> ColumnProperties(ColumnMetadata column) =>
    [
        new("kind", column.Kind.ToString()),
        new("position", Text(column.Position)),
        new("type", column.Type.Unreversed.Name),
        new("order", column.IsDescending ? "DESC" : "ASC"),
        new("mask", column.Mask?.ToString() ?? "none"),
    ];

    private static IEnumerable<KeyValuePair<string, string>> IndexProperties((TableMetadata Table, IndexMetadata Index) index) =>
        Prefixed("option", index.Index.Options).Append(new("kind", index.Index.Kind)).Append(new("table", index.Table.Name));

    private static IEnumerable<KeyValuePair<string, string>> ViewProperties(ViewMetadata view) =>
    [
        new("base table", view.BaseTable),
        new("where", view.WhereClause),
        new("all columns", Text(view.IncludeAllColumns)),
        .. TableProperties(view.Table),
        .. view.Table.Columns.Values.SelectMany(c => ColumnProperties(c).Select(p => KeyValuePair.Create($"column {c.Name} {p.Key}", p.Value))),
    ];

    private static IEnumerable<KeyValuePair<string, string>> TableProperties(TableMetadata table)
    {
        TableOptions options = table.Options;
        return
        [
            new("partitioner", table.Partitioner.ClassName),
            new("flags", table.Flags.ToString()),
            new("comment", options.Comment),
            new("gc_grace_seconds", Text(options.GcGraceSeconds)),
            new("default_time_to_live", Text(options.DefaultTimeToLiveSeconds)),
            new("bloom_filter_fp_chance", Text(options.BloomFilterFpChance ?? DefaultFpChance(options))),
            new("crc_check_chance", Text(options.CrcCheckChance)),
            new("min_index_interval", Text(options.MinIndexInterval)),
            new("max_index_interval", Text(options.MaxIndexInterval)),
            new("memtable_flush_period_in_ms", Text(options.MemtableFlushPeriodMillis)),
            new("memtable", options.Memtable),
            new("speculative_retry", options.SpeculativeRetry),
            new("additional_write_policy", options.AdditionalWritePolicy),
            new("read_repair", options.ReadRepair),
            new("cdc", Text(options.Cdc)),
            new("allow_auto_snapshot", Text(options.AllowAutoSnapshot)),
            new("incremental_backups", Text(options.IncrementalBackups)),
            .. Prefixed("caching", options.Caching),
            .. Prefixed("compaction", options.Compaction),
            .. Prefixed("compression", options.Compression),
            .. options.Extensions.Select(e => KeyValuePair.Create($"extensions.{e.Key}", CqlText.Hex(e.Value))),
            .. table.Triggers.Select(t => KeyValuePair.Create($"trigger {t.Key}", t.Value)),
        ];
    }

    // What compaction of levels asks less of, as 5.0 does when a table says nothing.
    private static double DefaultFpChance(TableOptions options) =>
        options.Compaction.GetValueOrDefault("class", "").EndsWith("LeveledCompactionStrategy", StringComparison.Ordinal) ? 0.1 : 0.01;

    private static IEnumerable<KeyValuePair<string, string>> Prefixed(string prefix, IReadOnlyDictionary<string, string> map) =>
        map.Select(p => KeyValuePair.Create($"{prefix}.{p.Key}", p.Value));

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
