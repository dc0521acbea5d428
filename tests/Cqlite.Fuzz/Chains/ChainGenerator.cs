using System.Globalization;

namespace Cqlite.Fuzz.Chains;

/// <summary>Makes random statements that fit what the statements before have left.</summary>
/// <param name="random">What they are chosen by.</param>
/// <param name="beginsAt">The moment at which the moving begins, in seconds since 1970.</param>
/// <param name="suffix">What the names of keyspaces end with, where others are beside them.</param>
internal sealed class ChainGenerator(Random random, long beginsAt, string suffix = "")
{
    private Random _random = random;

    /// <summary>When the first statement is executed: so many seconds before the moving begins.</summary>
    public const int FirstSecondsBefore = 100_000;

    private const int LastSecondsBefore = 2_000;
    private static readonly string[] s_names =
    [
        "a", "b", "v1", "v2", "some_long_name_1", "\"Mixed\"", "\"select\"", "\"with space\"", "\"quo\"\"te\"", "\"ünïcode\"", "\"日本\"", "\"1st\"", "\"Token\"", "\"ttl\"", "\"from\"", "\"a.b\"", "\"a,b\"", "\"(x)\"", "key", "value",
        "\"it's\"", "writetime", "\"Ü\"", "e", "f", "g", "h", "\"$$\"", "\"--\"", "\"%s {0}\"",
    ];

    private static readonly string[] s_compactions =
    [
        "compaction = {'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 10}",
        "compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': 2}",
        "compaction = {'class': 'UnifiedCompactionStrategy', 'scaling_parameters': 'T4'}",
        "compaction = {'class': 'SizeTieredCompactionStrategy', 'min_threshold': 3}",
        "compaction = {'class': 'SizeTieredCompactionStrategy', 'enabled': 'false'}",
    ];

    private static readonly string[] s_compressions =
    [
        "compression = {'class': 'ZstdCompressor', 'chunk_length_in_kb': 4}",
        "compression = {'class': 'DeflateCompressor'}",
        "compression = {'class': 'SnappyCompressor', 'chunk_length_in_kb': 64}",
        "compression = {'enabled': 'false'}",
        "compression = {'class': 'LZ4Compressor', 'lz4_compressor_type': 'high', 'lz4_high_compressor_level': 3}",
    ];

    private readonly Dictionary<string, List<ChainType>> _users = [];
    private readonly List<ChainTable> _tables = [];
    private int _made;

    /// <summary>The tables as they are now.</summary>
    public IReadOnlyList<ChainTable> Tables => _tables;

    /// <summary>Has what follows chosen by another random.</summary>
    public void ChooseBy(Random other) => _random = other;

    /// <summary>The steps that make a database.</summary>
    public List<ChainOperation> Operations()
    {
        List<ChainOperation> operations = [];
        int before = FirstSecondsBefore;
        foreach (string statement in Definitions().ToList())
            operations.Add(new ChainOperation(ChainAction.Execute, statement, before));
        int count = _random.Next(10, 120);
        for (int i = 0; i < count; i++)
        {
            before = Math.Max(LastSecondsBefore, before - _random.Next(0, 2 * FirstSecondsBefore / count));
            operations.Add(_random.Next(30) switch
            {
                0 or 1 => new ChainOperation(ChainAction.Flush, "", before),
                2 => new ChainOperation(ChainAction.Compact, "", before),
                3 => new ChainOperation(ChainAction.Reopen, ((string[])["nb", "oa", "da"])[_random.Next(3)], before),
                4 or 5 => new ChainOperation(ChainAction.Execute, Alteration(), before),
                _ => new ChainOperation(ChainAction.Execute, Write(before), before),
            });
        }

        operations.Add(new ChainOperation(ChainAction.Execute, Follower(), LastSecondsBefore));
        return operations;
    }

    /// <summary>A statement that writes or deletes, so long before the moving begins.</summary>
    /// <param name="secondsBefore">When it is executed.</param>
    /// <param name="timestamp">Its time, in microseconds since 1970; null for any.</param>
    /// <param name="only">The table; null for any.</param>
    public string Write(int secondsBefore, long? timestamp = null, ChainTable? only = null)
    {
        ChainTable table = only ?? _tables[_random.Next(_tables.Count)];
        return table.IsCounter ? Count(table) : Write(table, secondsBefore, timestamp);
    }

    /// <summary>A statement that changes a definition.</summary>
    public string Alteration()
    {
        ChainTable table = _tables[_random.Next(_tables.Count)];
        List<ChainType> users = _users[table.Keyspace];
        switch (_random.Next(8))
        {
            case 0 or 1:
                ChainColumn added = Column(table, users);
                table.Columns.Add(added);
                return $"ALTER TABLE {table.FullName} ADD {added.Name} {(table.IsCounter ? "counter" : added.Type.Cql)}{(added.IsStatic ? " static" : "")}";
            case 2 when table.Columns.Count > 1 && table.Followers == 0:
                ChainColumn dropped = table.Columns[_random.Next(table.Columns.Count)];
                table.Columns.Remove(dropped);
                return $"ALTER TABLE {table.FullName} DROP {dropped.Name}";
            case 3 when table.Followers == 0:
                List<ChainColumn> keys = _random.Next(2) == 0 || table.Clustering.Count == 0 ? table.Partition : table.Clustering;
                int place = _random.Next(keys.Count);
                ChainColumn renamed = keys[place] with { Name = NewName(table) };
                string was = keys[place].Name;
                keys[place] = renamed;
                return $"ALTER TABLE {table.FullName} RENAME {was} TO {renamed.Name}";
            case 4 or 5 when users.Count > 0 && users[_random.Next(users.Count)] is var user && !IsInKey(table.Keyspace, user):
                int number = users.IndexOf(user);
                ChainType field = ChainType.Field(_random, users.Take(number).ToList());
                string name = $"\"f{++_made}\"";
                Replace(table.Keyspace, user, user with { Arguments = [.. user.Arguments, field], Fields = [.. user.Fields, name] });
                return $"ALTER TYPE {table.Keyspace}.{user.Name} ADD {name} {field.Cql}";
            case 6 when users.Count > 0:
                ChainType other = users[_random.Next(users.Count)];
                int index = _random.Next(other.Fields.Count);
                string better = $"\"Field {++_made}\"";
                string[] fields = [.. other.Fields];
                fields[index] = better;
                Replace(table.Keyspace, other, other with { Fields = fields });
                return $"ALTER TYPE {table.Keyspace}.{other.Name} RENAME {other.Fields[index]} TO {better}";
            default:
                return $"ALTER TABLE {table.FullName} WITH {Options(table)}";
        }
    }

    /// <summary>A change of a definition, with the element and the property that differ then.</summary>
    public (string Cql, string Element, string Property) Difference()
    {
        ChainTable table = _tables[_random.Next(_tables.Count)];
        string keyspace = Bare(table.Keyspace);
        string full = $"{keyspace}.{Bare(table.Name)}";
        int number = ++_made;
        switch (_random.Next(11))
        {
            case 0:
                return ($"ALTER TABLE {table.FullName} WITH gc_grace_seconds = {number}", $"table {full}", "gc_grace_seconds");
            case 1:
                return ($"ALTER TABLE {table.FullName} WITH comment = 'it''s {number}'", $"table {full}", "comment");
            case 2:
                return ($"ALTER TABLE {table.FullName} WITH caching = {{'keys': 'NONE', 'rows_per_partition': '{number}'}}", $"table {full}", "caching.");
            case 3:
                return ($"ALTER TABLE {table.FullName} ADD \"Added {number}\" {(table.IsCounter ? "counter" : "frozen<list<inet>>")}", $"column {full}.Added {number}", "existence");
            case 4 when !table.IsCounter && table.Columns.FirstOrDefault(c => c.Type.Kind == ChainKind.Native && c.Type.Name != "duration" && !c.IsStatic) is { } indexed:
                return ($"CREATE INDEX index_{number} ON {table.FullName} ({indexed.Name})", $"index {keyspace}.index_{number}", "existence");
            case 5:
                return ($"CREATE TYPE {table.Keyspace}.\"Type {number}\" (a int)", $"type {keyspace}.Type {number}", "existence");
            case 6:
                return ($"CREATE TABLE {table.Keyspace}.table_{number} (p int PRIMARY KEY)", $"table {keyspace}.table_{number}", "existence");
            case 7 when table.Columns.Count > 1 && table.Followers == 0:
                return ($"ALTER TABLE {table.FullName} DROP {table.Columns[0].Name}", $"column {full}.{Bare(table.Columns[0].Name)}", "existence");
            case 8 when _users[table.Keyspace].Count > 0:
                ChainType user = _users[table.Keyspace][_random.Next(_users[table.Keyspace].Count)];
                return ($"ALTER TYPE {table.Keyspace}.{user.Name} ADD \"More {number}\" varint", $"type {keyspace}.{Bare(user.Name)}", "field");
            case 9:
                return ($"DROP TABLE {table.FullName}", $"table {full}", "existence");
            default:
                return ($"ALTER KEYSPACE {table.Keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': {number + 1}}}", $"keyspace {keyspace}", "replication.");
        }
    }

    /// <summary>A name as schemas have it.</summary>
    public static string Bare(string name) => name[0] == '"' ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    /// <summary>The user types of a keyspace as they are now.</summary>
    public IReadOnlyList<ChainType> Users(string keyspace) => _users[keyspace];

    /// <summary>Statements that make keyspaces, types and tables.</summary>
    public IEnumerable<string> Definitions()
    {
        string[] keyspaces = [$"k{suffix}", $"\"Other{suffix}\"", $"\"select{suffix}\""];
        foreach (string keyspace in keyspaces.Take(_random.Next(10) switch { < 6 => 1, < 9 => 2, _ => 3 }))
        {
            List<ChainType> users = _users[keyspace] = [];
            yield return $"CREATE KEYSPACE {keyspace} WITH replication = {{'class': '{(_random.Next(2) == 0 ? "SimpleStrategy', 'replication_factor'" : "NetworkTopologyStrategy', 'datacenter1'")}: 1}} AND durable_writes = {(_random.Next(5) == 0 ? "false" : "true")}";
            for (int i = _random.Next(3); i > 0; i--)
            {
                string[] names = [.. s_names.OrderBy(_ => _random.Next()).Take(_random.Next(1, 4))];
                ChainType user = new(ChainKind.User, _random.Next(2) == 0 ? $"\"Type {users.Count}\"" : $"type{users.Count}", [.. names.Select(_ => ChainType.Field(_random, users))]) { Fields = names };
                yield return $"CREATE TYPE {keyspace}.{user.Name} ({string.Join(", ", names.Zip(user.Arguments, (n, t) => $"{n} {t.Cql}"))})";
                users.Add(user);
            }

            for (int i = _random.Next(1, 4); i > 0; i--)
                yield return Table(keyspace, users);
        }
    }

    private string Table(string keyspace, List<ChainType> users)
    {
        string name = $"{((string[])["t", "\"T", "\"Order"])[_random.Next(3)]}{_tables.Count}";
        ChainTable table = new(keyspace, name[0] == '"' ? name + "\"" : name) { IsCounter = _random.Next(6) == 0 };
        for (int i = _random.Next(3) == 0 ? _random.Next(2, 4) : 1; i > 0; i--)
            table.Partition.Add(Key(table, users, isPartition: true));
        for (int i = _random.Next(5); i > 0; i--)
            table.Clustering.Add(Key(table, users, isPartition: false));
        for (int i = _random.Next(1, 7); i > 0; i--)
            table.Columns.Add(Column(table, users));
        _tables.Add(table);
        return table.Definition(_random.Next(2) == 0 ? "" : Options(table));
    }

    private string Options(ChainTable table) => _random.Next(9) switch
    {
        0 or 1 => s_compactions[_random.Next(s_compactions.Length)],
        2 or 3 => s_compressions[_random.Next(s_compressions.Length)],
        4 => $"gc_grace_seconds = {((int[])[0, 1, 3600, 864000])[_random.Next(4)]}",
        5 when !table.IsCounter => $"default_time_to_live = {((int[])[0, 500, 250_000, 630_720_000])[_random.Next(4)]}",
        6 => "comment = 'it''s \"a\" comment; -- really'",
        7 => "bloom_filter_fp_chance = 0.2 AND crc_check_chance = 0.5 AND speculative_retry = 'NEVER' AND min_index_interval = 64 AND max_index_interval = 512",
        _ => "caching = {'keys': 'NONE', 'rows_per_partition': 'ALL'} AND additional_write_policy = 'ALWAYS' AND memtable_flush_period_in_ms = 100000000 AND read_repair = 'NONE'",
    };

    private string NewName(ChainTable table)
    {
        string[] taken = [.. table.Partition.Concat(table.Clustering).Concat(table.Columns).Select(c => c.Name)];
        string[] free = [.. s_names.Where(n => !taken.Contains(n))];
        return free.Length == 0 ? $"more{++_made}" : free[_random.Next(free.Length)];
    }

    private ChainColumn Key(ChainTable table, List<ChainType> users, bool isPartition)
    {
        ChainType type = ChainType.Key(_random, users);
        string[] values = [.. Enumerable.Range(0, isPartition ? 4 : 5).Select(_ => ChainLiteral.Of(type, _random)).Select(v => v.Length > 20_000 ? "'k'" : v)];
        if (type.Kind != ChainKind.Native || type.Name is not ("text" or "ascii"))
            values = [.. values.Select(v => v == "'k'" ? "0x6b" : v)];
        return new ChainColumn(NewName(table), type) { Values = values, IsDescending = !isPartition && _random.Next(2) == 0 };
    }

    private ChainColumn Column(ChainTable table, List<ChainType> users) =>
        new(NewName(table), table.IsCounter ? new ChainType(ChainKind.Native, "bigint") : ChainType.Column(_random, users)) { IsStatic = table.Clustering.Count > 0 && _random.Next(4) == 0 };

    /// <summary>Whether keys have values of a type: those with and without a field more are the same, and which of them stays depends on what is merged first.</summary>
    private bool IsInKey(string keyspace, ChainType user)
    {
        return _tables.Where(t => t.Keyspace == keyspace).SelectMany(t => t.Partition.Concat(t.Clustering)).Any(c => Has(c.Type));

        bool Has(ChainType type) => (type.Kind == ChainKind.User && type.Name == user.Name) || type.Arguments.Any(Has);
    }

    private void Replace(string keyspace, ChainType old, ChainType better)
    {
        List<ChainType> users = _users[keyspace];
        for (int i = 0; i < users.Count; i++)
            users[i] = In(users[i]);
        foreach (ChainTable table in _tables.Where(t => t.Keyspace == keyspace))
        {
            foreach (List<ChainColumn> columns in (List<ChainColumn>[])[table.Partition, table.Clustering, table.Columns])
            {
                for (int i = 0; i < columns.Count; i++)
                    columns[i] = columns[i] with { Type = In(columns[i].Type) };
            }
        }

        ChainType In(ChainType type) => type.Kind == ChainKind.User && type.Name == old.Name
            ? better with { IsFrozen = type.IsFrozen }
            : type with { Arguments = [.. type.Arguments.Select(In)] };
    }

    private string Follower()
    {
        ChainTable table = _tables[_random.Next(_tables.Count)];
        ChainColumn[] natives = [.. table.Columns.Where(c => c.Type.Kind == ChainKind.Native && c.Type.Name is not "duration" && !c.IsStatic && !table.IsCounter)];
        if (natives.Length == 0)
            return Write(LastSecondsBefore);
        ChainColumn column = natives[_random.Next(natives.Length)];
        table.Followers++;
        ChainColumn[] key = [.. table.Partition, .. table.Clustering];
        return _random.Next(3) switch
        {
            0 => $"CREATE INDEX by_{++_made} ON {table.FullName} ({column.Name})",
            1 when table.Columns.All(c => !c.IsStatic) => $"CREATE MATERIALIZED VIEW {table.Keyspace}.view_{++_made} AS SELECT * FROM {table.FullName} WHERE {string.Join(" AND ", key.Append(column).Select(c => $"{c.Name} IS NOT NULL"))} PRIMARY KEY ({string.Join(", ", key.Prepend(column).Select(c => c.Name))})",
            _ => $"CREATE INDEX by_{++_made} ON {table.FullName} ({column.Name}) USING 'sai'",
        };
    }

    private string Count(ChainTable table)
    {
        ChainColumn column = table.Columns[_random.Next(table.Columns.Count)];
        string where = Where(table, column.IsStatic ? 0 : table.Clustering.Count);
        string change = $"{column.Name} = {column.Name} {(_random.Next(2) == 0 ? "+" : "-")} {((long[])[1, 5, 1000, long.MaxValue])[_random.Next(20) == 0 ? 3 : _random.Next(3)]}";
        return _random.Next(15) == 0
            ? $"DELETE {(_random.Next(2) == 0 ? "" : column.Name)} FROM {table.FullName} WHERE {where}"
            : $"UPDATE {table.FullName} SET {change} WHERE {where}";
    }

    private string Write(ChainTable table, int secondsBefore, long? timestamp)
    {
        string @using = Using(secondsBefore, timestamp, withTtl: true);
        string deleting = Using(secondsBefore, timestamp, withTtl: false);

        // Not every version has room for negative times of these.
        string ranging = Using(secondsBefore, timestamp, withTtl: false, isOfRange: true);
        switch (_random.Next(14))
        {
            case 0 or 1 or 2 or 3 or 4:
                bool isStaticOnly = table.Clustering.Count > 0 && _random.Next(6) == 0;
                ChainColumn[] columns = [.. table.Columns.Where(c => (!isStaticOnly || c.IsStatic) && _random.Next(3) > 0)];
                if (isStaticOnly && columns.Length == 0)
                    isStaticOnly = false;
                ChainColumn[] keys = [.. table.Partition, .. isStaticOnly ? [] : table.Clustering];
                IEnumerable<string> values = [.. keys.Select(Value), .. columns.Select(c => _random.Next(8) == 0 ? "null" : ChainLiteral.Of(c.Type, _random))];
                return $"INSERT INTO {table.FullName} ({string.Join(", ", keys.Concat(columns).Select(c => c.Name))}) VALUES ({string.Join(", ", values)}){@using}";
            case 5:
                return $"DELETE FROM {table.FullName}{ranging} WHERE {Where(table, _random.Next(table.Clustering.Count + 1))}";
            case 6 when table.Clustering.Count > 0:
                int given = _random.Next(table.Clustering.Count);
                ChainColumn sliced = table.Clustering[given];
                string[] ends = _random.Next(3) switch
                {
                    0 => [$"{sliced.Name} >{(_random.Next(2) == 0 ? "=" : "")} {Value(sliced)}"],
                    1 => [$"{sliced.Name} <{(_random.Next(2) == 0 ? "=" : "")} {Value(sliced)}"],
                    _ => [$"{sliced.Name} >= {Value(sliced)}", $"{sliced.Name} <{(_random.Next(2) == 0 ? "=" : "")} {Value(sliced)}"],
                };
                return $"DELETE FROM {table.FullName}{ranging} WHERE {Where(table, given)} AND {string.Join(" AND ", ends)}";
            case 7:
                ChainColumn gone = table.Columns[_random.Next(table.Columns.Count)];
                string element = gone.Type.IsMultiCell && _random.Next(3) > 0 ? Element(gone) : gone.Name;
                return $"DELETE {element} FROM {table.FullName}{deleting} WHERE {Where(table, gone.IsStatic ? 0 : table.Clustering.Count)}";
            default:
                bool isStatic = table.Columns.Any(c => c.IsStatic) && _random.Next(4) == 0;
                ChainColumn[] set = [.. table.Columns.Where(c => !isStatic || c.IsStatic).OrderBy(_ => _random.Next()).Take(_random.Next(1, 4))];
                return $"UPDATE {table.FullName}{@using} SET {string.Join(", ", set.Select(Assignment))} WHERE {Where(table, isStatic || set.Length == 0 ? 0 : table.Clustering.Count)}";
        }
    }

    private string Assignment(ChainColumn column)
    {
        ChainType type = column.Type;
        if (!type.IsMultiCell || _random.Next(3) == 0)
            return $"{column.Name} = {(_random.Next(8) == 0 ? "null" : ChainLiteral.Of(type, _random))}";
        if (type.Kind == ChainKind.User || (type.Kind == ChainKind.Map && _random.Next(2) == 0) || (type.Kind == ChainKind.List && _random.Next(4) == 0))
        {
            int field = type.Kind == ChainKind.User ? _random.Next(type.Fields.Count) : 0;
            ChainType value = type.Kind switch { ChainKind.User => type.Arguments[field], ChainKind.Map => type.Arguments[1], _ => type.Arguments[0] };
            string place = type.Kind == ChainKind.User ? $"{column.Name}.{type.Fields[field]}" : Element(column);
            return $"{place} = {(_random.Next(6) == 0 ? "null" : ChainLiteral.Of(value, _random))}";
        }

        string elements = ChainLiteral.Elements(type, _random, _random.Next(1, 4));
        return type.Kind switch
        {
            ChainKind.List when _random.Next(3) == 0 => $"{column.Name} = {elements} + {column.Name}",
            ChainKind.Map when _random.Next(4) == 0 => $"{column.Name} = {column.Name} - {{{ChainLiteral.Of(type.Arguments[0], _random)}}}",
            ChainKind.Set when _random.Next(3) == 0 => $"{column.Name} = {column.Name} - {elements}",
            _ => $"{column.Name} = {column.Name} + {elements}",
        };
    }

    private string Element(ChainColumn column) => column.Type.Kind switch
    {
        ChainKind.User => $"{column.Name}.{column.Type.Fields[_random.Next(column.Type.Fields.Count)]}",
        ChainKind.List => $"{column.Name}[{_random.Next(3)}]",
        _ => $"{column.Name}[{ChainLiteral.Of(column.Type.Arguments[0], _random)}]",
    };

    private string Value(ChainColumn key) => key.Values[_random.Next(key.Values.Count)];

    private string Where(ChainTable table, int clustering) =>
        string.Join(" AND ", table.Partition.Concat(table.Clustering.Take(clustering)).Select(c => $"{c.Name} = {Value(c)}"));

    private string Using(int secondsBefore, long? timestamp, bool withTtl, bool isOfRange = false)
    {
        long nowMicros = (beginsAt - secondsBefore) * 1_000_000;
        List<string> parts = [];
        if (timestamp is not null || _random.Next(2) == 0)
        {
            long at = timestamp ?? _random.Next(12) switch
            {
                0 => 0,
                1 => isOfRange ? 1 : -1 - _random.Next(1000),
                2 => 1L << 60,
                3 or 4 or 5 => 1000 + _random.Next(4),
                6 => nowMicros + _random.Next(),
                _ => nowMicros - _random.Next(),
            };
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP {at}"));
        }

        if (withTtl && _random.Next(4) == 0)
        {
            // None ends while the moving is under way.
            int ttl = _random.Next(5) switch
            {
                0 when secondsBefore > 1_000 => Math.Max(1, secondsBefore - 1_000 - _random.Next(FirstSecondsBefore)),
                1 => 630_720_000,
                2 => 0,
                _ => secondsBefore + 50_000 + _random.Next(1_000_000),
            };
            parts.Add($"TTL {ttl}");
        }

        return parts.Count == 0 ? "" : " USING " + string.Join(" AND ", parts);
    }
}
