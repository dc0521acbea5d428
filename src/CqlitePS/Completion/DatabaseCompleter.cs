using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Cqlite.Core.Schema;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Completion;

/// <summary>Completes names from the schema of the database that the command would work on.</summary>
public abstract class DatabaseCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        object? given = fakeBoundParameters["Database"];
        CqliteDatabase? database = (given as PSObject)?.BaseObject as CqliteDatabase ?? given as CqliteDatabase ?? OpenDatabases.Current.Default;
        if (database is not { IsOpen: true })
            return [];
        string keyspace = fakeBoundParameters["Keyspace"] as string ?? "*";
        return Complete(database, keyspace, wordToComplete ?? "", fakeBoundParameters);
    }

    private protected abstract IEnumerable<CompletionResult> Complete(CqliteDatabase database, string keyspace, string word, IDictionary bound);

    private protected static IEnumerable<KeyspaceMetadata> Keyspaces(CqliteDatabase database, string pattern) =>
        database.Schema.Keyspaces.Values.Where(k => Fits(k.Name, pattern));

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
    private protected override IEnumerable<CompletionResult> Complete(CqliteDatabase database, string keyspace, string word, IDictionary bound) =>
        Keyspaces(database, $"{Unquoted(word)}*").Select(k => Result(k.Name, $"keyspace {k.Name}, {k.Tables.Count} tables"));
}

/// <summary>Completes names of tables and views; after a keyspace and a dot, with the keyspace.</summary>
public sealed class TableCompleter : DatabaseCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(CqliteDatabase database, string keyspace, string word, IDictionary bound)
    {
        word = Unquoted(word);
        IEnumerable<TableMetadata> tables = Keyspaces(database, keyspace).SelectMany(k => k.TablesAndViews);
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
    private protected override IEnumerable<CompletionResult> Complete(CqliteDatabase database, string keyspace, string word, IDictionary bound)
    {
        word = Unquoted(word);
        string table = bound["Table"]?.ToString() ?? "";
        return Keyspaces(database, keyspace)
            .SelectMany(k => k.TablesAndViews)
            .Where(t => string.Equals(t.Name, table, StringComparison.Ordinal) || string.Equals(t.ToString(), table, StringComparison.Ordinal))
            .SelectMany(t => t.ColumnsInSelectOrder())
            .Where(c => Fits(c.Name, $"{word}*"))
            .DistinctBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => Result(c.Name, $"{c.Name} {c.Type.Unreversed.Name}"));
    }
}
