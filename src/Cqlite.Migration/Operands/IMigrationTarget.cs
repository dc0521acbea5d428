using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Operands;

/// <summary>What rows are written to, beside export directories, which have ways of their own. For any number of threads.</summary>
public interface IMigrationTarget
{
    /// <summary>Which one it is.</summary>
    OperandDescription Description { get; }

    /// <summary>The schema as it is at this moment.</summary>
    /// <param name="cancellation">Ends it.</param>
    Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation);

    /// <summary>Executes a definition.</summary>
    /// <param name="cql">The statement.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task DefineAsync(string cql, CancellationToken cancellation);

    /// <summary>Executes definitions as one change of the schema, of which all count or none; false where each would be a change by itself, and none was executed.</summary>
    /// <param name="cql">The statements, in their order.</param>
    internal bool TryDefineTogether(IReadOnlyList<string> cql) => false;

    /// <summary>Prepares to write a table.</summary>
    /// <param name="table">The table, of the schema that <see cref="ReadSchemaAsync"/> gave.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<ITableTarget> OpenAsync(TableMetadata table, CancellationToken cancellation);
}

/// <summary>One table of a target. For any number of threads; disposed of when all was written.</summary>
public interface ITableTarget : IAsyncDisposable
{
    /// <summary>The table's definition in the target.</summary>
    TableMetadata Table { get; }

    /// <summary>The pieces of work that were noted as done, by earlier processes too; none where a target has no place for them.</summary>
    IReadOnlyCollection<string> DoneWork { get; }

    /// <summary>Notes, durably, that a piece of work is done.</summary>
    /// <param name="line">Names it; one line.</param>
    void NoteWork(string line);

    /// <summary>Forgets the pieces of work whose names begin so: the whole is done.</summary>
    void ForgetWork(string prefix);

    /// <summary>Whether nothing can be read of the table.</summary>
    bool IsEmpty();

    /// <summary>What of rows the target can't take as it is, one sentence each.</summary>
    IEnumerable<string> Notes => [];

    /// <summary>Looks at deletion times where not every one can be written; null where they can.</summary>
    internal TimeCheck? Times => null;

    /// <summary>Rows that were refused so far, and put aside with the reason.</summary>
    long RejectedRows { get; }

    /// <summary>
    /// Writes all partitions that a cursor still has, which come in their order. When it returns they are as durable as the target promises. To write them
    /// again, also after a part of them was written, has no further effect.
    /// </summary>
    /// <param name="cursor">The partitions, of a table with the same columns.</param>
    /// <param name="cancellation">Ends it; what was written by then may stay.</param>
    void Write(UnfilteredCursor cursor, CancellationToken cancellation);
}
