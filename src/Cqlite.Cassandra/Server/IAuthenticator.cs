using Cqlite.Cassandra.Frames;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Server;

/// <summary>Checks names and passwords.</summary>
internal interface IAuthenticator
{
    /// <summary>Checks a name and its password.</summary>
    /// <exception cref="AuthenticationException">They are not good, or the role may not log in.</exception>
    ValueTask AuthenticateAsync(string user, string password, CancellationToken cancellation);
}

/// <summary>A client is not who it says; becomes BAD_CREDENTIALS.</summary>
internal sealed class AuthenticationException(string message) : CqliteException(message)
{
    /// <summary>The protocol's code.</summary>
    public static ErrorCode Code => ErrorCode.BadCredentials;
}
