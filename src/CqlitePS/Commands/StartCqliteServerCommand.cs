using System.Management.Automation;
using System.Net;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Query;
using Cqlite.Core.Schema.SystemTables;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Serves a database to cqlsh and Cassandra's drivers over the CQL native protocol, until it is stopped or the database is closed.</summary>
[Cmdlet(VerbsLifecycle.Start, "CqliteServer", SupportsShouldProcess = true)]
[OutputType(typeof(CqliteServer))]
public sealed class StartCqliteServerCommand : DatabaseCmdlet
{
    /// <summary>The address to listen on; 127.0.0.1 unless told otherwise.</summary>
    [Parameter(Position = 0)]
    [Alias("Listen")]
    [ValidateNotNull]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The port to listen on; 0 for any that is free.</summary>
    [Parameter]
    [ValidateRange(IPEndPoint.MinPort, IPEndPoint.MaxPort)]
    public int Port { get; set; } = DatabaseServerOptions.DefaultPort;

    /// <summary>A certificate with its key, as PEM or PKCS #12 file; connections are TLS then.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TlsCertificate { get; set; }

    /// <summary>The PEM file of the key, where it has one of its own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TlsKey { get; set; }

    /// <summary>The password of the key.</summary>
    [Parameter]
    [ValidateNotNull]
    public System.Security.SecureString? TlsPassword { get; set; }

    /// <summary>Clients must log in as a role of the database.</summary>
    [Parameter]
    public SwitchParameter RequireAuthentication { get; set; }

    /// <summary>Refuse writes.</summary>
    [Parameter]
    public SwitchParameter ReadOnly { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        IPEndPoint endPoint = new(Address, Port);
        if (!ShouldProcess($"{database.Path} on {endPoint}", "Serve"))
            return;
        ServerCertificate? certificate = TlsCertificate is null
            ? null
            : ServerCertificate.Load(ResolveLiteral(TlsCertificate), ResolveLiteral(TlsKey), TlsPassword is null ? null : new NetworkCredential("", TlsPassword).Password);
        CqliteServer? started = null;
        try
        {
            DatabaseServerOptions options = new() { EndPoint = endPoint, Certificate = certificate, RequiresAuthentication = RequireAuthentication, IsReadOnly = ReadOnly };
            started = Start(database, options, certificate);
        }
        finally
        {
            if (started is null)
                certificate?.Dispose();
        }

        RunningServers.Add(started);
        WriteObject(started);
    }

    private static CqliteServer Start(CqliteDatabase database, DatabaseServerOptions options, ServerCertificate? certificate)
    {
        QueryEngine engine = database.Engine;
        if (engine.Database.Schema.Keyspaces.ContainsKey(SystemKeyspaces.System))
            return new CqliteServer(database, DatabaseServer.Start(engine, options), certificate, view: null);

        // Clients ask for system tables, which a snapshot or a folder of SSTables does not have: they see it with them, through a view of its own.
        QueryEngine view = QueryEngine.Open(database.Path, engine.Database.Options with { AnswersSystemTables = true });
        CqliteServer? started = null;
        try
        {
            return started = new CqliteServer(database, DatabaseServer.Start(view, options), certificate, view);
        }
        finally
        {
            if (started is null)
                view.Dispose();
        }
    }
}
