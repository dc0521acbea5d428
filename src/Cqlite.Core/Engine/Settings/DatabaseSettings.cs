using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;

namespace Cqlite.Core.Engine.Settings;

/// <summary>
/// What can be set of a database, each null where nobody has set it. Asked for in this order: parameter, environment, configuration file, what is kept with
/// the database, default. Immutable.
/// </summary>
public sealed record DatabaseSettings
{
    private const string CacheSizeName = "cache_size";
    private const string CompressionName = "compression";
    private const string PerformanceModeName = "performance_mode";
    private const string Prefix = "cqlite.config.";

    /// <summary>What a configuration file may hold beside what is read here: settings of connections, which the commands that connect read.</summary>
    private static readonly string[] s_others =
    [
        "cqlite.config.cassandra_compatibility", "cqlite.connection_pool_size", "cassandra.contact_points", "cassandra.port", "cassandra.username", "cassandra.password",
        "cassandra.keyspace", "cassandra.consistency_level", "cassandra.connection_pool_size", "cassandra.timeout",
    ];

    private static readonly string[] s_known = ["cqlite.database_path", Prefix + CacheSizeName, Prefix + CompressionName, Prefix + PerformanceModeName];

    /// <summary>What to open (<c>CQLITE_DATABASE_PATH</c>, <c>cqlite.database_path</c>).</summary>
    public string? DatabasePath { get; init; }

    /// <summary>Memory in bytes for data that is read again (<c>CQLITE_CACHE_SIZE</c>, <c>cache_size</c>); 512 MiB by default.</summary>
    public long? CacheSizeBytes { get; init; }

    /// <summary>Compression of tables that are created without the option (<c>CQLITE_COMPRESSION</c>, <c>compression</c>): <c>lz4</c> by default.</summary>
    public string? Compression { get; init; }

    /// <summary>Whether nothing may be written (<c>CQLITE_READ_ONLY</c>); false by default.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Whether writes are acknowledged before they are synced (<c>CQLITE_PERFORMANCE_MODE</c>, <c>performance_mode</c>): <see cref="Durability.Periodic"/>; false by default.</summary>
    public bool? PerformanceMode { get; init; }

    /// <summary>When a write counts as done; null where only <see cref="PerformanceMode"/> may tell.</summary>
    public Durability? Durability { get; init; }

    /// <summary>What the environment sets.</summary>
    /// <exception cref="InvalidSettingException">A variable's value does not suit.</exception>
    public static DatabaseSettings FromEnvironment(Func<string, string?>? variables = null)
    {
        variables ??= Environment.GetEnvironmentVariable;
        const string source = "the environment";
        return new DatabaseSettings
        {
            DatabasePath = Get("CQLITE_DATABASE_PATH"),
            CacheSizeBytes = Size(source, "CQLITE_CACHE_SIZE", Get("CQLITE_CACHE_SIZE")),
            Compression = Codec(source, "CQLITE_COMPRESSION", Get("CQLITE_COMPRESSION")),
            ReadOnly = Truth(source, "CQLITE_READ_ONLY", Get("CQLITE_READ_ONLY")),
            PerformanceMode = Truth(source, "CQLITE_PERFORMANCE_MODE", Get("CQLITE_PERFORMANCE_MODE")),
        };

        string? Get(string name) => variables(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>What a configuration file sets, JSON or YAML.</summary>
    /// <exception cref="InvalidSettingException">It does not parse, holds a key that is not known, or a value that does not suit.</exception>
    /// <exception cref="StorageException">It can't be read.</exception>
    public static DatabaseSettings FromFile(string path, IFileSystem? files = null, Func<string, string?>? variables = null)
    {
        IReadOnlyDictionary<string, string> read = ReadFile(path, files, variables);
        return From(path, name => read.GetValueOrDefault(Prefix + name)) with { DatabasePath = read.GetValueOrDefault("cqlite.database_path") };
    }

    /// <summary>All that a configuration file sets, by name: settings of databases and of connections.</summary>
    /// <exception cref="InvalidSettingException">It does not parse, or holds a key that is not known.</exception>
    /// <exception cref="StorageException">It can't be read.</exception>
    internal static IReadOnlyDictionary<string, string> ReadFile(string path, IFileSystem? files, Func<string, string?>? variables)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IReadOnlyDictionary<string, string> read = ConfigurationFile.Read(files ?? PhysicalFileSystem.Instance, path, variables ?? Environment.GetEnvironmentVariable);
        return read.Keys.FirstOrDefault(k => !s_known.Contains(k) && !s_others.Contains(k)) is { } unknown
            ? throw new InvalidSettingException(path, unknown, $"there is no such setting; there are {string.Join(", ", s_known.Concat(s_others))}.")
            : read;
    }

    /// <summary>What is kept with the database in a folder; nothing where there is none. What else is kept there, such as its partitioner, is the engine's to read.</summary>
    /// <exception cref="InvalidSettingException">A setting's value does not suit.</exception>
    public static DatabaseSettings OfDatabase(string folder, IFileSystem? files = null)
    {
        files ??= PhysicalFileSystem.Instance;
        string path = DatabaseFile.PathIn(folder);
        if (!files.DirectoryExists(folder) || DatabaseFile.Read(files, folder) is not { } file)
            return new DatabaseSettings();
        return From(path, file.Settings.GetValueOrDefault);
    }

    /// <summary>These settings, and where one is not set that of others.</summary>
    public DatabaseSettings Over(DatabaseSettings others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return new DatabaseSettings
        {
            DatabasePath = DatabasePath ?? others.DatabasePath,
            CacheSizeBytes = CacheSizeBytes ?? others.CacheSizeBytes,
            Compression = Compression ?? others.Compression,
            ReadOnly = ReadOnly ?? others.ReadOnly,

            // Whoever says when writes count says all about it: a performance mode that is set below it does not matter any more.
            PerformanceMode = Durability is null ? PerformanceMode ?? others.PerformanceMode : null,
            Durability = Durability ?? (PerformanceMode is null ? others.Durability : null),
        };
    }

    /// <summary>The settings that stay with a database, by name.</summary>
    public IReadOnlyDictionary<string, string> ToStored()
    {
        SortedDictionary<string, string> stored = new(StringComparer.Ordinal);
        if (CacheSizeBytes is { } size)
            stored[CacheSizeName] = size.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (Compression is { } compression)
            stored[CompressionName] = compression;
        if (PerformanceMode is { } performance)
            stored[PerformanceModeName] = performance ? "true" : "false";
        return stored;
    }

    /// <summary>Options with what is set here.</summary>
    public DatabaseOptions Apply(DatabaseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            CacheSizeBytes = CacheSizeBytes ?? options.CacheSizeBytes,
            Compression = Compression ?? options.Compression,
            ReadOnly = ReadOnly ?? options.ReadOnly,
            Durability = Durability ?? (PerformanceMode switch { true => Engine.Durability.Periodic, false => Engine.Durability.Group, _ => options.Durability }),
        };
    }

    private static DatabaseSettings From(string source, Func<string, string?> get) => new()
    {
        CacheSizeBytes = Size(source, CacheSizeName, get(CacheSizeName)),
        Compression = Codec(source, CompressionName, get(CompressionName)),
        PerformanceMode = Truth(source, PerformanceModeName, get(PerformanceModeName)),
    };

    private static long? Size(string source, string name, string? text) => text is null
        ? null
        : ByteSize.TryParse(text, out long bytes) ? bytes : throw new InvalidSettingException(source, name, $"'{text}': {ByteSize.Expected}.");

    private static string? Codec(string source, string name, string? text)
    {
        string? codec = text?.ToLowerInvariant();
        return codec is null || RewriteCompression.Names.Contains(codec)
            ? codec
            : throw new InvalidSettingException(source, name, $"'{text}': {string.Join(", ", RewriteCompression.Names)} are known.");
    }

    private static bool? Truth(string source, string name, string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" => false,
        _ => throw new InvalidSettingException(source, name, $"'{text}': true or false is needed."),
    };
}
