using System.Collections.Concurrent;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>A source that knows what was read of it.</summary>
/// <param name="source">What it reads.</param>
/// <param name="beforeRead">Is told of each range before it is read.</param>
internal sealed class WatchedSource(IMigrationSource source, Action<TableMetadata, TokenRange>? beforeRead = null) : IMigrationSource
{
    private long _rows;

    /// <summary>The ranges that were read, in no order.</summary>
    public ConcurrentBag<TokenRange> Ranges { get; } = [];

    /// <summary>How many rows these have.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    public OperandDescription Description => source.Description;

    public long ReadAtMicros => source.ReadAtMicros;

    public IMigrationSource At(long readAtMicros) => this;

    public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => source.ReadSchemaAsync(cancellation);

    public async Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation) => new Watched(this, await source.OpenAsync(table, cancellation), beforeRead);

    public void Dispose() => source.Dispose();

    private sealed class Watched(WatchedSource owner, ITableSource table, Action<TableMetadata, TokenRange>? beforeRead) : ITableSource
    {
        public TableMetadata Table => table.Table;

        public SourceFidelity Fidelity => table.Fidelity;

        public Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation) => table.SplitAsync(wantedCount, cancellation);

        public UnfilteredCursor Read(TokenRange range, CancellationToken cancellation)
        {
            beforeRead?.Invoke(Table, range);
            owner.Ranges.Add(range);
            using UnfilteredCursor counted = table.Read(range, cancellation);
            while (counted.MoveToNextPartition())
            {
                while (counted.MoveToNextUnfiltered())
                    Interlocked.Increment(ref owner._rows);
            }

            return table.Read(range, cancellation);
        }
    }
}
