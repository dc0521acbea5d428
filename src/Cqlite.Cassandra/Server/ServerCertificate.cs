using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Server;

/// <summary>The certificate that a server shows its clients, with its key.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly X509Certificate2Collection _certificates;
    private readonly X509Certificate2 _own;

    private ServerCertificate(X509Certificate2Collection certificates, string path)
    {
        _certificates = certificates;
        _own = certificates.FirstOrDefault(c => c.HasPrivateKey)
            ?? throw new StorageException(path, "has no certificate with a private key; a PEM file must have both, or the key beside it in a file of its own.");
        Tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(_own, certificates, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
    }

    /// <summary>How connections are secured: TLS 1.2 or 1.3.</summary>
    public SslServerAuthenticationOptions Tls { get; }

    /// <summary>Whom the certificate is for.</summary>
    public string Subject => _own.Subject;

    /// <summary>Reads a certificate and its key.</summary>
    /// <param name="path">A PEM file, or one of PKCS #12 (.pfx, .p12); certificates of issuers may follow the own one.</param>
    /// <param name="keyPath">The PEM file of the key, where it is not in the same file.</param>
    /// <param name="password">The password of the key; null where it has none.</param>
    /// <exception cref="StorageException">A file can't be read, is no such file, or the password is wrong.</exception>
    public static ServerCertificate Load(string path, string? keyPath = null, string? password = null)
    {
        try
        {
            bool isPem = File.ReadAllText(path).Contains("-----BEGIN", StringComparison.Ordinal);
            return new ServerCertificate(isPem ? LoadPem(path, keyPath, password) : LoadPfx(File.ReadAllBytes(path), password), path);
        }
        catch (CryptographicException wrong)
        {
            throw new StorageException(path, $"is not a certificate with its key, or the password is wrong: {wrong.Message}", wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(path, $"can't be read: {unreadable.Message}", unreadable);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _certificates)
            certificate.Dispose();
    }

    private static X509Certificate2Collection LoadPfx(byte[] content, string? password) =>
        X509CertificateLoader.LoadPkcs12Collection(content, password, X509KeyStorageFlags.DefaultKeySet);

    private static X509Certificate2Collection LoadPem(string path, string? keyPath, string? password)
    {
        using X509Certificate2 own = password is null
            ? X509Certificate2.CreateFromPemFile(path, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
        X509Certificate2Collection issuers = [];
        issuers.ImportFromPemFile(path);

        // TLS on Windows takes no key that was never in a key store; one that has been through PKCS #12 it does.
        X509Certificate2Collection all = LoadPfx(own.Export(X509ContentType.Pkcs12), null);
        foreach (X509Certificate2 issuer in issuers)
        {
            if (issuer.Thumbprint == own.Thumbprint)
                issuer.Dispose();
            else
                all.Add(issuer);
        }

        return all;
    }
}
