using System.Globalization;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>The settings that are in force, by the names that cassandra.yaml has for them.</summary>
/// <remarks>Source: org/apache/cassandra/config/Config.java.</remarks>
internal static class EngineSettings
{
    /// <summary>The settings of a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="given">What is set, by name; it counts before anything else.</param>
    public static IReadOnlyDictionary<string, string?> Of(Database database, IReadOnlyDictionary<string, string> given)
    {
        DatabaseOptions options = database.Options;
        var settings = new SortedDictionary<string, string?>(StringComparer.Ordinal)
        {
            ["authenticator"] = "AllowAllAuthenticator",
            ["authorizer"] = "AllowAllAuthorizer",
            ["cluster_name"] = database.ClusterName,
            ["commitlog_segment_size"] = Mebibytes(options.CommitLogSegmentBytes),
            ["commitlog_sync"] = options.Durability.ToString().ToLowerInvariant(),
            ["compaction_throughput"] = Mebibytes(options.CompactionBytesPerSecond) + "/s",
            ["concurrent_compactors"] = options.CompactionThreads.ToString(CultureInfo.InvariantCulture),
            ["data_file_directories"] = $"[{Path.Combine(database.Path, "data")}]",
            ["endpoint_snitch"] = "SimpleSnitch",
            ["file_cache_size"] = Mebibytes(options.CacheSizeBytes),
            ["materialized_views_enabled"] = "true",
            ["memtable_heap_space"] = Mebibytes(options.MemtableSizeBytes),
            ["native_transport_port"] = database.Node.Port.ToString(CultureInfo.InvariantCulture),
            ["partitioner"] = database.Partitioner.ClassName,
            ["rpc_address"] = database.Node.Address.ToString(),
            ["user_defined_functions_enabled"] = "false",
        };
        foreach ((string name, string value) in given)
            settings[name] = value;
        return settings;
    }

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20}MiB");
}
