using System.CommandLine;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;

namespace Cqlite.Cli;

/// <summary>
/// The options of every command that connects to a cluster, in all spellings that users know. What is not given comes from the environment, then from the
/// configuration file.
/// </summary>
internal static class ConnectionOptions
{
    /// <summary><c>--hosts</c>: names or addresses of nodes.</summary>
    public static Option<string?> Hosts { get; } = new("--hosts", "--cassandra-hosts", "--cassandra-host")
    {
        Description = "Nodes to begin with, with commas between, each perhaps with :port; the others are found (or CASSANDRA_HOSTS).",
        HelpName = "HOST,...",
    };

    private static readonly Option<int?> s_port = new("--port", "--cassandra-port")
    {
        Description = "The port of hosts that name none: 9042 by default (or CASSANDRA_PORT).",
        HelpName = "PORT",
    };

    private static readonly Option<string?> s_username = new("--username", "-u") { Description = "The role to log in as (or CASSANDRA_USERNAME).", HelpName = "NAME" };

    private static readonly Option<string?> s_passwordFile = new("--password-file")
    {
        Description = "A file with its password (or CASSANDRA_PASSWORD); never on the command line, which others can read.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_consistency = Choice.OptionalOption(
        "--consistency", "LEVEL", "How many replicas must answer: LOCAL_QUORUM by default (or CASSANDRA_CONSISTENCY).", ConsistencyLevels.Names);

    private static readonly Option<int?> s_timeout = new("--timeout") { Description = "Milliseconds that a node may take to answer: 30000 by default (or CASSANDRA_TIMEOUT).", HelpName = "MS" };

    private static readonly Option<string?> s_datacenter = new("--local-datacenter") { Description = "The datacenter whose nodes are asked; that of the first node by default.", HelpName = "NAME" };

    private static readonly Option<int?> s_poolSize = new("--connection-pool-size") { Description = "Connections to each node: 2 by default.", HelpName = "COUNT" };

    private static readonly Option<bool> s_compression = new("--wire-compression") { Description = "Compress with LZ4 what goes over the wire." };

    private static readonly Option<bool?> s_noDelay = new("--tcp-nodelay") { Description = "Whether small requests are sent at once: true by default.", HelpName = "true|false" };

    private static readonly Option<int?> s_socketBuffer = new("--socket-buffer-size") { Description = "Bytes that a socket keeps in each direction; as the machine thinks right by default.", HelpName = "BYTES" };

    private static readonly Option<bool> s_tls = new("--tls") { Description = "Connect with TLS; the server's certificate is verified." };

    private static readonly Option<string?> s_authority = new("--tls-ca") { Description = "A PEM file with the authorities that are believed, in place of the machine's.", HelpName = "FILE" };

    private static readonly Option<string?> s_pin = new("--tls-pin") { Description = "The SHA-256 of the server's certificate in hex: it, and no other, is believed.", HelpName = "HEX" };

    private static readonly Option<bool> s_unverified = new("--tls-skip-verification") { Description = "Believe any certificate. Whoever stands between can read and change everything: for tests only." };

    private static readonly Option[] s_all =
        [Hosts, s_port, s_username, s_passwordFile, s_consistency, s_timeout, s_datacenter, s_poolSize, s_compression, s_noDelay, s_socketBuffer, s_tls, s_authority, s_pin, s_unverified];

    /// <summary>Gives a command the options.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in s_all)
            command.Options.Add(option);
    }

    /// <summary>Whether a cluster is named on the command line.</summary>
    public static bool IsGiven(ParseResult parsed) => parsed.GetValue(Hosts) is not null;

    /// <summary>How to reach the cluster that the command line, the environment or the configuration file names.</summary>
    /// <exception cref="UsageException">An option makes no sense, or a password is missing.</exception>
    /// <exception cref="Cqlite.Core.Errors.InvalidSettingException">A setting is not known, or its value does not suit.</exception>
    public static CassandraOptions Read(ParseResult parsed)
    {
        CassandraSettings own = new()
        {
            ContactPoints = CassandraSettings.Names(parsed.GetValue(Hosts)),
            Port = parsed.GetValue(s_port),
            UserName = parsed.GetValue(s_username),
            Password = parsed.GetValue(s_passwordFile) is { } file ? CassandraSettings.Secret.Of(PasswordFile.Read("--password-file", file)) : null,
            Consistency = parsed.GetValue(s_consistency) is { } level && ConsistencyLevels.TryParse(level, out ConsistencyLevel consistency) ? consistency : null,
            Timeout = parsed.GetValue(s_timeout) is { } millis ? TimeSpan.FromMilliseconds(millis) : null,
            PoolSize = parsed.GetValue(s_poolSize),
        };
        CassandraSettings set = own.Over(CassandraSettings.FromEnvironment());
        if (parsed.GetValue(GlobalOptions.Config) is { } configuration)
            set = set.Over(CassandraSettings.FromFile(configuration));
        if (set.UserName is { } user && set.Password is null)
            throw new UsageException($"{user} has no password here: --password-file FILE or CASSANDRA_PASSWORD gives it.");
        CassandraOptions defaults = new();
        CassandraOptions options = set.Apply(defaults with
        {
            LocalDatacenter = parsed.GetValue(s_datacenter),
            IsCompressed = parsed.GetValue(s_compression),
            IsNoDelay = parsed.GetValue(s_noDelay) ?? defaults.IsNoDelay,
            SocketBufferBytes = parsed.GetValue(s_socketBuffer),
            Tls = ReadTls(parsed),
        });
        try
        {
            options.Validate();
        }
        catch (ArgumentException senseless)
        {
            throw new UsageException(senseless.Message);
        }

        return options;
    }

    /// <summary>Connects to the cluster.</summary>
    /// <inheritdoc cref="Read"/>
    public static async Task<CassandraConnection> ConnectAsync(ParseResult parsed, CancellationToken stop)
    {
        CassandraOptions options = Read(parsed);
        if (options.Tls is { IsVerificationOff: true })
            Console.Error.WriteLine("cqlite: warning: any certificate is believed: whoever stands between can read and change everything.");
        try
        {
            return await CassandraConnection.ConnectAsync(options, stop).ConfigureAwait(false);
        }
        catch (ArgumentException senseless)
        {
            throw new UsageException(senseless.Message);
        }
    }

    private static CassandraTls? ReadTls(ParseResult parsed)
    {
        CassandraTls tls = new()
        {
            AuthorityFile = parsed.GetValue(s_authority),
            CertificatePin = parsed.GetValue(s_pin),
            IsVerificationOff = parsed.GetValue(s_unverified),
        };
        return parsed.GetValue(s_tls) || tls.AuthorityFile is not null || tls.CertificatePin is not null || tls.IsVerificationOff ? tls : null;
    }
}
