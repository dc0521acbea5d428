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
    // A result that never ends is a difference too.
    private const int MostPages = 1000;

    /// <summary>The statements that were answered otherwise than recorded.</summary>
    public static List<ScriptDifference> Execute(CqlScript script)
    {
        using var database = new TemporaryDatabase(new DatabaseOptions { Durability = Durability.Periodic, CompactionThreads = 0 }, Settings(script));
        var sessions = new Dictionary<string, QuerySession>(StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        List<ScriptDifference> differences = [];
        foreach (CqlScriptStatement statement in script.Statements)
        {
            string key = statement.Text.Replace("\n", "\\n", StringComparison.Ordinal);
            if (statement.Binds is { } binds)
                key += " <- " + string.Join(", ", binds.Select(TextOf));
            int times = seen[key] = seen.GetValueOrDefault(key) + 1;
            if (times > 1)
                key += string.Create(CultureInfo.InvariantCulture, $" #{times}");
            if (ScriptAnswer.Differs(statement, Answer(database.Queries, sessions, statement)) is { } difference)
                differences.Add(new ScriptDifference(key, statement, difference.Expected, difference.Actual));
        }

        return differences;
    }

    // What the node that was recorded had in its configuration, as far as it shows.
    private static Dictionary<string, string> Settings(CqlScript script)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["cluster_name"] = "corpus", ["user_defined_functions_enabled"] = "true" };
        if (script.Requires.Contains("auth"))
            settings["authenticator"] = "PasswordAuthenticator";
        if (script.Requires.Contains("auth") && !script.Requires.Contains("guardrails"))
            settings["authorizer"] = "CassandraAuthorizer";
        if (script.Requires.Contains("guardrails"))
        {
            foreach ((string name, string value) in Guardrails)
                settings[name] = value;
        }

        return settings;
    }

    private static readonly (string Name, string Value)[] Guardrails =
    [
        .. Threshold("fields_per_udt", 5, 8), .. Threshold("columns_per_table", 5, 8), .. Threshold("vector_dimensions", 4, 10),
        .. Threshold("secondary_indexes_per_table", 1, 2), .. Threshold("items_per_collection", 5, 8), .. Threshold("partition_keys_in_select", 5, 10),
        .. Threshold("in_select_cartesian_product", 8, 25), .. Threshold("page_size", 50, 100), .. Threshold("maximum_replication_factor", 1, 3),
        ("column_value_size_warn_threshold", "100B"), ("column_value_size_fail_threshold", "200B"),
        ("table_properties_warned", "[bloom_filter_fp_chance]"), ("table_properties_disallowed", "[memtable_flush_period_in_ms]"),
        ("table_properties_ignored", "[cdc]"), ("uncompressed_tables_enabled", "false"), ("allow_filtering_enabled", "false"),
        ("user_timestamps_enabled", "false"), ("write_consistency_levels_warned", "[ANY]"), ("write_consistency_levels_disallowed", "[TWO]"),
    ];

    private static (string Name, string Value)[] Threshold(string name, int warn, int fail) =>
        [($"{name}_warn_threshold", warn.ToString(CultureInfo.InvariantCulture)), ($"{name}_fail_threshold", fail.ToString(CultureInfo.InvariantCulture))];

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

    // A session of each user, as far as it can log in.
    private static QuerySession SessionOf(QueryEngine engine, Dictionary<string, QuerySession> sessions, CqlScriptStatement statement)
    {
        if (!sessions.TryGetValue(statement.User, out QuerySession? session) || (engine.RequiresAuthentication && statement.Password == "wrong"))
            sessions[statement.User] = session = engine.RequiresAuthentication ? engine.Authenticate(statement.User, statement.Password) : new QuerySession(engine);
        return session;
    }

    private static ScriptAnswer Answer(QueryEngine engine, Dictionary<string, QuerySession> sessions, CqlScriptStatement statement)
    {
        var answer = new ScriptAnswer();
        try
        {
            QuerySession session = SessionOf(engine, sessions, statement);
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
                Consistency = LevelOf(statement.Consistency),
                SerialConsistency = statement.SerialConsistency is { } serial ? LevelOf(serial) : null,
            };
            do
            {
                using QueryResult result = statement.Prepare || statement.Keyspace is not null
                    ? session.Execute(query, values, options)
                    : session.Execute(statement.Text, values, options);
                answer.Read(result);
                options = options with { PagingState = result.PagingState };
            }
            while (options.PagingState is not null && answer.PageCount < MostPages);
        }
        catch (InvalidQueryException error)
        {
            answer.Error = (error.Code, error.Message);
            answer.ErrorDetails = error switch
            {
                { Function: { } f } => [$"'{f.Keyspace}'", $"'{f.Name}'", .. f.ArgumentTypes.Select(t => $"'{t}'")],
                { Replicas: { } r } => [Number(r.ConsistencyCode), Number(r.Required), Number(r.Alive)],
                _ => [],
            };
        }
        catch (CqlSyntaxException error)
        {
            answer.Error = (0x2000, error.Message);
        }

        return answer;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static ConsistencyLevel LevelOf(string name) =>
        ConsistencyLevels.TryParse(name, out ConsistencyLevel level) ? level : throw new FormatException($"{name} is no consistency level.");

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
