namespace Cqlite.Core.Schema.SystemTables;

/// <summary>How system_schema's tables look like in a line of releases; each has what the one before has, and more.</summary>
internal enum SchemaLayout
{
    /// <summary>Cassandra 3.0 to 3.7.</summary>
    V30,

    /// <summary>Cassandra 3.8 to 3.11: change-data capture, the kind of dropped columns.</summary>
    V311,

    /// <summary>Cassandra 4.0: read repair strategy and additional write policy.</summary>
    V40,

    /// <summary>Cassandra 4.1: memtable configuration.</summary>
    V41,

    /// <summary>Cassandra 5.0: data masks, automatic snapshots, incremental backups.</summary>
    V50,
}
