using System.Collections.Immutable;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>What system_schema's rows amount to.</summary>
/// <param name="Schema">All keyspaces that they define.</param>
/// <param name="Problems">What could not be made sense of, one sentence each; the schema lacks it.</param>
internal sealed record SystemSchemaContent(DatabaseSchema Schema, IReadOnlyList<string> Problems)
{
    /// <summary>The tables that are among them.</summary>
    public IReadOnlyList<UnreadTable> UnreadTables { get; init; } = [];
}

/// <summary>The schema from the rows of system_schema, as Cassandra 3.0 to 5.0 write them.</summary>
/// <remarks>Source: org/apache/cassandra/schema/SchemaKeyspace.java.</remarks>
internal sealed class SystemSchemaReader
{
    private readonly Dictionary<(string Table, string Keyspace), List<SchemaRow>> _rows = [];
    private readonly List<string> _problems = [];
    private readonly List<UnreadTable> _unread = [];
    private readonly Partitioner _partitioner;

    private SystemSchemaReader(Partitioner partitioner) => _partitioner = partitioner;

    /// <summary>Tables whose rows are looked at.</summary>
    public static ImmutableArray<string> Tables { get; } =
    [
        "keyspaces", "tables", "columns", "column_masks", "triggers", "dropped_columns", "views", "types", "functions", "aggregates", "indexes",
    ];

    /// <summary>Makes the schema.</summary>
    /// <param name="rows">All live rows of <see cref="Tables"/>, in any order.</param>
    /// <param name="partitioner">The node's partitioner.</param>
    public static SystemSchemaContent Read(IEnumerable<SchemaRow> rows, Partitioner partitioner)
    {
        var reader = new SystemSchemaReader(partitioner);
        foreach (SchemaRow row in rows)
        {
            (string, string) key = (row.Table, row.Text("keyspace_name"));
            if (!reader._rows.TryGetValue(key, out List<SchemaRow>? list))
                reader._rows.Add(key, list = []);
            list.Add(row);
        }

        DatabaseSchema schema = DatabaseSchema.Empty;
        foreach (string keyspace in reader._rows.Keys.Where(key => string.Equals(key.Table, "keyspaces", StringComparison.Ordinal)).Select(key => key.Keyspace))
            schema = schema.With(reader.Keyspace(keyspace));
        return new SystemSchemaContent(schema, reader._problems) { UnreadTables = reader._unread };
    }

    private KeyspaceMetadata Keyspace(string name)
    {
        SchemaRow row = Rows("keyspaces", name)[0];
        var types = new UserTypeReader(name, Rows("types", name), _problems);
        var keyspace = new KeyspaceMetadata(name)
        {
            DurableWrites = row.Boolean("durable_writes", absent: true),
            Replication = ReplicationOptions.Keep(row.TextMap("replication")),
            UserTypes = types.All(),
        };

        var functions = new FunctionReader(name, types);
        var tables = new TableReader(name, types, _partitioner, Rows);
        return keyspace with
        {
            Functions = Each("functions", "function_name", keyspace.Functions, functions.Function, f => f.Signature),
            Aggregates = Each("aggregates", "aggregate_name", keyspace.Aggregates, functions.Aggregate, a => a.Signature),
            Tables = Each("tables", "table_name", keyspace.Tables, tables.Table, t => t.Name),
            Views = Each("views", "view_name", keyspace.Views, tables.View, v => v.Table.Name),
        };

        ImmutableSortedDictionary<string, T> Each<T>(
            string table,
            string nameColumn,
            ImmutableSortedDictionary<string, T> empty,
            Func<SchemaRow, T> make,
            Func<T, string> key)
        {
            ImmutableSortedDictionary<string, T>.Builder found = empty.ToBuilder();
            foreach (SchemaRow element in Rows(table, name))
            {
                try
                {
                    T made = make(element);
                    found[key(made)] = made;
                }
                catch (CqliteException problem)
                {
                    if (table == "tables" && element.TextOrNull(nameColumn) is { } unread)
                        _unread.Add(new UnreadTable(name, unread, problem));
                    _problems.Add($"{name}.{element.TextOrNull(nameColumn)} in system_schema.{table} is left out: {problem.Message}");
                }
            }

            return found.ToImmutable();
        }
    }

    private List<SchemaRow> Rows(string table, string keyspace) => _rows.TryGetValue((table, keyspace), out List<SchemaRow>? rows) ? rows : [];
}
