using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>Answers a script's statements in process, each user in a session of its own.</summary>
internal sealed class EngineAnswers(QueryEngine engine)
{
    private readonly Dictionary<string, QuerySession> sessions = new(StringComparer.Ordinal);

    /// <summary>Executes a script on an empty database.</summary>
    /// <param name="script">The script.</param>
    /// <param name="beforeSelect">What is done to the database before each SELECT that follows something else; null for nothing.</param>
    public static async Task<List<ScriptDifference>> RunAsync(CqlScript script, Action<Database>? beforeSelect = null)
    {
        bool isSettled = false;
        using var database = new TemporaryDatabase(ScriptRun.DatabaseOptions, ScriptRun.Settings(script));
        EngineAnswers answers = new(database.Queries);
        return await ScriptRun.ExecuteAsync(script, statement =>
        {
            bool isSelect = statement.Text.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase);
            if (isSelect && !isSettled)
                beforeSelect?.Invoke(database.Database);
            isSettled = isSelect;
            return Task.FromResult(answers.Execute(statement));
        });
    }

    /// <summary>Executes a statement.</summary>
    public ScriptAnswer Execute(CqlScriptStatement statement)
    {
        var answer = new ScriptAnswer();
        try
        {
            QuerySession session = SessionOf(statement);
            PreparedQuery query = session.Prepare(statement.Text, statement.Keyspace);
            answer.Query = query;
            if (statement.Prepare && statement.Binds is null && query.Markers.Length > 0)
                return answer;
            BindValues values = Values(statement, query);
            var options = new QueryOptions
            {
                NowSeconds = statement.NowSeconds,
                TimestampMicros = statement.TimestampMicros,
                PageSize = statement.PageSize,
                Consistency = ScriptRun.LevelOf(statement.Consistency),
                SerialConsistency = statement.SerialConsistency is { } serial ? ScriptRun.LevelOf(serial) : null,
            };
            do
            {
                using QueryResult result = statement.Prepare || statement.Keyspace is not null
                    ? session.Execute(query, values, options)
                    : session.Execute(statement.Text, values, options);
                answer.Read(result);
                options = options with { PagingState = result.PagingState };
            }
            while (options.PagingState is not null && answer.PageCount < ScriptRun.MostPages);
        }
        catch (InvalidQueryException error)
        {
            answer.Error = (error.Code, error.Message);
            answer.ErrorDetails = error switch
            {
                { Function: { } f } => [$"'{f.Keyspace}'", $"'{f.Name}'", .. f.ArgumentTypes.Select(t => $"'{t}'")],
                { Replicas: { } r } => [ScriptRun.Number(r.ConsistencyCode), ScriptRun.Number(r.Required), ScriptRun.Number(r.Alive)],
                _ => [],
            };
        }
        catch (CqlSyntaxException error)
        {
            answer.Error = (0x2000, error.Message);
        }

        return answer;
    }

    // A session of each user, as far as it can log in.
    private QuerySession SessionOf(CqlScriptStatement statement)
    {
        if (!sessions.TryGetValue(statement.User, out QuerySession? session) || (engine.RequiresAuthentication && statement.Password == "wrong"))
            sessions[statement.User] = session = engine.RequiresAuthentication ? engine.Authenticate(statement.User, statement.Password) : new QuerySession(engine);
        return session;
    }

    private static BindValues Values(CqlScriptStatement statement, PreparedQuery query)
    {
        IReadOnlyList<CqlScriptBind> binds = statement.Binds ?? [];

        // Values by name go where their markers are.
        if (binds.Count > 0 && binds[0].Name is not null)
            binds = [.. query.Markers.Select(m => binds.FirstOrDefault(b => b.Name == m.Name)).OfType<CqlScriptBind>()];
        return new BindValues([.. binds.Select(ScriptRun.ValueOf)]);
    }
}
