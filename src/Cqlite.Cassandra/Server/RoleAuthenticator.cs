using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Server;

/// <summary>Checks passwords against the roles of a database.</summary>
internal sealed class RoleAuthenticator : IAuthenticator
{
    private readonly QueryEngine _engine;

    /// <summary>Checking is slow by design: it must not take all processors, whichever server asks. Lives as long as the process.</summary>
    private static readonly SemaphoreSlim s_slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Checks against an engine's roles.</summary>
    public RoleAuthenticator(QueryEngine engine) => _engine = engine;

    /// <inheritdoc/>
    public async ValueTask AuthenticateAsync(string user, string password, CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await s_slots.WaitAsync(cancellation);
        try
        {
            _engine.Access.Authenticate(user, password);
        }
        catch (InvalidQueryException refused) when (refused.Code == InvalidQueryException.BadCredentialsCode)
        {
            throw new AuthenticationException(refused.Message);
        }
        finally
        {
            s_slots.Release();
        }
    }
}
