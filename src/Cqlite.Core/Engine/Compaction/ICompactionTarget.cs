using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>What compaction needs of a table's store. Any thread may call.</summary>
internal interface ICompactionTarget
{
    /// <summary>The table's definition.</summary>
    TableMetadata Table { get; }

    /// <summary>The folder of its SSTables.</summary>
    string Directory { get; }

    /// <summary>What a flush of the table leaves, in stored bytes; 0 where there was none yet.</summary>
    long FlushBytes { get; }

    /// <summary>What the table holds now, with its files kept open until it is disposed of; null where the store has been closed.</summary>
    ITableContent? TryAcquire();

    /// <summary>The id of a new SSTable.</summary>
    SSTableId NextId();

    /// <summary>How the table's SSTables are written: version, compression, filter, host.</summary>
    /// <param name="header">How rows are laid out.</param>
    SSTableWriterOptions CreateWriterOptions(SerializationHeader header);

    /// <summary>Opens an SSTable of the table's folder as the store reads it.</summary>
    SSTable Open(SSTableDescriptor descriptor);

    /// <summary>Puts SSTables, which the store owns from now on, in the place of others, which it closes once nobody reads them any more.</summary>
    /// <param name="removed">Those that go.</param>
    /// <param name="added">Those that come.</param>
    /// <param name="publish">Makes the change durable; called while nobody else can change the table.</param>
    /// <param name="cancellation">Ends the wait for whoever changes the table.</param>
    /// <returns>False, without a change, where one of those that go is gone already, or the store has been closed.</returns>
    bool TryReplace(IReadOnlyList<SSTable> removed, IReadOnlyList<SSTable> added, Action publish, CancellationToken cancellation);
}

/// <summary>
/// What a table holds at a moment: SSTables, and memtables, those that are being flushed among them. A write is in one of both at every
/// moment. The SSTables do not change; memtables take further writes.
/// </summary>
internal interface ITableContent : IDisposable
{
    /// <summary>Whether the table holds no other SSTables and memtables by now.</summary>
    bool IsCurrent { get; }

    /// <summary>The SSTables.</summary>
    IReadOnlyList<SSTable> SSTables { get; }

    /// <summary>
    /// Smallest timestamp in the memtables, in microseconds since 1970; <see cref="long.MaxValue"/> where they hold nothing. A write counts before it can
    /// be read.
    /// </summary>
    long SmallestMemtableTimestampMicros { get; }

    /// <summary>Whether a memtable has the partition.</summary>
    bool MemtablesMayHave(Token token, ReadOnlySpan<byte> key);
}
