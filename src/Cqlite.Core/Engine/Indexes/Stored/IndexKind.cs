using Cqlite.Core.Engine.Indexes.Terms;
using Cqlite.Core.Engine.Indexes.Vectors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>
/// A kind of index structure: what is in its files, how they are made of an SSTable, and how they are opened. Lifecycle (names, publication, discovery, stamps, rebuilding,
/// removal) is the same for all and not the kind's business: see <see cref="TableIndexes"/> and <see cref="IndexBuilder"/>.
/// </summary>
internal abstract class IndexKind
{
    /// <summary>Which kind; stands in its files.</summary>
    public abstract byte Id { get; }

    /// <summary>Version of its content; files of another version are made again.</summary>
    public abstract byte Version { get; }

    /// <summary>The kind of structure that serves an index; null where there is none and rows are found by reading them.</summary>
    public static IndexKind? For(ColumnIndex index) =>
        VectorIndexKind.Serves(index) ? VectorIndexKind.Instance : TermExtractor.Serves(index) ? TermIndexKind.Instance : null;

    /// <summary>Writes the structure of an SSTable, blocks first, and publishes it.</summary>
    /// <param name="sstable">The SSTable, held open by the caller; its definition of the table is the index's.</param>
    /// <param name="index">The index.</param>
    /// <param name="output">Where to; the last that is called is <see cref="IndexFileWriter.Publish"/>.</param>
    /// <param name="cancellation">Ends it; nothing stays then.</param>
    /// <exception cref="Errors.CqliteException">The SSTable can't be read or does not decode, the disk refuses, or a value can't be indexed: there is no structure then, and rows are found by reading them.</exception>
    public abstract void Build(SSTable sstable, ColumnIndex index, IndexFileWriter output, CancellationToken cancellation);

    /// <summary>Opens a structure, which owns the file from then on.</summary>
    /// <exception cref="Errors.CorruptDataException">It does not decode; the caller closes the file, and it is made again.</exception>
    public abstract IndexStructure Open(IndexFile file, SSTable sstable, ColumnIndex index);
}

/// <summary>A structure of one index of one SSTable, open. It stays open as long as anybody holds it. Serves all threads.</summary>
internal abstract class IndexStructure(IndexFile file)
{
    private ReferenceCount _references = new();

    /// <summary>Its file.</summary>
    public IndexFile File => file;

    /// <summary>Keeps it open until <see cref="Release"/>; false when it is closed already.</summary>
    public bool TryAcquire() => _references.TryAdd();

    /// <summary>Gives back what <see cref="TryAcquire"/> took; the last one closes the file.</summary>
    public void Release()
    {
        if (_references.IsLastRemoved())
            file.Dispose();
    }
}
