using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Schemas;

/// <summary>What has become of a table since its definition was read.</summary>
internal enum TableFate
{
    /// <summary>Its rows look as they did.</summary>
    Same,

    /// <summary>Columns were added, dropped or given another type.</summary>
    Changed,

    /// <summary>It is not there any more.</summary>
    Dropped,

    /// <summary>Another table of its name has taken its place.</summary>
    Replaced,
}

/// <summary>Tells what has become of tables.</summary>
internal static class TableFates
{
    /// <summary>What has become of a table that had this id and <see cref="TableDigest"/>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="now">The table that has its name now; null for none.</param>
    public static TableFate Of(Guid id, string digest, TableMetadata? now) =>
        now is null ? TableFate.Dropped
        : now.Id != id ? TableFate.Replaced
        : TableDigest.Of(now) != digest ? TableFate.Changed
        : TableFate.Same;

    /// <summary>What has become of a table, by the schema as it is now.</summary>
    public static TableFate Of(TableMetadata table, DatabaseSchema now) => Of(table.Id, TableDigest.Of(table), now.Table(table.Keyspace, table.Name));

    /// <summary>Whether a table is still what it was when it was begun: whatever went wrong, or seemed to go well, it may have been by that.</summary>
    /// <param name="source">What it is read from.</param>
    /// <param name="table">As it was.</param>
    /// <param name="outcome">How its moving seems to have ended.</param>
    /// <param name="message">What is told of that.</param>
    /// <param name="describe">What is told where it is not the same any more.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How it has ended.</returns>
    public static async Task<(TransferOutcome Outcome, string? Message)> LookAsync(
        IMigrationSource source, TableMetadata table, TransferOutcome outcome, string? message, Func<TableFate, string> describe, CancellationToken cancellation)
    {
        try
        {
            TableFate fate = Of(table, await source.ReadSchemaAsync(cancellation).ConfigureAwait(false));
            return fate == TableFate.Same ? (outcome, message) : (fate.Outcome(), describe(fate));
        }
        catch (Exception problem) when (TransferOutcomes.IsOutcome(problem))
        {
            // Whether it is whole can't be told without knowing that.
            return outcome == TransferOutcome.Completed ? (TransferOutcomes.Of(problem), TransferOutcomes.Message(problem)) : (outcome, message);
        }
    }

    /// <summary>How the moving of a table ends that is not the same any more.</summary>
    public static TransferOutcome Outcome(this TableFate fate) => fate == TableFate.Changed ? TransferOutcome.SchemaChanged : TransferOutcome.TableDropped;

    /// <summary>What happened, for a sentence that begins with the table's name: <c>was dropped</c>.</summary>
    public static string Describe(this TableFate fate) => fate switch
    {
        TableFate.Changed => "was changed",
        TableFate.Dropped => "was dropped",
        TableFate.Replaced => "was dropped and made anew",
        _ => "is the same",
    };
}
