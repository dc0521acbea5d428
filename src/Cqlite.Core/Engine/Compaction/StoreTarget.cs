using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>A table of a database that is open for writing, as compaction sees it.</summary>
internal sealed class StoreTarget(TableStore store, DatabaseWriter writer) : ICompactionTarget
{
    /// <inheritdoc/>
    public TableMetadata Table => store.Table;

    /// <inheritdoc/>
    public string Directory => store.Directory!;

    /// <inheritdoc/>
    public long FlushBytes => store.FlushBytes;

    /// <inheritdoc/>
    public ITableContent? TryAcquire() => store.TryAcquire();

    /// <inheritdoc/>
    public SSTableId NextId() => writer.Folders.NextId(store);

    /// <inheritdoc/>
    public SSTableWriterOptions CreateWriterOptions(SerializationHeader header) => writer.Folders.WriterOptions(store.Table, header.Stats) with { Header = header };

    /// <inheritdoc/>
    public SSTable Open(SSTableDescriptor descriptor) => writer.Open(store, descriptor);

    /// <inheritdoc/>
    public bool TryReplace(IReadOnlyList<SSTable> removed, IReadOnlyList<SSTable> added, Action publish, CancellationToken cancellation) =>
        writer.TryReplace(store, removed, added, publish, cancellation);
}
