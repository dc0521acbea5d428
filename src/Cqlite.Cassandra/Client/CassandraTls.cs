using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cqlite.Cassandra.Client;

/// <summary>How TLS is spoken: versions 1.2 and newer; the server's certificate is verified unless told otherwise. Immutable.</summary>
public sealed record CassandraTls
{
    /// <summary>A PEM file with the authorities that are believed, in place of the machine's own; null for these.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The SHA-256 of the server's certificate in hex, perhaps with colons: it, and no other, is believed; null for no pin.</summary>
    public string? CertificatePin { get; init; }

    /// <summary>The name that certificates must have, where it is not the contact point's or node's address; null for that.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether any certificate is believed, so that anyone between can read and change what is said. For tests only. Default false.</summary>
    public bool IsVerificationOff { get; init; }

    /// <summary>What a TLS stream to a host needs.</summary>
    /// <exception cref="CryptographicException">The file of authorities is no PEM.</exception>
    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "Only where IsVerificationOff asks for it by name.")]
    internal SslClientAuthenticationOptions ForHost(string host)
    {
        string pin = CertificatePin?.Replace(":", "", StringComparison.Ordinal) ?? "";
        X509ChainPolicy? policy = null;
        if (AuthorityFile is not null && pin.Length == 0)
        {
            policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(AuthorityFile);
        }

        SslClientAuthenticationOptions options = new()
        {
            TargetHost = ServerName ?? host,
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
            CertificateChainPolicy = policy,
        };
        if (IsVerificationOff)
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if (pin.Length > 0)
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && string.Equals(certificate.GetCertHashString(HashAlgorithmName.SHA256), pin, StringComparison.OrdinalIgnoreCase);
        return options;
    }
}
