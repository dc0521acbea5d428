using System.Security.Cryptography;
using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>What a database says of itself, in its system tables and to those who ask for them.</summary>
public sealed partial class Database
{
    private static readonly HashSet<string> UnstoredKeyspaces = new(StringComparer.Ordinal)
    {
        SystemKeyspaces.System, SystemKeyspaces.Distributed, SystemKeyspaces.Traces, SystemKeyspaces.Views, SystemKeyspaces.VirtualSchema,
    };

    private (DatabaseSchema Schema, Guid Version)? _version;

    /// <summary>The cluster's name: the setting <c>cluster_name</c>, or the product's name.</summary>
    internal string ClusterName => GivenSettings.GetValueOrDefault("cluster_name") ?? "cqlite";

    /// <summary>What serves the database, if anything does.</summary>
    internal NodeDescription Node { get; set; } = NodeDescription.Embedded;

    /// <summary>When it was opened, in seconds since 1970.</summary>
    internal int StartedSeconds { get; } = (int)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>How it was opened.</summary>
    internal DatabaseOptions Options => _options;

    /// <summary>What compacts the tables; null where nothing is written.</summary>
    internal Compactor? Compactor => _writer?.Compactor;

    /// <summary>The cache of chunks; null for none.</summary>
    internal ChunkCache? Cache => _cache;

    /// <summary>Settings by Cassandra's names, as <c>system_views.settings</c> shows them.</summary>
    internal IReadOnlyDictionary<string, string?> Settings => EngineSettings.Of(this, GivenSettings);

    // The options' settings count before those that stay with the database.
    private Dictionary<string, string> GivenSettings
    {
        get
        {
            var given = new Dictionary<string, string>(_file?.Settings ?? new Dictionary<string, string>(), StringComparer.Ordinal);
            foreach ((string name, string value) in _options.Settings)
                given[name] = value;
            return given;
        }
    }

    /// <summary>
    /// The version of the schema: a digest of all definitions but Cassandra's own, the same wherever the schema is the same. Clients compare it to see
    /// whether their view of the schema is still true.
    /// </summary>
    internal Guid SchemaVersion
    {
        get
        {
            DatabaseSchema schema = Schema;
            if (_version is { } known && ReferenceEquals(known.Schema, schema))
                return known.Version;
            var users = new DatabaseSchema(schema.Keyspaces.RemoveRange(schema.Keyspaces.Keys.Where(SystemKeyspaces.IsSystem)));
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            foreach (PartitionUpdate update in SchemaMutations.Of(SystemSchemaWriter.Changes(DatabaseSchema.Empty, users), timestampMicros: 1).SelectMany(m => m.Updates))
                digest.AppendData(update.Content.Span);
            Guid version = SystemKeyspaces.NameUuid(digest.GetHashAndReset());
            _version = (schema, version);
            return version;
        }
    }

    /// <summary>Whether a table's rows are made of what the engine knows, and nothing is stored of it.</summary>
    internal bool IsComputed(TableMetadata table) => _system is not null && _system.Has(table);
}
