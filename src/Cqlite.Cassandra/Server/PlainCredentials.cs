using System.Text;

namespace Cqlite.Cassandra.Server;

/// <summary>The token of SASL PLAIN.</summary>
/// <remarks><code>
/// identity to act as (empty from most), 00, user, 00, password; UTF-8
/// source org/apache/cassandra/auth/PasswordAuthenticator.java (decodeCredentials)
/// </code></remarks>
internal readonly record struct PlainCredentials(string User, string Password)
{
    /// <summary>Splits a token; it is read from its end, as the identity is of no interest.</summary>
    /// <exception cref="AuthenticationException">A part is missing.</exception>
    public static PlainCredentials Read(ReadOnlySpan<byte> token)
    {
        int last = token.LastIndexOf((byte)0);
        if (last < 0 || last == token.Length - 1)
            throw new AuthenticationException("Password must not be null");
        int before = token[..last].LastIndexOf((byte)0);
        if (before < 0 || before == last - 1)
            throw new AuthenticationException("Authentication ID must not be null");
        if (token[..before].Contains((byte)0))
            throw new AuthenticationException("Credential format error: username or password is empty or contains NUL(\\0) character");
        ReadOnlySpan<byte> user = token[(before + 1)..last];
        ReadOnlySpan<byte> password = token[(last + 1)..];
        return new(Encoding.UTF8.GetString(user), Encoding.UTF8.GetString(password));
    }

    /// <summary>Without the password, which belongs into no log.</summary>
    public override string ToString() => User;
}
