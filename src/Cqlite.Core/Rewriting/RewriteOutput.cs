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
    private const long LastLegacyDeletionSeconds = int.MaxValue - 1;
    private readonly IFileSystem _files;
    private readonly TableMetadata _table;
    private readonly SSTableWriterOptions _options;
    private readonly long _maxBytes;
    private readonly bool _checksTimes;
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
        _checksTimes = !options.Version.HasUIntDeletionTime;
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
        if (_checksTimes)
            CheckPartition(cursor);
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
                if (_checksTimes)
                    CheckMarker(cursor);
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
        if (_checksTimes)
            CheckRow(cursor, row);
    }

    private void CheckPartition(UnfilteredCursor cursor)
    {
        // Here, unlike in rows, there is no room for a time that can't be one either.
        long seconds = cursor.PartitionDeletion.LocalSeconds;
        if (seconds > LastLegacyDeletionSeconds && seconds != Cell.NoDeletionTime)
            ThrowTime(cursor, "the partition was deleted", seconds);
    }

    private void CheckMarker(UnfilteredCursor cursor)
    {
        RangeTombstoneMarker marker = cursor.Marker;
        if (IsBeyond(marker.StartDeletion.LocalSeconds))
            ThrowTime(cursor, "a range was deleted", marker.StartDeletion.LocalSeconds);
        if (IsBeyond(marker.EndDeletion.LocalSeconds))
            ThrowTime(cursor, "a range was deleted", marker.EndDeletion.LocalSeconds);
    }

    private void CheckRow(UnfilteredCursor cursor, Row row)
    {
        if (IsBeyond(row.Liveness.ExpiresAtSeconds))
            ThrowTime(cursor, "a row expires", row.Liveness.ExpiresAtSeconds);
        if (IsBeyond(row.Deletion.LocalSeconds))
            ThrowTime(cursor, "a row was deleted", row.Deletion.LocalSeconds);
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
        {
            if (IsBeyond(deletion.Deletion.LocalSeconds))
                ThrowTime(cursor, "a column was deleted", deletion.Deletion.LocalSeconds);
        }

        foreach (ref readonly Cell cell in row.Cells)
        {
            if (IsBeyond(cell.LocalDeletionSeconds))
                ThrowTime(cursor, cell.IsExpiring ? "a cell expires" : "a cell was deleted", cell.LocalDeletionSeconds);
        }
    }

    /// <summary>Whether a time of a row is past what 31 bits hold. One that can't be a time stays one, as a negative number.</summary>
    private static bool IsBeyond(long seconds) =>
        seconds > LastLegacyDeletionSeconds && seconds != Cell.NoDeletionTime && seconds != DeletionTimes.Invalid;

    private void ThrowTime(UnfilteredCursor cursor, string what, long seconds) => throw new UnsupportedFormatException(
        $"In partition {Convert.ToHexStringLower(cursor.PartitionKey)} {what} {seconds:N0} seconds after 1970; "
        + $"version {_options.Version} has room for times up to {LastLegacyDeletionSeconds:N0} (2038) only. Versions oa and da have room up to 2106.");
}
