using System.Collections.Immutable;
using Cqlite.Core.Schema.Options;

namespace Cqlite.Core.Schema.SystemTables;

/// <summary>The keyspaces system, system_auth, system_distributed and system_traces as Cassandra 5.0 defines them.</summary>
/// <remarks>
/// Source: org/apache/cassandra/db/SystemKeyspace.java, auth/AuthKeyspace.java, schema/SystemDistributedKeyspace.java, tracing/TraceKeyspace.java.
/// </remarks>
internal static class StoredSystemTables
{
    private const int Day = 24 * 60 * 60;

    private static readonly SystemTable[] SystemTables =
    [
        new("IndexInfo", "built column indexes", "table_name text", "index_name text", "value blob"),
        new(
            "available_ranges",
            "available keyspace/ranges during bootstrap/replace that are ready to be served",
            "keyspace_name text",
            "",
            "ranges set<blob>"),
        new(
            "available_ranges_v2",
            "available keyspace/ranges during bootstrap/replace that are ready to be served",
            "keyspace_name text",
            "",
            "full_ranges set<blob>, transient_ranges set<blob>"),
        new("batches", "batches awaiting replay", "id timeuuid", "", "mutations list<blob>, version int"),
        new("built_views", "built views", "keyspace_name text", "view_name text", "status_replicated boolean"),
        new(
            "compaction_history",
            "week-long compaction history",
            "id timeuuid",
            "",
            "bytes_in bigint, bytes_out bigint, columnfamily_name text, compacted_at timestamp, compaction_properties frozen<map<text, text>>, " +
            "keyspace_name text, rows_merged map<int, bigint>"),
        new(
            "local",
            "information about the local node",
            "key text",
            "",
            "bootstrapped text, broadcast_address inet, broadcast_port int, cluster_name text, cql_version text, data_center text, " +
            "gossip_generation int, host_id uuid, listen_address inet, listen_port int, native_protocol_version text, partitioner text, " +
            "rack text, release_version text, rpc_address inet, rpc_port int, schema_version uuid, tokens set<text>, " +
            "truncated_at map<uuid, blob>"),
        new(
            "paxos",
            "in-progress paxos proposals",
            "row_key blob",
            "cf_id uuid",
            "in_progress_ballot timeuuid, in_progress_read_ballot timeuuid, most_recent_commit blob, most_recent_commit_at timeuuid, " +
            "most_recent_commit_version int, proposal blob, proposal_ballot timeuuid, proposal_version int"),
        new("paxos_repair_history", "paxos repair history", "keyspace_name text", "table_name text", "points frozen<list<frozen<tuple<blob, timeuuid>>>>"),
        new("peer_events", "events related to peers", "peer inet", "", "hints_dropped map<timeuuid, int>"),
        new("peer_events_v2", "events related to peers", "peer inet", "peer_port int", "hints_dropped map<timeuuid, int>"),
        new(
            "peers",
            "information about known peers in the cluster",
            "peer inet",
            "",
            "data_center text, host_id uuid, preferred_ip inet, rack text, release_version text, rpc_address inet, schema_version uuid, " +
            "tokens set<text>"),
        new(
            "peers_v2",
            "information about known peers in the cluster",
            "peer inet",
            "peer_port int",
            "data_center text, host_id uuid, native_address inet, native_port int, preferred_ip inet, preferred_port int, rack text, " +
            "release_version text, schema_version uuid, tokens set<text>"),
        new("prepared_statements", "prepared statements", "prepared_id blob", "", "logged_keyspace text, query_string text"),
        new(
            "repairs",
            "repairs",
            "parent_id timeuuid",
            "",
            "cfids set<uuid>, coordinator inet, coordinator_port int, last_update timestamp, participants set<inet>, " +
            "participants_wp set<text>, ranges set<blob>, repaired_at timestamp, started_at timestamp, state int"),
        new(
            "size_estimates",
            "per-table primary range size estimates, table is deprecated in favor of table_estimates",
            "keyspace_name text",
            "table_name text, range_start text, range_end text",
            "mean_partition_size bigint, partitions_count bigint"),
        new(
            "sstable_activity",
            "historic sstable read rates",
            "keyspace_name text, columnfamily_name text, generation int",
            "",
            "rate_120m double, rate_15m double"),
        new("sstable_activity_v2", "historic sstable read rates", "keyspace_name text, table_name text, id text", "", "rate_120m double, rate_15m double"),
        new(
            "table_estimates",
            "per-table range size estimates",
            "keyspace_name text",
            "table_name text, range_type text, range_start text, range_end text",
            "mean_partition_size bigint, partitions_count bigint"),
        new(
            "top_partitions",
            "Stores the top partitions",
            "keyspace_name text",
            "table_name text, top_type text",
            "last_update timestamp, top frozen<list<frozen<tuple<text, bigint>>>>"),
        new(
            "transferred_ranges",
            "record of transferred ranges for streaming operation",
            "operation text, keyspace_name text",
            "peer inet",
            "ranges set<blob>"),
        new(
            "transferred_ranges_v2",
            "record of transferred ranges for streaming operation",
            "operation text, keyspace_name text",
            "peer inet, peer_port int",
            "ranges set<blob>"),
        new(
            "view_builds_in_progress",
            "views builds current progress",
            "keyspace_name text",
            "view_name text, start_token text, end_token text",
            "keys_built bigint, last_token text"),
    ];

    private static readonly SystemTable[] AuthTables =
    [
        new("cidr_groups", "cidr groups to cidrs mapping", "cidr_group text", "", "cidrs frozen<set<frozen<tuple<inet, smallint>>>>"),
        new("cidr_permissions", "user cidr permissions", "role text", "", "cidr_groups frozen<set<text>>"),
        new("identity_to_role", "mtls authorized identities lookup table", "identity text", "", "role text"),
        new("network_permissions", "user network permissions", "role text", "", "dcs frozen<set<text>>"),
        new("resource_role_permissons_index", "index of db roles with permissions granted on a resource", "resource text", "role text", ""),
        new("role_members", "role memberships lookup table", "role text", "member text", ""),
        new("role_permissions", "permissions granted to db roles", "role text", "resource text", "permissions set<text>"),
        new("roles", "role definitions", "role text", "", "can_login boolean, is_superuser boolean, member_of set<text>, salted_hash text"),
    ];

    private static readonly SystemTable[] DistributedTables =
    [
        new(
            "parent_repair_history",
            "Repair history",
            "parent_id timeuuid",
            "",
            "columnfamily_names set<text>, exception_message text, exception_stacktrace text, finished_at timestamp, keyspace_name text, " +
            "options map<text, text>, requested_ranges set<text>, started_at timestamp, successful_ranges set<text>"),
        new("partition_denylist", "Partition keys which have been denied access", "ks_name text, table_name text", "key blob", ""),
        new(
            "repair_history",
            "Repair history",
            "keyspace_name text, columnfamily_name text",
            "id timeuuid",
            "coordinator inet, coordinator_port int, exception_message text, exception_stacktrace text, finished_at timestamp, " +
            "parent_id timeuuid, participants set<inet>, participants_v2 set<text>, range_begin text, range_end text, started_at timestamp, " +
            "status text"),
        new("view_build_status", "Materialized View build status", "keyspace_name text, view_name text", "host_id uuid", "status text"),
    ];

    private static readonly SystemTable[] TraceTables =
    [
        new(
            "events",
            "tracing events",
            "session_id uuid",
            "event_id timeuuid",
            "activity text, source inet, source_elapsed int, source_port int, thread text"),
        new(
            "sessions",
            "tracing sessions",
            "session_id uuid",
            "",
            "client inet, command text, coordinator inet, coordinator_port int, duration int, parameters map<text, text>, request text, " +
            "started_at timestamp"),
    ];

    /// <summary>Facts of the node itself.</summary>
    public static KeyspaceMetadata System { get; } = Make(SystemKeyspaces.System, ReplicationOptions.Local, SystemTables, SystemTableOptions);

    /// <summary>Roles and permissions.</summary>
    public static KeyspaceMetadata Auth { get; } =
        Make(SystemKeyspaces.Auth, Simple(1), AuthTables, _ => TableOptions.Default with { GcGraceSeconds = 90 * Day });

    /// <summary>What nodes tell each other of repairs and views.</summary>
    public static KeyspaceMetadata Distributed { get; } = Make(SystemKeyspaces.Distributed, Simple(3), DistributedTables, DistributedTableOptions);

    /// <summary>Traces of requests.</summary>
    public static KeyspaceMetadata Traces { get; } =
        Make(SystemKeyspaces.Traces, Simple(2), TraceTables, _ => TableOptions.Default with { GcGraceSeconds = 0 });

    private static KeyspaceMetadata Make(string keyspace, IReadOnlyDictionary<string, string> replication, SystemTable[] tables, Func<string, TableOptions> options) =>
        new(keyspace)
        {
            Replication = replication,
            Tables = tables.Select(t => Finish(t.ToTable(keyspace, options(t.Name)))).ToImmutableSortedDictionary(t => t.Name, t => t, StringComparer.Ordinal),
        };

    private static TableMetadata Finish(TableMetadata table) => table is { Keyspace: SystemKeyspaces.System, Name: "paxos" }
        ? table.WithIndexes(new Dictionary<string, IndexMetadata>(StringComparer.Ordinal)
        {
            ["PaxosUncommittedIndex"] = new("PaxosUncommittedIndex", IndexMetadata.CustomKind, new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                [IndexMetadata.ClassOption] = "org.apache.cassandra.service.paxos.uncommitted.PaxosUncommittedIndex",
                [IndexMetadata.TargetOption] = "",
            }),
        })
        : table;

    private static TableOptions SystemTableOptions(string table)
    {
        TableOptions options = TableOptions.Default with { GcGraceSeconds = 0, MemtableFlushPeriodMillis = 60 * 60 * 1000 };
        return table switch
        {
            "batches" => options with { Compaction = With(options.Compaction, ("min_threshold", "2")) },
            "compaction_history" => options with { DefaultTimeToLiveSeconds = 7 * Day },
            "paxos" => options with { Compaction = With(options.Compaction, ("class", "org.apache.cassandra.db.compaction.LeveledCompactionStrategy")) },
            _ => options,
        };
    }

    private static TableOptions DistributedTableOptions(string table) => table is "repair_history" or "parent_repair_history"
        ? TableOptions.Default with
        {
            DefaultTimeToLiveSeconds = 30 * Day,
            Compaction = With(
                TableOptions.Default.Compaction,
                ("class", "org.apache.cassandra.db.compaction.TimeWindowCompactionStrategy"),
                ("compaction_window_size", "1"),
                ("compaction_window_unit", "DAYS")),
        }
        : TableOptions.Default;

    private static SortedDictionary<string, string> With(IReadOnlyDictionary<string, string> map, params ReadOnlySpan<(string Name, string Value)> changes)
    {
        var changed = new SortedDictionary<string, string>(map.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal), StringComparer.Ordinal);
        foreach ((string name, string value) in changes)
            changed[name] = value;
        return changed;
    }

    private static IReadOnlyDictionary<string, string> Simple(int replicas) => ReplicationOptions.Keep(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["class"] = "SimpleStrategy",
        ["replication_factor"] = replicas.ToString(global::System.Globalization.CultureInfo.InvariantCulture),
    });
}
