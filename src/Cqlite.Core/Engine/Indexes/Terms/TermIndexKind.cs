using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>Structures of sorted terms, which find rows by equality, by range and by LIKE.</summary>
internal sealed class TermIndexKind : IndexKind
{
    private const int SortMemoryBytes = 32 << 20;
    private const int RowsBetweenChecks = 0x1000;

    /// <summary>The one instance.</summary>
    public static TermIndexKind Instance { get; } = new();

    /// <inheritdoc/>
    public override byte Id => 1;

    /// <inheritdoc/>
    public override byte Version => 2;

    /// <inheritdoc/>
    public override void Build(SSTable sstable, ColumnIndex index, IndexFileWriter output, CancellationToken cancellation)
    {
        TermOrder order = TermOrder.Of(index);
        TermExtractor extractor = new(sstable.Table, index);
        using TermSorter sorter = new(order, output.Files, output.ScratchPath, SortMemoryBytes);
        using (UnfilteredCursor cursor = sstable.Read(ReadRequest.All))
        {
            int items = 0;
            while (cursor.MoveToNextPartition())
            {
                CheckNow();
                long partition = cursor.PartitionFilePosition;
                if (extractor.IsOfPartition)
                {
                    extractor.FindOfPartition(cursor.PartitionKey, cursor.StaticRow);
                    Add(new RowPlace(partition, partition));
                    continue;
                }

                while (cursor.MoveToNextUnfiltered())
                {
                    CheckNow();
                    if (cursor.Kind != UnfilteredKind.Row)
                        continue;
                    extractor.FindOfRow(cursor.Row);
                    Add(new RowPlace(partition, cursor.Row.FilePosition));
                }
            }

            void CheckNow()
            {
                if (++items % RowsBetweenChecks == 0)
                    cancellation.ThrowIfCancellationRequested();
            }
        }

        TermIndexWriter writer = new(output, order);
        foreach (TermRun next in sorter.Sorted())
            writer.Add(next.Term, next.Place);
        cancellation.ThrowIfCancellationRequested();
        writer.Finish();

        void Add(RowPlace place)
        {
            for (int i = 0; i < extractor.Count; i++)
                sorter.Add(extractor[i], place);
        }
    }

    /// <inheritdoc/>
    public override IndexStructure Open(IndexFile file, SSTable sstable, ColumnIndex index) => new TermIndex(file, TermOrder.Of(index));
}
