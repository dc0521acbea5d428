using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// The SSTables that a rewriting leaves: one, or as many as its size limit asks for. They count all at once, with <see cref="Commit"/>; until then a
/// transaction log tells every reader to leave them out, and without it nothing of them stays.
/// </summary>
internal sealed class RewriteOutput : IDisposable
{
    private readonly IFileSystem _files;
    private readonly TableMetadata _table;
    private readonly SSTableWriterOptions _options;
    private readonly long _maxBytes;
    private readonly TimeCheck? _times;
    private readonly SSTableTransaction _transaction;
    private readonly List<SSTableId> _ids = [];
    private readonly List<SSTableDescriptor> _written = [];
    private SSTableWriter? _writer;

    /// <summary>Begins.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="operation">What is done, for the transaction log's name.</param>
    /// <param name="table">The table that rows' cells refer to.</param>
    /// <param name="options">How to write.</param>
    /// <param name="maxBytes">Stored bytes from which on another SSTable begins.</param>
    public RewriteOutput(IFileSystem files, string directory, string operation, TableMetadata table, SSTableWriterOptions options, long? maxBytes)
    {
        if (maxBytes is <= 0)
            throw new ArgumentOutOfRangeException(nameof(maxBytes), maxBytes, "An SSTable's size limit is at least one byte.");
        _files = files;
        _table = table;
        _options = options;
        _maxBytes = maxBytes ?? long.MaxValue;
        _times = TimeCheck.For(options.Version);
        directory = Path.GetFullPath(directory);
        files.CreateDirectory(directory);
        foreach (string path in files.ListFiles(directory))
        {
            if (SSTableDescriptor.TryParse(path, out SSTableDescriptor? other, out _))
                _ids.Add(other.Id);
        }

        _transaction = new SSTableTransaction(files, directory, options.Version, operation);
    }

    /// <summary>Partitions written.</summary>
    public long PartitionCount { get; private set; }

    /// <summary>Rows written, static ones included.</summary>
    public long RowCount { get; private set; }

    /// <summary>Cells written.</summary>
    public long CellCount { get; private set; }

    /// <summary>Markers written.</summary>
    public long MarkerCount { get; private set; }

    /// <summary>Writes the partition that a cursor has just come to.</summary>
    /// <exception cref="UnsupportedFormatException">A deletion time is not to be had in the version.</exception>
    public void AppendPartition(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_writer is { PartitionCount: > 0 } full && full.StoredBytes >= _maxBytes)
            FinishWriter();
        SSTableWriter writer = _writer ??= OpenWriter();
        long before = writer.PartitionCount;
        _times?.Check(cursor.PartitionKey, cursor.PartitionDeletion);
        writer.BeginPartition(cursor.Token, cursor.PartitionKey, cursor.PartitionDeletion);
        if (cursor.StaticRow is { } row)
        {
            Count(cursor, row);
            writer.AddStatic(row);
        }

        int items = 0;
        while (cursor.MoveToNextUnfiltered())
        {
            if ((++items & 0xFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            if (cursor.Kind == UnfilteredKind.Row)
            {
                Count(cursor, cursor.Row);
                writer.AddRow(cursor.Row);
            }
            else
            {
                MarkerCount++;
                _times?.Check(cursor.PartitionKey, cursor.Marker);
                writer.AddMarker(cursor.Marker);
            }
        }

        writer.EndPartition();
        PartitionCount += writer.PartitionCount - before;
    }

    /// <summary>Completes the SSTables and makes them count.</summary>
    public IReadOnlyList<SSTableDescriptor> Commit()
    {
        if (_writer is { PartitionCount: > 0 })
        {
            FinishWriter();
        }
        else if (_writer is { } empty)
        {
            _writer = null;
            empty.Dispose();
            _transaction.Discard(empty.Descriptor);
        }

        _transaction.Commit();
        return _written;
    }

    /// <summary>Without a commit: deletes all that was written.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
        _transaction.Dispose();
    }

    private SSTableWriter OpenWriter()
    {
        SSTableId id = SSTableId.Next(_ids);
        _ids.Add(id);
        return new SSTableWriter(_files, _transaction, id, _table, _options);
    }

    private void FinishWriter()
    {
        SSTableWriter writer = _writer!;
        writer.Finish();
        _writer = null;
        writer.Dispose();
        _written.Add(writer.Descriptor);
    }

    private void Count(UnfilteredCursor cursor, Row row)
    {
        if (row.IsEmpty)
            return;
        RowCount++;
        CellCount += row.Cells.Length;
        _times?.Check(cursor.PartitionKey, row);
    }
}
