using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Completion;

/// <summary>A schema that names are completed from.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="DefaultKeyspace">The keyspace of names without one; null for none.</param>
internal sealed record KnownSchema(DatabaseSchema Schema, string? DefaultKeyspace);

/// <summary>Completes names from the schema of the database or cluster that the command would work on.</summary>
public abstract class DatabaseCompleter : IArgumentCompleter
{
    /// <summary>Who presses TAB waits no longer for a cluster.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        if (SchemaOf(commandName, fakeBoundParameters) is not { } known)
            return [];
        string keyspace = fakeBoundParameters["Keyspace"] as string ?? "*";
        return Complete(known, keyspace, wordToComplete ?? "", fakeBoundParameters);
    }

    private static KnownSchema? SchemaOf(string commandName, IDictionary bound)
    {
        CassandraConnection? connection = Given<CassandraConnection>(bound, "Connection");
        CqliteDatabase? database = connection is null ? Given<CqliteDatabase>(bound, "Database") : null;
        if (connection is null && database is null)
        {
            // What is on clusters only takes the last connection, all else the last database first.
            bool isOfClusters = commandName.Contains("Cassandra", StringComparison.OrdinalIgnoreCase);
            database = isOfClusters ? null : OpenDatabases.Current.Default;
            connection = database is null ? OpenConnections.Current.Default : null;
        }

        return database is { IsOpen: true }
            ? new KnownSchema(database.Schema, database.DefaultKeyspace)
            : connection is { IsOpen: true } ? SchemaOf(connection) : null;
    }

    private static KnownSchema? SchemaOf(CassandraConnection connection)
    {
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            return new KnownSchema(connection.KnownSchemaAsync(patience.Token).GetAwaiter().GetResult(), connection.Options.Keyspace);
        }
        catch (Exception unknown) when (unknown is CqliteException or OperationCanceledException)
        {
            // Who types is not stopped by a cluster that does not answer: there is nothing to complete then.
            return null;
        }
    }

    private static T? Given<T>(IDictionary bound, string parameter)
        where T : class => (bound[parameter] as PSObject)?.BaseObject as T ?? bound[parameter] as T;

    private protected abstract IEnumerable<CompletionResult> Complete(KnownSchema known, string keyspace, string word, IDictionary bound);

    private protected static IEnumerable<KeyspaceMetadata> Keyspaces(KnownSchema known, string pattern) =>
        known.Schema.Keyspaces.Values.Where(k => Fits(k.Name, pattern));

    private protected static bool Fits(string name, string pattern) =>
        WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(name);

    private protected static string Unquoted(string word) => word.Trim('\'', '"');

    private protected static CompletionResult Result(string name, string toolTip)
    {
        bool isPlain = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');
        return new CompletionResult(isPlain ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'", name, CompletionResultType.ParameterValue, toolTip);
    }
}

/// <summary>Completes names of keyspaces.</summary>
public sealed class KeyspaceCompleter : DatabaseCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(KnownSchema known, string keyspace, string word, IDictionary bound) =>
        Keyspaces(known, $"{Unquoted(word)}*").Select(k => Result(k.Name, $"keyspace {k.Name}, {k.Tables.Count} tables"));
}

/// <summary>Completes names of tables and views; after a keyspace and a dot, with the keyspace.</summary>
public sealed class TableCompleter : DatabaseCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(KnownSchema known, string keyspace, string word, IDictionary bound)
    {
        word = Unquoted(word);
        IEnumerable<TableMetadata> tables = Keyspaces(known, keyspace).SelectMany(k => k.TablesAndViews);
        return word.Contains('.', StringComparison.Ordinal)
            ? tables.Where(t => Fits($"{t.Keyspace}.{t.Name}", $"{word}*")).Select(t => Result($"{t.Keyspace}.{t.Name}", Describe(t)))
            : tables.Where(t => Fits(t.Name, $"{word}*")).DistinctBy(t => t.Name, StringComparer.Ordinal).Select(t => Result(t.Name, Describe(t)));
    }

    private static string Describe(TableMetadata table) =>
        $"{table.Keyspace}.{table.Name} ({string.Join(", ", table.ColumnsInSelectOrder().Select(c => $"{c.Name} {c.Type.Unreversed.Name}"))})";
}

/// <summary>Completes names of columns of the table that the command names.</summary>
public sealed class ColumnCompleter : DatabaseCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(KnownSchema known, string keyspace, string word, IDictionary bound)
    {
        word = Unquoted(word);
        string table = bound["Table"]?.ToString() ?? "";
        return Keyspaces(known, keyspace)
            .SelectMany(k => k.TablesAndViews)
            .Where(t => string.Equals(t.Name, table, StringComparison.Ordinal) || string.Equals(t.ToString(), table, StringComparison.Ordinal))
            .SelectMany(t => t.ColumnsInSelectOrder())
            .Where(c => Fits(c.Name, $"{word}*"))
            .DistinctBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => Result(c.Name, $"{c.Name} {c.Type.Unreversed.Name}"));
    }
}
