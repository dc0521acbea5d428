using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Writes rows into SSTables of a folder, without a cluster or a database. Memory is bounded whatever the number of rows. The SSTables
/// appear all at once, when <see cref="Finish"/> returns; given up, or dead, the writer leaves nothing that counts.
/// </summary>
/// <example>
/// <code>
/// using BulkWriter writer = new(PhysicalFileSystem.Instance, folder, table, new BulkWriterOptions());
/// int id = writer.Row.OrdinalOf("id");
/// foreach (...)
/// {
///     writer.Row.Clear();
///     writer.Row.Set(id, bytes);
///     ...
///     writer.Add();
/// }
///
/// writer.Finish();
/// </code>
/// </example>
/// <remarks>The counterpart of org/apache/cassandra/io/sstable/CQLSSTableWriter.java.</remarks>
public sealed class BulkWriter : IDisposable
{
    private const string Operation = "write";
    private const int SampleBytes = 1 << 20;
    private readonly IFileSystem _files;
    private readonly TableMetadata _table;
    private readonly BulkWriterOptions _options;
    private readonly SSTableTransaction _transaction;
    private readonly SSTableIdSource _ids;
    private readonly RowSorter _sorter;
    private readonly Row _row = new();
    private readonly Row _static = new();
    private readonly SortedRowSink? _sorted;
    private readonly RunMerger? _runs;
    private SSTableSetWriter? _output;
    private bool _ended;

    /// <summary>Begins to write.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="directory">The folder of the table's SSTables, which is created where it is missing.</param>
    /// <param name="table">The table; its options decide compression, filter and index.</param>
    /// <param name="options">How to write.</param>
    /// <exception cref="ArgumentException">The table has counters, whose values only a node can make.</exception>
    public BulkWriter(IFileSystem files, string directory, TableMetadata table, BulkWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        if (table.IsCounter)
            throw new ArgumentException($"table {table} has counters, which can't be written in bulk.", nameof(table));
        _files = files;
        _table = table;
        _options = options;
        Row = new BulkRow(table)
        {
            NowSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            TimestampMicros = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
            TtlSeconds = table.Options.DefaultTimeToLiveSeconds,
        };
        files.CreateDirectory(directory);
        _ids = new SSTableIdSource(SSTableFolder.FindIn(files, directory).Select(d => d.Id), options.UseUuids);
        _sorter = new RowSorter(table, options.IsSorted ? SampleBytes : options.SortBufferBytes);
        _transaction = new SSTableTransaction(files, directory, options.Version, Operation);
        if (options.IsSorted)
            _sorted = new SortedRowSink(table);
        else
            _runs = new RunMerger(files, _transaction, _ids, table);
    }

    /// <summary>The row to fill.</summary>
    public BulkRow Row { get; }

    /// <summary>Rows added so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Adds <see cref="Row"/>. Of rows with equal keys the newer values win.</summary>
    /// <exception cref="Errors.InvalidQueryException">A part of the primary key is missing.</exception>
    /// <exception cref="ArgumentException">Rows are said to be sorted, but this one is not after its predecessor.</exception>
    public void Add()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        ReadOnlySpan<byte> key = Row.BuildKey();
        Row.Build(_row, _static);
        RowCount++;
        if (_output is not null)
        {
            if (Row.HasStatic)
                _sorted!.Write(_output, key, _static);
            if (Row.HasRow)
                _sorted!.Write(_output, key, _row);
            return;
        }

        Token token = _table.Partitioner.TokenOf(key);
        if (Row.HasStatic)
            _sorter.Add(token, key, _static, Row.Bytes);
        if (Row.HasRow)
            _sorter.Add(token, key, _row, Row.Bytes);
        if (_sorted is not null && _sorter.Bytes >= SampleBytes)
            BeginOutput();
        else if (_sorted is null && _sorter.Bytes >= _options.SortBufferBytes)
            _runs!.AddRun(_sorter);
    }

    /// <summary>Ends: the SSTables now count. None where no row was added.</summary>
    /// <returns>The SSTables.</returns>
    public IReadOnlyList<SSTableDescriptor> Finish()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (_runs is { HasRuns: true })
        {
            _runs.AddRun(_sorter);
            _output = CreateOutput(_runs.Stats);
            _runs.MergeInto(_output);
        }
        else if (_sorter.Count > 0)
        {
            BeginOutput();
        }

        IReadOnlyList<SSTableDescriptor> finished = [];
        if (_output is not null)
        {
            _sorted?.Finish(_output);
            _output.Finish();
            finished = _output.Finished;
        }

        _transaction.Commit();
        _ended = true;
        return finished;
    }

    /// <summary>Gives up what is not finished.</summary>
    public void Dispose()
    {
        _output?.Dispose();
        _transaction.Dispose();
        _ended = true;
    }

    /// <summary>Begins the result with the rows that are in memory: a sample, if rows come sorted, that tells what times are to be relative to; else all.</summary>
    private void BeginOutput()
    {
        _output = CreateOutput(_sorter.Stats);
        if (_sorted is not null)
        {
            Row row = new();
            for (int i = 0; i < _sorter.Count; i++)
            {
                _sorter.Fill(i, row);
                _sorted.Write(_output, _sorter.KeyOf(i), row);
            }
        }
        else
        {
            _sorter.Sort();
            using RowSorterCursor cursor = new(_sorter);
            _output.Append(cursor, CancellationToken.None);
        }

        _sorter.Clear();
    }

    private SSTableSetWriter CreateOutput(EncodingStats stats) => new(
        _files,
        _transaction,
        _ids.Next,
        _table,
        SSTableWriterOptions.For(_table, SerializationHeader.Of(_table, stats)) with
        {
            Version = _options.Version,
            ColumnIndexBytes = _options.ColumnIndexBytes,
        },
        _options.MaxSizeBytes);
}
