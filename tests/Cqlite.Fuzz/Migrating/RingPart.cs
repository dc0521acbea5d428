using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Fuzz.Migrating;

/// <summary>Some ranges of another source, as if there were nothing else in it.</summary>
internal sealed class RingPart(IMigrationSource whole, IReadOnlyList<TokenRange> ranges) : IMigrationSource
{
    public OperandDescription Description => whole.Description;

    public long ReadAtMicros => whole.ReadAtMicros;

    public IMigrationSource At(long readAtMicros) => new RingPart(whole.At(readAtMicros), ranges);

    public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => whole.ReadSchemaAsync(cancellation);

    public async Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation) => new TablePart(await whole.OpenAsync(table, cancellation), ranges);

    public void Dispose()
    {
        // The whole stays its owner's.
    }

    private sealed class TablePart(ITableSource whole, IReadOnlyList<TokenRange> ranges) : ITableSource
    {
        public TableMetadata Table => whole.Table;

        public SourceFidelity Fidelity => whole.Fidelity;

        public Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<RangeEstimate>>([.. ranges.Select(r => new RangeEstimate(r, null, null))]);

        public UnfilteredCursor Read(TokenRange range, CancellationToken cancellation) => whole.Read(range, cancellation);
    }
}
