using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Cqlite.Core.Types;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>Executes a script's statements in their order on an empty database, each user in a session of its own.</summary>
internal static class ScriptRun
{
    /// <summary>The statements that were answered otherwise than recorded.</summary>
    public static List<ScriptDifference> Execute(CqlScript script)
    {
        using var database = new TemporaryDatabase(new DatabaseOptions { Durability = Durability.Periodic }, Settings(script));
        var sessions = new Dictionary<string, QuerySession>(StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        List<ScriptDifference> differences = [];
        foreach (CqlScriptStatement statement in script.Statements)
        {
            if (!sessions.TryGetValue(statement.User, out QuerySession? session))
                sessions.Add(statement.User, session = new QuerySession(database.Queries));
            string key = statement.Text.Replace("\n", "\\n", StringComparison.Ordinal);
            if (statement.Binds is { } binds)
                key += " <- " + string.Join(", ", binds.Select(TextOf));
            int times = seen[key] = seen.GetValueOrDefault(key) + 1;
            if (times > 1)
                key += string.Create(CultureInfo.InvariantCulture, $" #{times}");
            if (ScriptAnswer.Differs(statement, Answer(session, statement)) is { } difference)
                differences.Add(new ScriptDifference(key, statement, difference.Expected, difference.Actual));
        }

        return differences;
    }

    // What the node that was recorded had in its configuration, as far as it shows.
    private static Dictionary<string, string> Settings(CqlScript script)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["cluster_name"] = "corpus" };
        return settings;
    }

    private static string TextOf(CqlScriptBind bind)
    {
        string name = bind.Name is null ? "" : $":{bind.Name} ";
        return name + bind.Kind switch
        {
            CqlScriptBindKind.Typed => $"{bind.Type} {bind.Literal}",
            CqlScriptBindKind.Raw => $"raw 0x{Convert.ToHexStringLower(bind.Bytes!)}",
            _ => bind.Kind.ToString(),
        };
    }

    private static ScriptAnswer Answer(QuerySession session, CqlScriptStatement statement)
    {
        var answer = new ScriptAnswer();
        try
        {
            PreparedQuery query = session.Engine.Prepare(statement.Text, statement.Keyspace ?? session.Keyspace);
            answer.Query = query;
            if (statement.Prepare && statement.Binds is null && query.Markers.Length > 0)
                return answer;
            BindValues values = Values(statement, query);
            var options = new QueryOptions { NowSeconds = statement.NowSeconds, TimestampMicros = statement.TimestampMicros };
            using QueryResult result = statement.Prepare || statement.Keyspace is not null
                ? session.Execute(query, values, options)
                : session.Execute(statement.Text, values, options);
            answer.Read(result);
        }
        catch (InvalidQueryException error)
        {
            answer.Error = (error.Code, error.Message);
        }
        catch (CqlSyntaxException error)
        {
            answer.Error = (0x2000, error.Message);
        }

        return answer;
    }

    private static BindValues Values(CqlScriptStatement statement, PreparedQuery query)
    {
        IReadOnlyList<CqlScriptBind> binds = statement.Binds ?? [];

        // Values by name go where their markers are.
        if (binds.Count > 0 && binds[0].Name is not null)
            binds = [.. query.Markers.Select(m => binds.FirstOrDefault(b => b.Name == m.Name)).OfType<CqlScriptBind>()];
        return new BindValues([.. binds.Select(ValueOf)]);
    }

    private static byte[]? ValueOf(CqlScriptBind bind) => bind.Kind switch
    {
        CqlScriptBindKind.Null => null,
        CqlScriptBindKind.Unset => BindValues.Unset,
        CqlScriptBindKind.Raw => bind.Bytes,
        _ => ScriptValue.Parse(TypeParser.ParseCql(bind.Type!), bind.Literal!),
    };
}
