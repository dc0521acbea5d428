using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Server;
using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Connections that are secured, lost and found again.</summary>
public sealed class ConnectionLifeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cqlite-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Certificates_are_verified_unless_that_is_turned_off()
    {
        string pem = Path.Combine(_folder, "server.pem");
        string authority = Path.Combine(_folder, "ca.pem");
        string pin = MakeCertificate(pem, authority);
        using ServerCertificate certificate = ServerCertificate.Load(pem);
        await using ServedDatabase served = new(new DatabaseServerOptions { Certificate = certificate });
        CassandraOptions options = new() { ContactPoints = [served.Server.EndPoint.ToString()], ConnectTimeout = TimeSpan.FromSeconds(60) };

        // Nobody vouches for it here; the authority of a file does, and the pin is its own.
        await Assert.ThrowsAsync<ConnectionFailedException>(() => CassandraConnection.ConnectAsync(options with { Tls = new() }, Stop));
        await Assert.ThrowsAsync<ConnectionFailedException>(() => CassandraConnection.ConnectAsync(options with { Tls = new() { CertificatePin = new string('0', 64) } }, Stop));
        await Assert.ThrowsAsync<ConnectionFailedException>(() => CassandraConnection.ConnectAsync(options with { Tls = new() { AuthorityFile = authority, ServerName = "elsewhere" } }, Stop));
        await Assert.ThrowsAsync<ConnectionFailedException>(() => CassandraConnection.ConnectAsync(options with { Tls = new() { AuthorityFile = Path.Combine(_folder, "none.pem") } }, Stop));
        await Assert.ThrowsAsync<ConnectionFailedException>(() => CassandraConnection.ConnectAsync(options, Stop));
        foreach (CassandraTls tls in (CassandraTls[])[new() { AuthorityFile = authority }, new() { CertificatePin = pin }, new() { IsVerificationOff = true }])
        {
            using CassandraConnection cluster = await CassandraConnection.ConnectAsync(options with { Tls = tls }, Stop);
            using QueryResult rows = await cluster.ExecuteAsync("SELECT key FROM system.local");
            Assert.True(rows.MoveNext());
        }
    }

    [Fact]
    public async Task A_node_that_comes_back_is_found_again()
    {
        SystemTablesHandler handler = new((_, _) => false);
        NativeServer server = NativeServer.Start(new IPEndPoint(OwnAddress.Next(), 0), handler);
        IPEndPoint place = server.EndPoint;
        CassandraOptions options = new() { ContactPoints = [place.ToString()], ReconnectDelay = TimeSpan.FromMilliseconds(20), MaxReconnectDelay = TimeSpan.FromMilliseconds(100), MaxRetries = 0, ConnectTimeout = TimeSpan.FromSeconds(60) };
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(options, Stop);
        (await cluster.ExecuteAsync("TRUNCATE k.t")).Dispose();
        await server.DisposeAsync();
        await Assert.ThrowsAnyAsync<CqliteException>(async () =>
        {
            // The loss may be noticed with the second request only.
            for (int i = 0; i < 10; i++)
                (await cluster.ExecuteAsync("TRUNCATE k.t")).Dispose();
        });
        await using NativeServer again = NativeServer.Start(place, handler);
        while (true)
        {
            try
            {
                (await cluster.ExecuteAsync("TRUNCATE k.t")).Dispose();
                return;
            }
            catch (CqliteException) when (!Stop.IsCancellationRequested)
            {
                await Task.Delay(20, Stop);
            }
        }
    }

    private static string MakeCertificate(string pem, string authority)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(pem, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}");
        File.WriteAllText(authority, certificate.ExportCertificatePem());
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }
}
