using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Operands;

/// <summary>What tables are read from: a cluster, a database, a node's directory or snapshot, an export directory. For any number of threads.</summary>
public interface IMigrationSource : IDisposable
{
    /// <summary>Which one it is.</summary>
    OperandDescription Description { get; }

    /// <summary>The schema as it is at this moment.</summary>
    /// <param name="cancellation">Ends it.</param>
    Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation);

    /// <summary>The time of what has one that the source does not tell, in microseconds since 1970, and the moment from which it counts TTLs.</summary>
    long ReadAtMicros { get; }

    /// <summary>The same source, with another such time: that at which the work began that is gone on with.</summary>
    /// <param name="readAtMicros">The time, in microseconds since 1970.</param>
    IMigrationSource At(long readAtMicros);

    /// <summary>Tables that it has and that can't be read, for nothing tells what they are like.</summary>
    IReadOnlyList<UnreadTable> UnreadTables => [];

    /// <summary>What of it is left out, and what of definitions had to be guessed.</summary>
    IReadOnlyList<FolderRemark> Remarks => [];

    /// <summary>What answers CQL statements of the same data, such as those that are timed; null, the default, where nothing does.</summary>
    IQueryTarget? Queries => null;

    /// <summary>Prepares to read a table.</summary>
    /// <param name="table">The table, of the schema that <see cref="ReadSchemaAsync"/> gave.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Core.Errors.InvalidQueryException">The table is no longer there, or is another one.</exception>
    Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation);

    /// <summary>
    /// Prepares to read a table for who needs these times of cells and no others: where the others cost something, <see cref="ITableSource.Read"/> leaves them out. What the
    /// table can tell at all is what <see cref="ITableSource.Fidelity"/> says in any case.
    /// </summary>
    /// <param name="table">The table, of the schema that <see cref="ReadSchemaAsync"/> gave.</param>
    /// <param name="times">The times that are needed.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Core.Errors.InvalidQueryException">The table is no longer there, or is another one.</exception>
    Task<ITableSource> OpenAsync(TableMetadata table, CellTimes times, CancellationToken cancellation) => OpenAsync(table, cancellation);
}

/// <summary>Which times of cells are told.</summary>
[Flags]
public enum CellTimes
{
    /// <summary>None: values only.</summary>
    None = 0,

    /// <summary>When cells were written.</summary>
    Writes = 1,

    /// <summary>When cells end.</summary>
    Ttls = 2,

    /// <summary>All.</summary>
    All = Writes | Ttls,
}

/// <summary>One table of a source. For any number of threads.</summary>
public interface ITableSource
{
    /// <summary>The table's definition, which rows refer to.</summary>
    TableMetadata Table { get; }

    /// <summary>What is told of rows, and what is not.</summary>
    SourceFidelity Fidelity { get; }

    /// <summary>Cuts the ring into ranges, in order and without gaps, that hold about as much each as far as is known.</summary>
    /// <param name="wantedCount">How many ranges; fewer where tokens can't be counted through.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation);

    /// <summary>
    /// Reads the partitions of a range in their order, with all that the source knows of each. Waits for a cluster's answers, so that long reads belong on a
    /// thread of their own.
    /// </summary>
    /// <param name="range">The range.</param>
    /// <param name="cancellation">Ends it, with an <see cref="OperationCanceledException"/> out of the cursor's next step.</param>
    UnfilteredCursor Read(TokenRange range, CancellationToken cancellation);
}
