using System.Data.Common;
using System.Globalization;
using Cqlite.Core.Engine;

namespace Cqlite.Data;

/// <summary>The settings of a connection string: <c>Data Source=path;Keyspace=k;Read Only=true;Schema=file;Snapshot=name;Cache Size=bytes;Now=seconds</c>.</summary>
public sealed class CqliteConnectionStringBuilder : DbConnectionStringBuilder
{
    private const string DataSourceKey = "Data Source";
    private const string KeyspaceKey = "Keyspace";
    private const string ReadOnlyKey = "Read Only";
    private const string SchemaKey = "Schema";
    private const string SnapshotKey = "Snapshot";
    private const string CacheSizeKey = "Cache Size";
    private const string NowKey = "Now";

    private static readonly Dictionary<string, string> s_keys = new(StringComparer.OrdinalIgnoreCase)
    {
        [DataSourceKey] = DataSourceKey,
        ["DataSource"] = DataSourceKey,
        ["Filename"] = DataSourceKey,
        [KeyspaceKey] = KeyspaceKey,
        ["Database"] = KeyspaceKey,
        ["Initial Catalog"] = KeyspaceKey,
        [ReadOnlyKey] = ReadOnlyKey,
        ["ReadOnly"] = ReadOnlyKey,
        [SchemaKey] = SchemaKey,
        [SnapshotKey] = SnapshotKey,
        [CacheSizeKey] = CacheSizeKey,
        ["CacheSize"] = CacheSizeKey,
        [NowKey] = NowKey,
    };

    /// <summary>Creates an empty one.</summary>
    public CqliteConnectionStringBuilder()
    {
    }

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="ArgumentException">A key is unknown, or a value makes no sense.</exception>
    public CqliteConnectionStringBuilder(string? connectionString) => ConnectionString = connectionString;

    /// <summary>What to open: a database, a Cassandra data directory, a snapshot, a folder of SSTables.</summary>
    public string DataSource
    {
        get => Text(DataSourceKey) ?? "";
        set => this[DataSourceKey] = value;
    }

    /// <summary>The keyspace of names without one; null for none.</summary>
    public string? Keyspace
    {
        get => Text(KeyspaceKey);
        set => this[KeyspaceKey] = value!;
    }

    /// <summary>Whether a database is opened beside the process that writes it; false by default.</summary>
    public bool ReadOnly
    {
        get => Text(ReadOnlyKey) is { } text && bool.Parse(text);
        set => this[ReadOnlyKey] = value;
    }

    /// <summary>A file of CREATE statements in place of the schema found with the data; null for none.</summary>
    public string? Schema
    {
        get => Text(SchemaKey);
        set => this[SchemaKey] = value!;
    }

    /// <summary>The snapshot to open where there are several; null for none.</summary>
    public string? Snapshot
    {
        get => Text(SnapshotKey);
        set => this[SnapshotKey] = value!;
    }

    /// <summary>Memory in bytes for data that is read again; 512 MiB by default.</summary>
    public long CacheSize
    {
        get => Text(CacheSizeKey) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : DatabaseOptions.Default.CacheSizeBytes;
        set => this[CacheSizeKey] = value;
    }

    /// <summary>What TTLs are counted from, in seconds since 1970; null for the clock.</summary>
    public long? Now
    {
        get => Text(NowKey) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;
        set => this[NowKey] = value!;
    }

    /// <inheritdoc/>
    [System.Diagnostics.CodeAnalysis.AllowNull]
    public override object this[string keyword]
    {
        get => base[Known(keyword)];
        set => base[Known(keyword)] = value is null ? null! : Checked(Known(keyword), Convert.ToString(value, CultureInfo.InvariantCulture)!);
    }

    /// <inheritdoc/>
    public override bool ContainsKey(string keyword) => s_keys.TryGetValue(keyword, out string? known) && base.ContainsKey(known);

    internal DatabaseOptions ToOptions() => new()
    {
        ReadOnly = ReadOnly,
        SchemaPath = Schema,
        Snapshot = Snapshot,
        CacheSizeBytes = CacheSize,
        NowSeconds = Now,
    };

    private static string Known(string keyword) => s_keys.TryGetValue(keyword, out string? known)
        ? known
        : throw new ArgumentException($"'{keyword}' is no key of a connection string; there are {string.Join(", ", s_keys.Values.Distinct())}.", nameof(keyword));

    private static string Checked(string key, string value)
    {
        bool isRight = key switch
        {
            ReadOnlyKey => bool.TryParse(value, out _),
            CacheSizeKey => long.TryParse(value, CultureInfo.InvariantCulture, out long bytes) && bytes >= 0,
            NowKey => long.TryParse(value, CultureInfo.InvariantCulture, out _),
            _ => true,
        };
        return isRight ? value : throw new ArgumentException($"{key} can't be '{value}'.");
    }

    private string? Text(string key) => TryGetValue(key, out object? value) ? (string)value : null;
}
