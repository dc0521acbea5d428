using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Exports tables. Rows stream: memory does not grow with the table. A file appears when it is whole; SSTables count all at once. Every value is written
/// so that <see cref="TableImporter"/> makes the same bytes of it.
/// </summary>
public sealed class TableExporter
{
    private const int PulseRows = 0x3FF;
    private readonly IQueryTarget _source;
    private readonly IFileSystem _files;

    /// <summary>Exports from a database or a cluster.</summary>
    /// <param name="source">The database or cluster. SSTables, which have the write time of every cell, are made of a database's only.</param>
    /// <param name="files">Where to write; the machine's own files by default.</param>
    public TableExporter(IQueryTarget source, IFileSystem? files = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _files = files ?? PhysicalFileSystem.Instance;
    }

    /// <summary>Exports to a file, or of SSTables to a folder.</summary>
    /// <param name="table">The table, or view.</param>
    /// <param name="path">The file; of SSTables the folder, which is created where it is missing.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told now and then how far it is.</param>
    /// <param name="cancellation">Ends it, and nothing stays.</param>
    /// <exception cref="ArgumentException">The options do not go with the table.</exception>
    /// <exception cref="StorageException">The target is there already, or can't be written.</exception>
    /// <exception cref="InvalidQueryException">A value has no form in CQL.</exception>
    public TransferResult Export(
        TableMetadata table,
        string path,
        TransferFormat format,
        ExportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= ExportOptions.Default;
        if (format == TransferFormat.SSTable)
            return ExportSSTables(table, path, options, progress, cancellation);
        using ExportTarget target = new(_files, path, options.Overwrite);
        return Export(table, target, format, options, progress, cancellation);
    }

    /// <summary>Exports to a stream, which stays open.</summary>
    /// <inheritdoc cref="Export(TableMetadata, string, TransferFormat, ExportOptions?, IProgress{TransferProgress}?, CancellationToken)"/>
    public TransferResult Export(
        TableMetadata table,
        Stream output,
        TransferFormat format,
        ExportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(output);
        if (format == TransferFormat.SSTable)
            throw new ArgumentException("SSTables are several files: a folder is needed.", nameof(format));
        using ExportTarget target = new(output);
        return Export(table, target, format, options ?? ExportOptions.Default, progress, cancellation);
    }

    private TransferResult Export(
        TableMetadata table, ExportTarget target, TransferFormat format, ExportOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        ExportField[] fields = ExportField.Of(table, options);
        RowFormatter formatter = RowFormatter.For(format, table, fields, options);
        long rows = 0;
        IQuerySession session = _source.OpenSession();
        PreparedStatement select = session.Prepare(SelectOf(table, fields, options), cancellation);
        using (QueryResult result = session.Execute(select, options: new QueryOptions { Cancellation = cancellation }))
        {
            formatter.Begin(target.Buffer);
            while (rows < options.MaxRows && result.MoveNext())
            {
                formatter.Write(result, rows, target.Buffer);
                target.Pulse();
                if ((++rows & PulseRows) == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Report(new TransferProgress(rows, target.Bytes, 0));
                }
            }

            formatter.End(rows, target.Buffer);
        }

        target.Complete();
        progress?.Report(new TransferProgress(rows, target.Bytes, 0));
        return new TransferResult(rows, 0, target.Bytes, []);
    }

    private static string SelectOf(TableMetadata table, ExportField[] fields, ExportOptions options)
    {
        string token = $"token({string.Join(", ", table.PartitionKey.Select(c => CqlIdentifier.Quote(c.Name)))})";
        List<string> bounds = [];
        if (options.BeginToken is { } begin)
            bounds.Add(string.Create(CultureInfo.InvariantCulture, $"{token} >= {begin}"));
        if (options.EndToken is { } end)
            bounds.Add(string.Create(CultureInfo.InvariantCulture, $"{token} < {end}"));
        string where = bounds.Count > 0 ? $" WHERE {string.Join(" AND ", bounds)}" : "";
        return $"SELECT {string.Join(", ", fields.Select(f => f.Selector))} FROM {CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}{where}";
    }

    private TransferResult ExportSSTables(TableMetadata table, string directory, ExportOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        if (options.Columns is not null || options.MaxRows != long.MaxValue || options.BeginToken is not null || options.EndToken is not null)
            throw new ArgumentException("SSTables are exported whole: all columns and rows of the table.", nameof(options));
        if (_files.DirectoryExists(directory) && SSTableFolder.FindIn(_files, directory).Count > 0)
            throw new StorageException(directory, "there are SSTables in this folder already, with which the exported ones would be one table; an empty folder is needed.");
        if (_source is not QueryEngine engine)
            throw new ArgumentException($"SSTables are exported of databases; {_source.Name} is none. CSV, JSON, JSON Lines and CQL are exported of clusters too.", nameof(table));
        TableStore store = engine.Database.OpenTable(table);
        CheckOrder(store);
        SSTableWriterOptions writing = SSTableWriterOptions.For(table, SerializationHeader.Of(table, SmallestTimes(store))) with { Version = options.Version };
        using RewriteOutput output = new(_files, directory, "write", table, writing, maxBytes: null);
        using (UnfilteredCursor cursor = store.Read(ReadRequest.All))
        {
            while (cursor.MoveToNextPartition())
            {
                output.AppendPartition(cursor, cancellation);
                if ((output.PartitionCount & PulseRows) == 0)
                    progress?.Report(new TransferProgress(output.RowCount, 0, 0));
            }
        }

        long bytes = 0;
        foreach (SSTableDescriptor written in output.Commit())
        {
            foreach (SSTableComponent component in SSTable.ListComponents(_files, written))
                bytes += _files.GetLength(written.PathOf(component));
        }

        progress?.Report(new TransferProgress(output.RowCount, bytes, 0));
        return new TransferResult(output.RowCount, 0, bytes, []);
    }

    private static void CheckOrder(TableStore store)
    {
        if (!store.Table.Clustering.Any(c => c.IsDescending))
            return;
        foreach (SSTable sstable in store.SSTables)
        {
            if (sstable.Descriptor.Version.Name is "ma" or "mb")
                throw new UnsupportedFormatException(sstable.Descriptor.PathOf(SSTableComponent.Data), "has descending rows in the order of releases up to 3.0.7; convert the SSTables first (sstable convert).");
        }
    }

    // What times are stored relative to: any will do, near ones take less room.
    private static EncodingStats SmallestTimes(TableStore store)
    {
        EncodingStats[] stats = [.. store.SSTables.Select(s => s.Statistics.Header.Stats)];
        return stats.Length == 0
            ? EncodingStats.None
            : new EncodingStats(stats.Min(s => s.MinTimestampMicros), stats.Min(s => s.MinLocalDeletionSeconds), stats.Min(s => s.MinTtlSeconds));
    }
}
