using System.Buffers.Binary;
using System.Globalization;
using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>The rows of system_views: what goes on in this engine. A table that tells of what there is not here (gossip, repair, streaming) is empty.</summary>
/// <remarks>Source: org/apache/cassandra/db/virtual/{SSTableTasks,Clients,Caches,ThreadPools,TableMetric}*.java.</remarks>
internal sealed class EngineViews(Database database)
{
    /// <summary>The release of Cassandra whose language and formats this engine has.</summary>
    public const string ReleaseVersion = "5.0.9";

    /// <summary>The language's version.</summary>
    public const string CqlVersion = "3.4.7";

    /// <summary>The newest version of the native protocol.</summary>
    public const string ProtocolVersion = "5";

    /// <summary>The one data center.</summary>
    public const string Datacenter = "datacenter1";

    /// <summary>Its one rack.</summary>
    public const string Rack = "rack1";

    /// <summary>The one node's one token: the ring is its own from here all around.</summary>
    public const string Token = "-9223372036854775808";

    /// <summary>The port that nodes would talk to each other on.</summary>
    public const int StoragePort = 7000;

    private const double Mebibyte = 1 << 20;

    /// <summary>The rows of a table.</summary>
    public IEnumerable<SchemaRowBuilder> Rows(string table) => table switch
    {
        "settings" => database.Settings.Select(s => Row().Text("name", s.Key).Text("value", s.Value)),
        "clients" => database.Node.Clients().Select(Client),
        "caches" => Caches(),
        "sstable_tasks" => database.Compactor?.Running.Select(Task) ?? [],
        "thread_pools" => ThreadPools(),
        "disk_usage" => PerTable((row, store) => row.Int64("mebibytes", Mebibytes(store.SSTables.Sum(s => s.StoredLength)))),
        "max_partition_size" => PerTable((row, store) => row.Int64("mebibytes", Mebibytes(Largest(store, s => s.Statistics.Stats.PartitionSizes.Max)))),
        "max_sstable_size" => PerTable((row, store) => row.Int64("mebibytes", Mebibytes(Largest(store, s => s.StoredLength)))),
        "max_sstable_duration" => PerTable((row, store) => row.Int64("max_sstable_duration", Largest(store, DurationMillis))),
        "sai_column_indexes" => StorageAttachedIndexes(),
        _ => [],
    };

    private static long DurationMillis(SSTable sstable) => Math.Max(0, (sstable.Statistics.Stats.MaxTimestampMicros - sstable.Statistics.Stats.MinTimestampMicros) / 1000);

    private static long Largest(TableStore store, Func<SSTable, long> measure) => store.SSTables.Select(measure).DefaultIfEmpty(0).Max();

    private static long Mebibytes(long bytes) => (long)Math.Ceiling(bytes / Mebibyte);

    private IEnumerable<SchemaRowBuilder> PerTable(Func<SchemaRowBuilder, TableStore, SchemaRowBuilder> fill) =>
        database.OpenStores.Select(store => fill(Row().Text("keyspace_name", store.Table.Keyspace).Text("table_name", store.Table.Name), store));

    private IEnumerable<SchemaRowBuilder> Caches()
    {
        if (database.Cache is not { } cache)
            return [];
        return
        [
            Cache("chunks", cache.CapacityBytes, cache.Hits, cache.Misses).Int64("size_bytes", cache.UsedBytes),
            Cache("keys", cache.Keys.CapacityBytes, cache.Keys.Hits, cache.Keys.Misses),
        ];
    }

    private SchemaRowBuilder Cache(string name, long capacityBytes, long hits, long misses)
    {
        SchemaRowBuilder row = Row().Text("name", name).Int64("capacity_bytes", capacityBytes).Int64("hit_count", hits).Int64("request_count", hits + misses);
        return hits + misses == 0 ? row : row.Double("hit_ratio", (double)hits / (hits + misses));
    }

    private IEnumerable<SchemaRowBuilder> ThreadPools()
    {
        if (database.Compactor is not { } compactor)
            return [];
        return
        [
            Row().Text("name", "CompactionExecutor")
                .Int32("active_tasks", compactor.Running.Count)
                .Int32("active_tasks_limit", database.Options.CompactionThreads)
                .Int64("blocked_tasks", 0)
                .Int64("blocked_tasks_all_time", 0)
                .Int64("completed_tasks", compactor.Finished.Count)
                .Int32("pending_tasks", compactor.Pending.Values.Sum()),
        ];
    }

    private static SchemaRowBuilder Client(ConnectedClient client) => Row()
        .Inet("address", client.Address)
        .Int32("port", client.Port)
        .Map("client_options", client.Options)
        .Text("connection_stage", client.Stage)
        .Text("driver_name", client.Options.GetValueOrDefault("DRIVER_NAME"))
        .Text("driver_version", client.Options.GetValueOrDefault("DRIVER_VERSION"))
        .Text("hostname", client.HostName)
        .Text("keyspace_name", client.Keyspace)
        .Int32("protocol_version", client.ProtocolVersion)
        .Int64("request_count", client.RequestCount)
        .Boolean("ssl_enabled", false)
        .Text("username", client.User);

    private static SchemaRowBuilder Task(CompactionRecord record)
    {
        long done = record.Progress.DoneBytes;
        long total = record.Progress.TotalBytes;
        return Row()
            .Text("keyspace_name", record.Keyspace)
            .Text("table_name", record.Table)
            .Uuid("task_id", TaskId(record))
            .Double("completion_ratio", total == 0 ? 1 : (double)done / total)
            .Text("kind", Kind(record.Task.Reason))
            .Int64("progress", done)
            .Int32("sstables", record.Task.Inputs.Count)
            .Int64("total", total)
            .Text("unit", "bytes");
    }

    private static string Kind(CompactionReason reason) => reason switch
    {
        CompactionReason.Tombstones => "tombstone compaction",
        CompactionReason.GarbageCollection => "remove deleted data",
        CompactionReason.Major => "major compaction",
        _ => "compaction",
    };

    // A time UUID of when the task began; of those that began at once the inputs differ.
    private static Guid TaskId(CompactionRecord record)
    {
        const long GregorianEpochMillis = 12_219_292_800_000;
        long ticks = (record.BegunMillis + GregorianEpochMillis) * TimeSpan.TicksPerMillisecond;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)ticks);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)(ticks >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(((ticks >> 48) & 0x0fff) | 0x1000));
        SystemKeyspaces.NameUuid(string.Create(CultureInfo.InvariantCulture, $"{record.Keyspace}.{record.Table} {record.Task}")).ToByteArray(bigEndian: true).AsSpan(8).CopyTo(bytes[8..]);
        return new Guid(bytes, bigEndian: true);
    }

    private IEnumerable<SchemaRowBuilder> StorageAttachedIndexes() =>
        from table in database.Schema.Keyspaces.Values.SelectMany(k => k.Tables.Values)
        from index in table.Indexes.Values
        where index.IsCustom && index.Options.GetValueOrDefault("class_name", "") is { } name
            && (name.Equals("sai", StringComparison.OrdinalIgnoreCase) || name.EndsWith("StorageAttachedIndex", StringComparison.OrdinalIgnoreCase))
        let column = table.Column(index.Target)
        select Row()
            .Text("keyspace_name", table.Keyspace)
            .Text("index_name", index.Name)
            .Text("analyzer", "NoOpAnalyzer")
            .Text("column_name", column?.Name ?? index.Target)
            .Boolean("is_building", false)
            .Boolean("is_queryable", true)
            .Boolean("is_string", column?.Type.Name is "text" or "ascii")
            .Text("table_name", table.Name);

    private static SchemaRowBuilder Row() => new();
}
