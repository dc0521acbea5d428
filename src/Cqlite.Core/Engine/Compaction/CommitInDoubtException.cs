using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// The record that makes a compaction's result count could not be made durable, so that it can't be told whether it does. Both the inputs and the
/// result stay on disk, of which whoever opens the folder next finds one. Until then the table must not be compacted.
/// </summary>
internal sealed class CommitInDoubtException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="directory">The table's folder.</param>
    /// <param name="inner">What failed.</param>
    public CommitInDoubtException(string directory, StorageException inner)
        : base($"{directory}: whether a compaction has taken effect is known only after the database has been opened again: {inner.Message}", inner)
    {
    }
}
