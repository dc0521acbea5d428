using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>
/// The tables that are answered from what the engine knows: the keyspaces system, system_distributed, system_traces, system_views and system_virtual_schema,
/// where nothing of a node's own is stored for them. Every reading is made afresh. Serves all threads.
/// </summary>
/// <param name="database">What is told of.</param>
/// <param name="keyspaces">The keyspaces that are answered so.</param>
internal sealed class EngineTables(Database database, IReadOnlySet<string> keyspaces)
{
    // The same for every database, and never written to.
    private static readonly Lazy<Dictionary<Guid, Memtable>> OwnSchemaRows = new(() => SchemaRows(Complete(DatabaseSchema.Empty)));

    private readonly EngineViews _views = new(database);
    private readonly RingTables _ring = new(database);

    /// <summary>The keyspaces that a database has beside those of its users, in the form of Cassandra 5.0.</summary>
    public static IReadOnlyList<KeyspaceMetadata> Keyspaces { get; } =
    [
        StoredSystemTables.System, SystemSchemaTables.Keyspace(SchemaLayout.V50), StoredSystemTables.Auth,
        StoredSystemTables.Distributed, StoredSystemTables.Traces, VirtualTables.Views, VirtualTables.Schema,
    ];

    /// <summary>A schema with Cassandra's own keyspaces.</summary>
    /// <param name="schema">The keyspaces that were found.</param>
    public static DatabaseSchema Complete(DatabaseSchema schema)
    {
        foreach (KeyspaceMetadata keyspace in Keyspaces)
        {
            if (SystemKeyspaces.IsLocal(keyspace.Name) || !schema.Keyspaces.ContainsKey(keyspace.Name))
                schema = schema.With(keyspace);
        }

        return schema;
    }

    /// <summary>Whether a table is answered so.</summary>
    public bool Has(TableMetadata table) => table.Kind == TableKind.Virtual || keyspaces.Contains(table.Keyspace);

    /// <summary>The table as it is at this moment. It holds no files, and need not be disposed of.</summary>
    public TableStore Open(TableMetadata table)
    {
        var rows = new MemoryRows(table, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000);
        foreach (SchemaRowBuilder row in Rows(table))
            rows.Add(row);
        return new TableStore(table, null, [], new MemtableSlot(rows.Build(), CommitLogPosition.None));
    }

    /// <summary>What a table of system_schema says of the keyspaces that are not stored in it: Cassandra's own.</summary>
    public static IPartitionSource SchemaRows(TableMetadata table) => OwnSchemaRows.Value[table.Id];

    /// <summary>What system_schema's tables, by id, say of the keyspaces of a schema that have storage.</summary>
    public static Dictionary<Guid, Memtable> SchemaRows(DatabaseSchema schema)
    {
        var stored = new DatabaseSchema(schema.Keyspaces.RemoveRange(schema.Keyspaces.Values.Where(k => k.IsVirtual).Select(k => k.Name)));
        Dictionary<Guid, Memtable> tables = SystemSchemaTables.Keyspace(SchemaLayout.V50).Tables.Values.ToDictionary(t => t.Id, t => new Memtable(t, 0));
        foreach (Mutation mutation in SchemaMutations.Of(SystemSchemaWriter.Changes(DatabaseSchema.Empty, stored), timestampMicros: 1))
        {
            foreach (PartitionUpdate update in mutation.Updates)
                tables[update.Table.Id].Apply(update);
        }

        return tables;
    }

    private IEnumerable<SchemaRowBuilder> Rows(TableMetadata table) => (table.Keyspace, table.Name) switch
    {
        (SystemKeyspaces.System, "local") => [LocalRow()],
        (SystemKeyspaces.System, "peers_v2") => _ring.Peers(),
        (SystemKeyspaces.System, "peers") => _ring.OldPeers(),
        (SystemKeyspaces.System, "size_estimates") => _ring.SizeEstimates(),
        (SystemKeyspaces.System, "table_estimates") => _ring.TableEstimates(),
        (SystemKeyspaces.System, "built_views") => BuiltViews(),
        (SystemKeyspaces.System, "IndexInfo") => BuiltIndexes(),
        (SystemKeyspaces.VirtualSchema, "keyspaces") => VirtualKeyspaces().Select(k => Row().Text("keyspace_name", k.Name)),
        (SystemKeyspaces.VirtualSchema, "tables") => VirtualKeyspaces().SelectMany(k => k.Tables.Values)
            .Select(t => Row().Text("keyspace_name", t.Keyspace).Text("table_name", t.Name).Text("comment", t.Options.Comment)),
        (SystemKeyspaces.VirtualSchema, "columns") => VirtualColumns(),
        (SystemKeyspaces.Views, _) => _views.Rows(table.Name),
        _ => [],
    };

    private SchemaRowBuilder LocalRow()
    {
        NodeDescription node = database.Node;

        // Nodes of a declared ring have one port each, which they are told apart by.
        int storagePort = node.Member?.Port ?? EngineViews.StoragePort;
        return Row()
            .Text("key", "local")
            .Text("bootstrapped", "COMPLETED")
            .Inet("broadcast_address", node.Address)
            .Int32("broadcast_port", storagePort)
            .Text("cluster_name", database.ClusterName)
            .Text("cql_version", EngineViews.CqlVersion)
            .Text("data_center", EngineViews.Datacenter)
            .Int32("gossip_generation", database.StartedSeconds)
            .Uuid("host_id", node.Member?.HostId ?? database.HostId ?? SystemKeyspaces.NameUuid(database.Path))
            .Inet("listen_address", node.Address)
            .Int32("listen_port", storagePort)
            .Text("native_protocol_version", EngineViews.ProtocolVersion)
            .Text("partitioner", database.Partitioner.ClassName)
            .Text("rack", EngineViews.Rack)
            .Text("release_version", EngineViews.ReleaseVersion)
            .Inet("rpc_address", node.Address)
            .Int32("rpc_port", node.Port)
            .Uuid("schema_version", database.SchemaVersion)
            .Texts("tokens", node.Member?.TokenTexts ?? [EngineViews.Token]);
    }

    private IEnumerable<SchemaRowBuilder> BuiltViews() => database.Schema.Keyspaces.Values
        .SelectMany(k => k.Views.Values)
        .Select(v => Row().Text("keyspace_name", v.Table.Keyspace).Text("view_name", v.Table.Name).Boolean("status_replicated", true));

    // The column table_name holds the keyspace, in Cassandra too.
    private IEnumerable<SchemaRowBuilder> BuiltIndexes() =>
        from keyspace in database.Schema.Keyspaces.Values
        where !SystemKeyspaces.IsSystem(keyspace.Name)
        from table in keyspace.Tables.Values
        from index in table.Indexes.Keys
        select Row().Text("table_name", keyspace.Name).Text("index_name", index);

    private IEnumerable<KeyspaceMetadata> VirtualKeyspaces() => database.Schema.Keyspaces.Values.Where(k => k.IsVirtual);

    private IEnumerable<SchemaRowBuilder> VirtualColumns() =>
        from table in VirtualKeyspaces().SelectMany(k => k.Tables.Values)
        from column in table.Columns.Values
        select Row()
            .Text("keyspace_name", table.Keyspace)
            .Text("table_name", table.Name)
            .Text("column_name", column.Name)
            .Text("clustering_order", column.Kind == ColumnKind.Clustering ? "asc" : "none")
            .Blob("column_name_bytes", column.NameBytes)
            .Text("kind", SystemSchemaWriter.KindText(column.Kind))
            .Int32("position", column.Position)
            .Text("type", column.Type.Name);

    private static SchemaRowBuilder Row() => new();
}
