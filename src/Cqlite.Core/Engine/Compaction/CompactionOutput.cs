using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>An SSTable that a compaction has written whole, and what was put into it.</summary>
/// <param name="Descriptor">Which.</param>
/// <param name="PartitionCount">Partitions.</param>
/// <param name="RowCount">Rows, static ones included.</param>
/// <param name="FirstKey">The first partition's key.</param>
/// <param name="LastKey">The last partition's key.</param>
internal sealed record CompactedSSTable(SSTableDescriptor Descriptor, long PartitionCount, long RowCount, ReadOnlyMemory<byte> FirstKey, ReadOnlyMemory<byte> LastKey);

/// <summary>Writes a compaction's result into as many SSTables as its layout asks for, and keeps account of what it was given.</summary>
internal sealed class CompactionOutput : IDisposable
{
    private const int ItemsBetweenChecks = 0x400;
    private readonly IFileSystem _files;
    private readonly SSTableTransaction _transaction;
    private readonly ICompactionTarget _target;
    private readonly TableMetadata _table;
    private readonly SSTableWriterOptions _options;
    private readonly OutputSplitter _splitter;
    private readonly TimeCheck? _times;
    private readonly List<CompactedSSTable> _finished = [];
    private SSTableWriter? _writer;
    private long _rows;
    private byte[] _firstKey = [];
    private byte[] _lastKey = [];
    private int _lastKeyLength;

    /// <summary>Begins.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="transaction">Whose publication makes the SSTables count.</param>
    /// <param name="target">Gives SSTables their ids.</param>
    /// <param name="table">The table that rows' cells refer to.</param>
    /// <param name="options">How to write.</param>
    /// <param name="layout">Into which SSTables.</param>
    public CompactionOutput(IFileSystem files, SSTableTransaction transaction, ICompactionTarget target, TableMetadata table, SSTableWriterOptions options, OutputLayout layout)
    {
        _files = files;
        _transaction = transaction;
        _target = target;
        _table = table;
        _options = options;
        _splitter = layout.Begin();
        _times = TimeCheck.For(options.Version);
    }

    /// <summary>Writes the partition that a cursor has just come to.</summary>
    /// <exception cref="Errors.UnsupportedFormatException">A deletion time is not to be had in the version.</exception>
    public void AppendPartition(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();

        // Small ones may have nothing on the disk yet.
        if (_splitter.EndsBefore(_writer is { PartitionCount: > 0 } ? Math.Max(1, _writer.StoredBytes) : 0, cursor.Token) && _writer is { PartitionCount: > 0 })
            EndSSTable();
        SSTableWriter writer = _writer ??= new SSTableWriter(_files, _transaction, _target.NextId(), _table, _options with { Level = _splitter.Level });
        long before = writer.PartitionCount;
        Write(writer, cursor, cancellation);
        if (writer.PartitionCount == before)
            return;
        if (before == 0)
            _firstKey = cursor.PartitionKey.ToArray();
        _lastKeyLength = cursor.PartitionKey.Length;
        if (_lastKey.Length < _lastKeyLength)
            _lastKey = new byte[Math.Max(_lastKeyLength, 2 * _lastKey.Length)];
        cursor.PartitionKey.CopyTo(_lastKey);
    }

    /// <summary>Ends the last SSTable; those that are whole, in the order of their partitions.</summary>
    public IReadOnlyList<CompactedSSTable> Finish()
    {
        if (_writer is { PartitionCount: > 0 })
        {
            EndSSTable();
        }
        else if (_writer is { } empty)
        {
            _writer = null;
            empty.Dispose();
            _transaction.Discard(empty.Descriptor);
        }

        return _finished;
    }

    /// <summary>Closes the files of an SSTable that is not whole.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void Write(SSTableWriter writer, UnfilteredCursor cursor, CancellationToken cancellation)
    {
        _times?.Check(cursor.PartitionKey, cursor.PartitionDeletion);
        writer.BeginPartition(cursor.Token, cursor.PartitionKey, cursor.PartitionDeletion);
        if (cursor.StaticRow is { IsEmpty: false } row)
        {
            _times?.Check(cursor.PartitionKey, row);
            _rows++;
            writer.AddStatic(row);
        }

        int items = 0;
        while (cursor.MoveToNextUnfiltered())
        {
            if (++items % ItemsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            if (cursor.Kind == UnfilteredKind.Marker)
            {
                _times?.Check(cursor.PartitionKey, cursor.Marker);
                writer.AddMarker(cursor.Marker);
            }
            else if (!cursor.Row.IsEmpty)
            {
                _times?.Check(cursor.PartitionKey, cursor.Row);
                _rows++;
                writer.AddRow(cursor.Row);
            }
        }

        writer.EndPartition();
    }

    private void EndSSTable()
    {
        SSTableWriter writer = _writer!;
        writer.Finish();
        _finished.Add(new CompactedSSTable(writer.Descriptor, writer.PartitionCount, _rows, _firstKey, _lastKey.AsSpan(0, _lastKeyLength).ToArray()));
        _writer = null;
        _rows = 0;
        writer.Dispose();
    }
}
