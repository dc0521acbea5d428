using System.Management.Automation;
using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using CqlitePS.Completion;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that connect: how to reach a cluster. What is not given comes from the environment, then from a configuration file.</summary>
public abstract class ContactCmdlet : CqliteCmdlet
{
    private protected const string ContactSet = "Contact";

    /// <summary>Names or addresses of some nodes, each perhaps with <c>:port</c>; the others are found through them.</summary>
    [Parameter(Position = 0, ParameterSetName = ContactSet)]
    [Alias("HostName", "Hosts")]
    [ValidateNotNullOrEmpty]
    public string[]? ContactPoint { get; set; }

    /// <summary>The port of contact points that name none.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    public int? Port { get; set; }

    /// <summary>Name and password of a role.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Connect with TLS; the server's certificate is verified.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    public SwitchParameter UseTls { get; set; }

    /// <summary>A PEM file with the authorities that are believed, in place of the machine's own; with TLS.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthority { get; set; }

    /// <summary>The SHA-256 of the server's certificate in hex: it, and no other, is believed; with TLS.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidatePattern("^([0-9A-Fa-f]{2}:?){32}$")]
    public string? CertificatePin { get; set; }

    /// <summary>Believe any certificate, so that whoever stands between can read and change everything: for tests only.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>How many replicas must answer.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ConsistencyTransformation]
    public ConsistencyLevel? Consistency { get; set; }

    /// <summary>Seconds that a node may take to answer.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateRange(0.001, 2_000_000)]
    public double? Timeout { get; set; }

    /// <summary>What is sent is compressed: lz4, or none.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateSet("none", "lz4")]
    public string Compression { get; set; } = "none";

    /// <summary>Connections to each node.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateRange(1, 64)]
    public int? PoolSize { get; set; }

    /// <summary>The datacenter whose nodes are asked; that of the first node that answers when not given.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateNotNullOrEmpty]
    public string? LocalDatacenter { get; set; }

    /// <summary>The keyspace of names without one.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string? Keyspace { get; set; }

    /// <summary>A file of settings, JSON or YAML; what is given here or in the environment goes before it.</summary>
    [Parameter(ParameterSetName = ContactSet)]
    [ValidateNotNullOrEmpty]
    public string? Configuration { get; set; }

    /// <summary>Connects as the parameters, the environment and the configuration say.</summary>
    private protected CassandraConnection Connect()
    {
        CassandraOptions options = ReadOptions();
        if (options.Tls is { IsVerificationOff: true })
            WriteWarning("Any certificate is believed: whoever stands between can read and change everything. -CertificateAuthority or -CertificatePin verify a certificate that this machine does not know.");
        if (options is { Tls: null, Credentials: not null })
            WriteVerbose("Without -UseTls the password travels as it is.");
        return Wait(CassandraConnection.ConnectAsync(options, StopToken));
    }

    private CassandraOptions ReadOptions()
    {
        NetworkCredential? login = Credential?.GetNetworkCredential();
        CassandraSettings own = new()
        {
            ContactPoints = ContactPoint,
            Port = Port,
            UserName = Credential?.UserName,
            Password = CassandraSettings.Secret.Of(login?.Password),
            Keyspace = Keyspace,
            Consistency = Consistency,
            Timeout = Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            PoolSize = PoolSize,
        };
        CassandraSettings set = own.Over(CassandraSettings.FromEnvironment());
        if (Configuration is not null)
            set = set.Over(CassandraSettings.FromFile(ResolveLiteral(Configuration)));
        if (set is { UserName: { } user, Password: null })
            throw new ArgumentException($"{user} has no password here: give -Credential, or set CASSANDRA_PASSWORD.");
        bool isTls = UseTls || CertificateAuthority is not null || CertificatePin is not null || SkipCertificateCheck;
        return set.Apply(new CassandraOptions
        {
            IsCompressed = string.Equals(Compression, "lz4", StringComparison.OrdinalIgnoreCase),
            LocalDatacenter = LocalDatacenter,
            Tls = isTls
                ? new CassandraTls
                {
                    AuthorityFile = ResolveLiteral(CertificateAuthority),
                    CertificatePin = CertificatePin,
                    IsVerificationOff = SkipCertificateCheck,
                }
                : null,
        });
    }
}
