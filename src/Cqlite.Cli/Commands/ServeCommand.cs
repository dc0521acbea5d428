using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite serve</c>: a database behind the CQL native protocol, for cqlsh and every Cassandra driver, until a signal ends it.</summary>
internal static class ServeCommand
{
    /// <summary>The environment's word for the password of the certificate's key: a command line can be read by others.</summary>
    public const string PasswordVariable = "CQLITE_TLS_PASSWORD";

    private static readonly Option<IPAddress> s_listen = new("--listen")
    {
        Description = "The address to listen on. Other than 127.0.0.1 and ::1 need --require-authentication.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = ParseAddress,
    };

    private static readonly Option<int> s_port = new("--port")
    {
        Description = "The port to listen on; 0 for any that is free, which is printed.",
        HelpName = "PORT",
        DefaultValueFactory = _ => DatabaseServerOptions.DefaultPort,
    };

    private static readonly Option<string?> s_certificate = new("--tls-certificate")
    {
        Description = "Serve TLS 1.2 and 1.3 only, with this certificate and its key: a PEM or PKCS #12 file.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_key = new("--tls-key") { Description = "The PEM file of the certificate's key, where it has one of its own.", HelpName = "FILE" };

    private static readonly Option<string?> s_passwordFile = new("--tls-password-file")
    {
        Description = $"A file with the password of the key (or {PasswordVariable}).",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_authentication = new("--require-authentication") { Description = "Clients must log in as a role of the database." };

    private static readonly Option<bool> s_readOnly = new("--read-only") { Description = "Refuse writes, and leave the database to another process that writes it." };

    public static Command Create()
    {
        Command command = new("serve", "Serves a database to cqlsh and Cassandra's drivers.") { DatabaseOpening.Snapshot, s_listen, s_port, s_certificate, s_key, s_passwordFile, s_authentication, s_readOnly, RingOptions.Tokens, RingOptions.Peers };
        s_port.Validators.Add(CheckPort);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        Program.TakeTimeToStop();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var terminating = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ending.Cancel();
        });
        bool isReadOnly = parsed.GetValue(s_readOnly);
        using ServerCertificate? certificate = LoadCertificate(parsed);
        using Database database = DatabaseOpening.OpenForClients(parsed, forWriting: !isReadOnly);
        using QueryEngine engine = new(database);
        DatabaseServer server = DatabaseServer.Start(engine, new DatabaseServerOptions
        {
            EndPoint = new IPEndPoint(parsed.GetRequiredValue(s_listen), parsed.GetValue(s_port)),
            Certificate = certificate,
            RequiresAuthentication = parsed.GetValue(s_authentication),
            IsReadOnly = isReadOnly,
            Tokens = [.. parsed.GetValue(RingOptions.Tokens) ?? []],
            Peers = parsed.GetValue(RingOptions.Peers) ?? [],
        });
        await using (server)
        {
            Announce(parsed, database, server);
            await Task.Delay(Timeout.Infinite, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return 0;
    }

    private static void Announce(ParseResult parsed, Database database, DatabaseServer server)
    {
        DatabaseServerOptions options = server.Options;
        string text = parsed.GetValue(GlobalOptions.Json)
            ? JsonLine.Of(json =>
            {
                json.WriteString("database", database.Path);
                json.WriteString("address", server.EndPoint.Address.ToString());
                json.WriteNumber("port", server.EndPoint.Port);
                json.WriteBoolean("tls", options.Certificate is not null);
                json.WriteBoolean("authentication", options.RequiresAuthentication);
                json.WriteBoolean("read_only", options.IsReadOnly || database.IsReadOnly);
            })
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Serving {database.Path}{(database.IsReadOnly ? ", read-only," : "")} on {server.EndPoint}{(options.Certificate is { } shown ? $" with TLS ({shown.Subject})" : "")}; Ctrl-C ends it.");
        Console.Out.WriteLine(text);
        Console.Out.Flush();
    }

    private static ServerCertificate? LoadCertificate(ParseResult parsed)
    {
        if (parsed.GetValue(s_certificate) is not { } path)
            return parsed.GetValue(s_key) is null && parsed.GetValue(s_passwordFile) is null ? null : throw new UsageException("--tls-key and --tls-password-file go with --tls-certificate.");
        string? password = Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } fromEnvironment ? fromEnvironment : null;
        if (parsed.GetValue(s_passwordFile) is { } file)
            password = PasswordFile.Read("--tls-password-file", file);
        return ServerCertificate.Load(path, parsed.GetValue(s_key), password);
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return address;
        result.AddError($"--listen '{text}': an address such as 127.0.0.1 or ::1 is needed.");
        return null;
    }

    private static void CheckPort(OptionResult result)
    {
        int port = result.GetValueOrDefault<int>();
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            result.AddError($"--port {port}: a port from 0 to 65535 is needed.");
    }
}
