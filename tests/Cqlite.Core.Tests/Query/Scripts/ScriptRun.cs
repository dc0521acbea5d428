using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>Gives a script's statements, in their order, to whoever answers them, and keeps what differs from the recording. Also serves the tests of the wire.</summary>
internal static class ScriptRun
{
    /// <summary>After so many pages a result never ends, which is a difference too.</summary>
    public const int MostPages = 1000;

    /// <summary>How databases are opened for scripts.</summary>
    public static DatabaseOptions DatabaseOptions { get; } = new() { Durability = Durability.Periodic, CompactionThreads = 0 };

    /// <summary>The statements that were answered otherwise than recorded.</summary>
    /// <param name="script">The script.</param>
    /// <param name="answer">Executes a statement on an empty database that has the script's <see cref="Settings"/>; each user has a session of its own.</param>
    public static async Task<List<ScriptDifference>> ExecuteAsync(CqlScript script, Func<CqlScriptStatement, Task<ScriptAnswer>> answer)
    {
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
            if (ScriptAnswer.Differs(statement, await answer(statement)) is { } difference)
                differences.Add(new ScriptDifference(key, statement, difference.Expected, difference.Actual));
        }

        return differences;
    }

    /// <summary>What the node that was recorded had in its configuration, as far as it shows.</summary>
    public static Dictionary<string, string> Settings(CqlScript script)
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

    /// <summary>A number of an error's details, as scripts write it.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The level of a name.</summary>
    public static ConsistencyLevel LevelOf(string name) =>
        ConsistencyLevels.TryParse(name, out ConsistencyLevel level) ? level : throw new FormatException($"{name} is no consistency level.");

    /// <summary>A bound value's serialized form; null for null, <see cref="BindValues.Unset"/> for one that is left unset.</summary>
    public static byte[]? ValueOf(CqlScriptBind bind) => bind.Kind switch
    {
        CqlScriptBindKind.Null => null,
        CqlScriptBindKind.Unset => BindValues.Unset,
        CqlScriptBindKind.Raw => bind.Bytes,
        _ => ScriptValue.Parse(TypeParser.ParseCql(bind.Type!), bind.Literal!),
    };
}
