using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Writes sorted partitions into as many SSTables as their largest size asks for; a partition is never split.</summary>
internal sealed class SSTableSetWriter : IDisposable
{
    private readonly IFileSystem _files;
    private readonly SSTableTransaction _transaction;
    private readonly Func<SSTableId> _nextId;
    private readonly TableMetadata _table;
    private readonly SSTableWriterOptions _options;
    private readonly long _maxBytes;
    private readonly List<SSTableDescriptor> _finished = [];
    private SSTableWriter? _current;

    /// <summary>Creates a writer.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="transaction">Whose commit makes the SSTables count.</param>
    /// <param name="nextId">Gives each SSTable its id.</param>
    /// <param name="table">The table that rows' cells refer to.</param>
    /// <param name="options">How to write.</param>
    /// <param name="maxBytes">Bytes of files from which on an SSTable is ended with the partition at hand.</param>
    public SSTableSetWriter(
        IFileSystem files,
        SSTableTransaction transaction,
        Func<SSTableId> nextId,
        TableMetadata table,
        SSTableWriterOptions options,
        long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _files = files;
        _transaction = transaction;
        _nextId = nextId;
        _table = table;
        _options = options;
        _maxBytes = maxBytes;
    }

    /// <summary>The SSTables that are whole.</summary>
    public IReadOnlyList<SSTableDescriptor> Finished => _finished;

    /// <summary>Writes the partition at hand; another one after each <see cref="EndPartition"/>, perhaps.</summary>
    public SSTableWriter Writer => _current ??= new SSTableWriter(_files, _transaction, _nextId(), _table, _options);

    /// <summary>Ends a partition, and with it the SSTable when that is large enough.</summary>
    public void EndPartition()
    {
        Writer.EndPartition();
        if (Writer.PartitionCount > 0 && Writer.StoredBytes >= _maxBytes)
            Finish();
    }

    /// <summary>Writes all partitions of a cursor, which must read forward.</summary>
    public void Append(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        while (cursor.MoveToNextPartition())
        {
            cancellation.ThrowIfCancellationRequested();
            Writer.AppendPartition(cursor, cancellation);
            if (Writer.PartitionCount > 0 && Writer.StoredBytes >= _maxBytes)
                Finish();
        }
    }

    /// <summary>Ends the SSTable at hand; one without partitions leaves nothing.</summary>
    public void Finish()
    {
        if (_current is not { } writer)
            return;
        bool isEmpty = writer.PartitionCount == 0;
        if (!isEmpty)
            writer.Finish();
        writer.Dispose();
        _current = null;
        if (isEmpty)
            _transaction.Discard(writer.Descriptor);
        else
            _finished.Add(writer.Descriptor);
    }

    /// <inheritdoc/>
    public void Dispose() => _current?.Dispose();
}
