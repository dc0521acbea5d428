using System.Globalization;
using Cqlite.Core.Engine.Settings;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Client;

/// <summary>
/// What can be set of connections to clusters, each null where nobody has set it. Asked for in this order: parameter, environment, configuration file, default.
/// Immutable; the password shows in no text that is made of it.
/// </summary>
internal sealed record CassandraSettings
{
    private const string Section = "cassandra.";

    /// <summary>Names or addresses of nodes (<c>CASSANDRA_HOSTS</c>, <c>contact_points</c>), with commas between.</summary>
    public IReadOnlyList<string>? ContactPoints { get; init; }

    /// <summary>The port (<c>CASSANDRA_PORT</c>, <c>port</c>).</summary>
    public int? Port { get; init; }

    /// <summary>The role's name (<c>CASSANDRA_USERNAME</c>, <c>username</c>).</summary>
    public string? UserName { get; init; }

    /// <summary>Its password (<c>CASSANDRA_PASSWORD</c>, <c>password</c>).</summary>
    public Secret? Password { get; init; }

    /// <summary>The keyspace of names without one (<c>CASSANDRA_KEYSPACE</c>, <c>keyspace</c>).</summary>
    public string? Keyspace { get; init; }

    /// <summary>How many replicas must answer (<c>CASSANDRA_CONSISTENCY</c>, <c>consistency_level</c>).</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>How long a node may take to answer (<c>CASSANDRA_TIMEOUT</c>, <c>timeout</c>, in milliseconds).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Connections to each node (<c>cassandra.connection_pool_size</c>, or that of <c>cqlite</c>).</summary>
    public int? PoolSize { get; init; }

    /// <summary>What the environment sets.</summary>
    /// <exception cref="InvalidSettingException">A variable's value does not suit.</exception>
    public static CassandraSettings FromEnvironment(Func<string, string?>? variables = null)
    {
        variables ??= Environment.GetEnvironmentVariable;
        const string source = "the environment";
        return new CassandraSettings
        {
            ContactPoints = Names(Get("CASSANDRA_HOSTS")),
            Port = Number(source, "CASSANDRA_PORT", Get("CASSANDRA_PORT"), ushort.MaxValue),
            UserName = Get("CASSANDRA_USERNAME"),
            Password = Secret.Of(Get("CASSANDRA_PASSWORD")),
            Keyspace = Get("CASSANDRA_KEYSPACE"),
            Consistency = Level(source, "CASSANDRA_CONSISTENCY", Get("CASSANDRA_CONSISTENCY")),
            Timeout = Millis(source, "CASSANDRA_TIMEOUT", Get("CASSANDRA_TIMEOUT")),
        };

        string? Get(string name) => variables(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>What a configuration file sets, JSON or YAML.</summary>
    /// <exception cref="InvalidSettingException">It does not parse, holds a key that is not known, or a value that does not suit.</exception>
    /// <exception cref="StorageException">It can't be read.</exception>
    public static CassandraSettings FromFile(string path, Func<string, string?>? variables = null)
    {
        IReadOnlyDictionary<string, string> read = DatabaseSettings.ReadFile(path, files: null, variables);
        return new CassandraSettings
        {
            ContactPoints = Names(Get("contact_points")),
            Port = Number(path, Section + "port", Get("port"), ushort.MaxValue),
            UserName = Get("username"),
            Password = Secret.Of(Get("password")),
            Keyspace = Get("keyspace"),
            Consistency = Level(path, Section + "consistency_level", Get("consistency_level")),
            Timeout = Millis(path, Section + "timeout", Get("timeout")),
            PoolSize = Number(path, Section + "connection_pool_size", Get("connection_pool_size"), 64)
                ?? Number(path, "cqlite.connection_pool_size", read.GetValueOrDefault("cqlite.connection_pool_size"), 64),
        };

        string? Get(string name) => read.GetValueOrDefault(Section + name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>The names of a list with commas; null for none.</summary>
    public static IReadOnlyList<string>? Names(string? text) =>
        text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } hosts ? hosts : null;

    /// <summary>These settings, and where one is not set that of others. A name and its password are set together.</summary>
    public CassandraSettings Over(CassandraSettings others) => new()
    {
        ContactPoints = ContactPoints ?? others.ContactPoints,
        Port = Port ?? others.Port,
        UserName = UserName ?? others.UserName,
        Password = Password ?? (UserName is null || UserName == others.UserName || others.UserName is null ? others.Password : null),
        Keyspace = Keyspace ?? others.Keyspace,
        Consistency = Consistency ?? others.Consistency,
        Timeout = Timeout ?? others.Timeout,
        PoolSize = PoolSize ?? others.PoolSize,
    };

    /// <summary>Options with what is set here.</summary>
    public CassandraOptions Apply(CassandraOptions options) => options with
    {
        ContactPoints = ContactPoints ?? options.ContactPoints,
        Port = Port ?? options.Port,
        Credentials = UserName is { } user && Password is { } password ? new CassandraCredentials(user, password.Reveal()) : options.Credentials,
        Keyspace = Keyspace ?? options.Keyspace,
        Consistency = Consistency ?? options.Consistency,
        Timeout = Timeout ?? options.Timeout,
        PoolSize = PoolSize ?? options.PoolSize,
    };

    private static int? Number(string source, string name, string? text, int most) => text is null
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 && number <= most
            ? number
            : throw new InvalidSettingException(source, name, $"'{text}': a number from 1 to {most} is needed.");

    private static TimeSpan? Millis(string source, string name, string? text) =>
        Number(source, name, text, int.MaxValue) is { } millis ? TimeSpan.FromMilliseconds(millis) : null;

    private static ConsistencyLevel? Level(string source, string name, string? text) => text is null
        ? null
        : ConsistencyLevels.TryParse(text, out ConsistencyLevel level)
            ? level
            : throw new InvalidSettingException(source, name, $"'{text}': {string.Join(", ", ConsistencyLevels.Names)} are known.");

    /// <summary>A password on its way; no text of it is made by accident.</summary>
    public sealed class Secret
    {
        private readonly string _text;

        private Secret(string text) => _text = text;

        /// <summary>Keeps a password; null for null.</summary>
        public static Secret? Of(string? text) => text is null ? null : new Secret(text);

        /// <summary>The password.</summary>
        public string Reveal() => _text;

        /// <inheritdoc/>
        public override string ToString() => "***";
    }
}
