using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>How a database is opened. Immutable.</summary>
public sealed record DatabaseOptions
{
    /// <summary>The defaults.</summary>
    public static DatabaseOptions Default { get; } = new();

    /// <summary>A file of CQL with the schema, which then counts alone; null, the default, to find the schema with the data. A database is not opened for writing with it.</summary>
    public string? SchemaPath { get; init; }

    /// <summary>The snapshot to open where table folders have several; null, the default, for the tables' own SSTables, or the only snapshot of folders that have nothing else.</summary>
    public string? Snapshot { get; init; }

    /// <summary>What TTLs are counted from, in seconds since 1970; null, the default, for the clock.</summary>
    public long? NowSeconds { get; init; }

    /// <summary>Memory in bytes for uncompressed chunks and index pages; 0 for none. Default 512 MiB.</summary>
    public long CacheSizeBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Whether writes that only the commit log beside a node's data directory has are read too, which takes memory for them; true by
    /// default. A damaged log fails the opening; without it, what the SSTables have can be read.
    /// </summary>
    public bool ReplayCommitLog { get; init; } = true;

    /// <summary>
    /// Whether nothing may be written, and no lock is taken, so that any number of processes can read while one writes; false by default. What is not a
    /// database of this product is never written, whatever this says.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>When a write counts as done; <see cref="Durability.Group"/> by default.</summary>
    public Durability Durability { get; init; } = Durability.Group;

    /// <summary>Memory in bytes for what was written and is not in SSTables yet. From half of it on memtables are flushed; writers wait when it is full. Default 128 MiB.</summary>
    public long MemtableSizeBytes { get; init; } = 128L << 20;

    /// <summary>Size in bytes of a commit log segment; a write of more than half of it is refused. Default 32 MiB.</summary>
    public int CommitLogSegmentBytes { get; init; } = 32 << 20;

    /// <summary>Bytes of stored data that compactions in the background read in a second, all together; 0 for no limit. Default 64 MiB.</summary>
    public long CompactionBytesPerSecond { get; init; } = 64L << 20;

    /// <summary>How many compactions run at once in the background; 0 for none. Default 1.</summary>
    public int CompactionThreads { get; init; } = 1;

    /// <summary>
    /// Whether system tables are answered by the engine also for what is not a database of this product, in the place of a node's own that may lie there:
    /// whoever serves a snapshot wants clients to find this server in them, and not the node. False by default.
    /// </summary>
    public bool AnswersSystemTables { get; init; }

    /// <summary>
    /// Settings by the names that cassandra.yaml has for them, which count before those that stay with the database: <c>cluster_name</c>;
    /// <c>authenticator</c> (<c>PasswordAuthenticator</c> makes clients log in), <c>authorizer</c> (<c>CassandraAuthorizer</c> makes their permissions
    /// count); the thresholds of guardrails, such as <c>columns_per_table_warn_threshold</c>; and, of our own, <c>vector_search_beam_width</c>: how many
    /// candidates an approximate search for near vectors keeps (without it one of 40 vectors, at least 500 and at most 10,000). None by default.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether indexes have structures beside the SSTables, which queries use and the background makes; true by default. Without them queries that
    /// an index serves read their range and test the rows: the answer is the same.
    /// </summary>
    public bool UseIndexStructures { get; init; } = true;

    /// <summary>The version of new SSTables: nb (the default), oa or da.</summary>
    public SSTableVersion SSTableVersion { get; init; } = SSTableVersion.OfName("nb");

    /// <summary>Compression of tables that are created without the option: lz4 (the default), snappy, deflate, zstd or none.</summary>
    public string Compression { get; init; } = "lz4";

    /// <summary>What writes, compactions and, without <see cref="NowSeconds"/>, TTLs take the time from; the machine's clock by default.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The moment from which TTLs are counted, in seconds since 1970.</summary>
    internal long CurrentSeconds => NowSeconds ?? Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Through what files are read; the machine's own by default.</summary>
    public IFileSystem Files { get; init; } = PhysicalFileSystem.Instance;
}
