using System.Text;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Server;

/// <summary>Checks passwords against the roles of a database, as Cassandra keeps them: in <c>system_auth.roles</c>, hashed with bcrypt.</summary>
/// <remarks>Source: org/apache/cassandra/auth/PasswordAuthenticator.java, CassandraRoleManager.java.</remarks>
internal sealed class RoleAuthenticator : IAuthenticator
{
    /// <summary>A hash that no password has, checked for roles that do not exist: their refusal takes as long as others'.</summary>
    private static readonly string s_noHash = "$2a$10$" + new string('.', 53);

    private readonly QueryEngine _engine;

    /// <summary>Checking is slow by design: it must not take all processors.</summary>
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Reads roles from a database.</summary>
    /// <exception cref="InvalidQueryException">The database has no role that can log in, so that nobody could.</exception>
    public RoleAuthenticator(QueryEngine engine)
    {
        _engine = engine;
        if (!HasLogin())
            throw new InvalidQueryException("Authentication is asked for, and the database has no role that can log in: there must be one in system_auth.roles.");
    }

    /// <inheritdoc/>
    public async ValueTask AuthenticateAsync(string user, string password, CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _slots.WaitAsync(cancellation);
        try
        {
            (string? hash, bool mayLogIn) = Find(user);
            bool isRight = Bcrypt.Verify(password, hash ?? s_noHash);
            if (hash is null || !isRight)
                throw new AuthenticationException($"Provided username {user} and/or password are incorrect");
            if (!mayLogIn)
                throw new AuthenticationException($"{user} is not permitted to log in");
        }
        finally
        {
            _slots.Release();
        }
    }

    private bool HasLogin()
    {
        if (_engine.Database.Schema.Table("system_auth", "roles") is null)
            return false;
        using QueryResult result = _engine.Execute("SELECT can_login FROM system_auth.roles");
        while (result.MoveNext())
        {
            if (result.GetValue(0, out _) is [1])
                return true;
        }

        return false;
    }

    private (string? Hash, bool MayLogIn) Find(string user)
    {
        using QueryResult result = _engine.Execute(
            "SELECT salted_hash, can_login FROM system_auth.roles WHERE role = ?", values: new BindValues(Encoding.UTF8.GetBytes(user)));
        if (!result.MoveNext())
            return default;
        ReadOnlySpan<byte> hash = result.GetValue(0, out bool isNull);
        return (isNull ? null : Encoding.UTF8.GetString(hash), result.GetValue(1, out _) is [1]);
    }
}
