using System.CommandLine;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cli;

/// <summary>
/// The options by which a command reaches a cluster, in all spellings that users know. What is not given comes from the environment, then from the configuration
/// file; but never for a second cluster beside the first, so that no credential goes where it was not meant to.
/// </summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string?> _hosts;
    private readonly Option<int?> _port;
    private readonly Option<string?> _username;
    private readonly Option<string?> _passwordFile;
    private readonly Option<string?> _consistency;
    private readonly Option<int?> _timeout;
    private readonly Option<string?> _datacenter;
    private readonly Option<int?> _poolSize;
    private readonly Option<bool> _compression;
    private readonly Option<bool?> _noDelay;
    private readonly Option<int?> _socketBuffer;
    private readonly Option<bool> _tls;
    private readonly Option<string?> _authority;
    private readonly Option<string?> _pin;
    private readonly Option<bool> _unverified;
    private readonly bool _heedsSurroundings;

    private ConnectionOptions(string[] hosts, string[] prefixes, bool heedsSurroundings)
    {
        _heedsSurroundings = heedsSurroundings;
        _hosts = New<string?>(hosts, $"Nodes {(heedsSurroundings ? "" : "of the target ")}to begin with, with commas between, each perhaps with :port; the others are found{Or("CASSANDRA_HOSTS")}.", "HOST,...");
        _port = New<int?>(Names("port", "cassandra-port"), $"The port of hosts that name none: 9042 by default{Or("CASSANDRA_PORT")}.", "PORT");
        _username = New<string?>(Names("username"), $"The role to log in as{Or("CASSANDRA_USERNAME")}.", "NAME");
        if (prefixes.Contains(""))
            _username.Aliases.Add("-u");
        _passwordFile = New<string?>(Names("password-file"), $"A file with its password{Or("CASSANDRA_PASSWORD")}; never on the command line, which others can read.", "FILE");
        _consistency = Choice.OptionalOption(Names("consistency"), "LEVEL", $"How many replicas must answer: LOCAL_QUORUM by default{Or("CASSANDRA_CONSISTENCY")}.", ConsistencyLevels.Names);
        _timeout = New<int?>(Names("timeout"), $"Milliseconds that a node may take to answer: 30000 by default{Or("CASSANDRA_TIMEOUT")}.", "MS");
        _datacenter = New<string?>(Names("local-datacenter"), "The datacenter whose nodes are asked; that of the first node by default.", "NAME");
        _poolSize = New<int?>(Names("connection-pool-size"), "Connections to each node: 2 by default.", "COUNT");
        _compression = New<bool>(Names("wire-compression"), "Compress with LZ4 what goes over the wire.");
        _noDelay = New<bool?>(Names("tcp-nodelay"), "Whether small requests are sent at once: true by default.", "true|false");
        _socketBuffer = New<int?>(Names("socket-buffer-size"), "Bytes that a socket keeps in each direction; as the machine thinks right by default.", "BYTES");
        _tls = New<bool>(Names("tls"), "Connect with TLS; the server's certificate is verified.");
        _authority = New<string?>(Names("tls-ca"), "A PEM file with the authorities that are believed, in place of the machine's.", "FILE");
        _pin = New<string?>(Names("tls-pin"), "The SHA-256 of the server's certificate in hex: it, and no other, is believed.", "HEX");
        _unverified = New<bool>(Names("tls-skip-verification"), "Believe any certificate. Whoever stands between can read and change everything: for tests only.");

        string[] Names(params string[] names) => [.. prefixes.SelectMany(prefix => names.Where(n => prefix.Length == 0 || !n.StartsWith("cassandra-", StringComparison.Ordinal)).Select(n => $"--{prefix}{n}"))];
        string Or(string variable) => heedsSurroundings ? $" (or {variable})" : "";
    }

    /// <summary>The cluster of a command that has one.</summary>
    public static ConnectionOptions Cluster { get; } = new(["--hosts", "--cassandra-hosts", "--cassandra-host"], [""], heedsSurroundings: true);

    /// <summary>The cluster that is the source where there is a target too.</summary>
    public static ConnectionOptions Source { get; } = new(["--hosts", "--cassandra-hosts", "--cassandra-host", "--source-hosts", "--source-cassandra"], [""], heedsSurroundings: true);

    /// <summary>The cluster that is the target where another one may be the source.</summary>
    public static ConnectionOptions Target { get; } = new(["--target-hosts", "--target-cassandra", "--target-host"], ["target-"], heedsSurroundings: false);

    /// <summary>The cluster that is the target where nothing else can be a cluster.</summary>
    public static ConnectionOptions OnlyTarget { get; } =
        new(["--target-hosts", "--target-cassandra", "--target-host", "--hosts", "--cassandra-hosts", "--cassandra-host"], ["", "target-"], heedsSurroundings: true);

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>Whether an option is the one that names a cluster to write.</summary>
    public static bool IsTarget(Option option) => option == Target._hosts || option == OnlyTarget._hosts;

    /// <summary>Whether an option is one of these.</summary>
    public bool Has(Option option) => All.Contains(option);

    /// <summary>Whether a cluster is named on the command line.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_hosts) is not null;

    /// <summary>Whether a cluster is named at all: on the command line, in the environment or in the configuration file.</summary>
    /// <exception cref="Cqlite.Core.Errors.InvalidSettingException">A setting is not known, or its value does not suit.</exception>
    public bool IsNamed(ParseResult parsed) => IsGiven(parsed) || (_heedsSurroundings && Surroundings(parsed).ContactPoints is not null);

    /// <summary>How to reach the cluster that the command line, the environment or the configuration file names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">Options that count too, where they have no cluster of their own to speak of; null for none.</param>
    /// <exception cref="UsageException">An option makes no sense, or a password is missing.</exception>
    /// <exception cref="Cqlite.Core.Errors.InvalidSettingException">A setting is not known, or its value does not suit.</exception>
    public CassandraOptions Read(ParseResult parsed, ConnectionOptions? others = null)
    {
        CassandraSettings set = Own(parsed);
        if (others is not null)
            set = set.Over(others.Own(parsed));
        if (_heedsSurroundings || others is { _heedsSurroundings: true })
            set = set.Over(Surroundings(parsed));
        if (set.UserName is { } user && set.Password is null)
            throw new UsageException($"{user} has no password here: {_passwordFile.Name} FILE{(_heedsSurroundings ? " or CASSANDRA_PASSWORD" : "")} gives it.");
        CassandraOptions defaults = new();
        CassandraOptions options = set.Apply(defaults with
        {
            LocalDatacenter = Text(o => o._datacenter),
            IsCompressed = Is(o => o._compression),
            IsNoDelay = parsed.GetValue(_noDelay) ?? (others is null ? null : parsed.GetValue(others._noDelay)) ?? defaults.IsNoDelay,
            SocketBufferBytes = parsed.GetValue(_socketBuffer) ?? (others is null ? null : parsed.GetValue(others._socketBuffer)),
            Tls = ReadTls(),
        });
        try
        {
            options.Validate();
        }
        catch (ArgumentException senseless)
        {
            throw new UsageException(UsageErrors.InOptions(
                senseless.Message,
                (nameof(CassandraOptions.Port), _port),
                (nameof(CassandraOptions.PoolSize), _poolSize),
                (nameof(CassandraOptions.SocketBufferBytes), _socketBuffer),
                (nameof(CassandraOptions.Timeout), _timeout)));
        }

        return options;

        string? Text(Func<ConnectionOptions, Option<string?>> option) => parsed.GetValue(option(this)) ?? (others is null ? null : parsed.GetValue(option(others)));
        bool Is(Func<ConnectionOptions, Option<bool>> option) => parsed.GetValue(option(this)) || (others is not null && parsed.GetValue(option(others)));
        CassandraTls? ReadTls()
        {
            CassandraTls tls = new() { AuthorityFile = Text(o => o._authority), CertificatePin = Text(o => o._pin), IsVerificationOff = Is(o => o._unverified) };
            return Is(o => o._tls) || tls.AuthorityFile is not null || tls.CertificatePin is not null || tls.IsVerificationOff ? tls : null;
        }
    }

    /// <summary>Connects to the cluster.</summary>
    /// <inheritdoc cref="Read"/>
    public async Task<CassandraConnection> ConnectAsync(ParseResult parsed, CancellationToken stop, ConnectionOptions? others = null)
    {
        CassandraOptions options = Read(parsed, others);
        if (options.Tls is { IsVerificationOff: true })
            Console.Error.WriteLine("cqlite: warning: any certificate is believed: whoever stands between can read and change everything.");
        try
        {
            return await CassandraConnection.ConnectAsync(options, stop).ConfigureAwait(false);
        }
        catch (ConnectionFailedException unreachable) when (!IsNamed(parsed) && others?.IsNamed(parsed) != true)
        {
            string problem = unreachable.Message[(unreachable.Server.Length + 2)..].TrimEnd('.');
            throw new ConnectionFailedException(unreachable.Server, $"{problem}. No cluster was named, so it was looked for here: {_hosts.Name} HOST (or CASSANDRA_HOSTS) names one.", unreachable);
        }
        catch (ArgumentException senseless)
        {
            throw new UsageException(senseless.Message);
        }
    }

    /// <summary>The keyspace of names without one, as the environment (CASSANDRA_KEYSPACE) or the configuration file has it; null for none.</summary>
    /// <exception cref="Cqlite.Core.Errors.InvalidSettingException">A setting is not known, or its value does not suit.</exception>
    public static string? SurroundingKeyspace(ParseResult parsed) => Surroundings(parsed).Keyspace;

    private Option[] All => [_hosts, _port, _username, _passwordFile, _consistency, _timeout, _datacenter, _poolSize, _compression, _noDelay, _socketBuffer, _tls, _authority, _pin, _unverified];

    private static Option<T> New<T>(string[] names, string description, string? helpName = null) => new(names[0], names[1..]) { Description = description, HelpName = helpName };

    private static CassandraSettings Surroundings(ParseResult parsed)
    {
        CassandraSettings set = CassandraSettings.FromEnvironment();
        return parsed.GetValue(GlobalOptions.Config) is { } configuration ? set.Over(CassandraSettings.FromFile(configuration)) : set;
    }

    /// <summary>What the command line says.</summary>
    private CassandraSettings Own(ParseResult parsed) => new()
    {
        ContactPoints = CassandraSettings.Names(parsed.GetValue(_hosts)),
        Port = parsed.GetValue(_port),
        UserName = parsed.GetValue(_username),
        Password = parsed.GetValue(_passwordFile) is { } file ? CassandraSettings.Secret.Of(PasswordFile.Read(_passwordFile.Name, file)) : null,
        Consistency = parsed.GetValue(_consistency) is { } level && ConsistencyLevels.TryParse(level, out ConsistencyLevel consistency) ? consistency : null,
        Timeout = parsed.GetValue(_timeout) is { } millis ? TimeSpan.FromMilliseconds(millis) : null,
        PoolSize = parsed.GetValue(_poolSize),
    };
}
