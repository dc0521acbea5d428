using System.Text;

namespace Cqlite.Cassandra.Client;

/// <summary>Who asks. The password shows in no text that is made of it.</summary>
/// <remarks><code>
/// SASL PLAIN: identity to act as (none), 00, user, 00, password; UTF-8
/// source      org/apache/cassandra/auth/PasswordAuthenticator.java (decodeCredentials)
/// </code></remarks>
/// <param name="userName">The role's name.</param>
/// <param name="password">Its password.</param>
public sealed class CassandraCredentials(string userName, string password)
{
    private readonly string _password = password;

    /// <summary>The role's name.</summary>
    public string UserName { get; } = userName;

    /// <summary>The token of SASL PLAIN.</summary>
    internal byte[] ToPlainToken() => Encoding.UTF8.GetBytes($"\0{UserName}\0{_password}");

    /// <inheritdoc/>
    public override string ToString() => UserName;
}
