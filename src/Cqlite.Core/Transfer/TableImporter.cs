using System.Globalization;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Imports into tables what <see cref="TableExporter"/> exports, and what others write: CSV, JSON, JSON Lines, statements, SSTables. Rows stream. What is wrong
/// with a row is told with file, line and column; how many rows may be wrong the options say. What was written before an error stays written.
/// </summary>
public sealed class TableImporter
{
    private const int PulseRows = 0x3FF;
    private const int MutationBytes = 256 << 10;
    private readonly QueryEngine _engine;

    /// <summary>Imports into a database.</summary>
    public TableImporter(QueryEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
    }

    /// <summary>Imports a file, or a folder of SSTables.</summary>
    /// <param name="table">The table. Of CQL, what the statements name counts.</param>
    /// <param name="path">The file, or folder.</param>
    /// <param name="format">Its format.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told now and then how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ImportException">More rows are wrong than may be, or a field is for no column.</exception>
    /// <exception cref="StorageException">The file can't be read.</exception>
    /// <exception cref="InvalidQueryException">The database is open for reading only.</exception>
    public TransferResult Import(
        TableMetadata table,
        string path,
        TransferFormat format,
        ImportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (format == TransferFormat.SSTable)
            return ImportSSTables(table, path, progress, cancellation);
        using FileStream input = OpenRead(path);
        return Import(table, input, path, format, options, progress, cancellation);
    }

    /// <summary>Imports what a stream gives.</summary>
    /// <param name="table">The table.</param>
    /// <param name="input">The stream, which stays open.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told now and then how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    public TransferResult Import(
        TableMetadata table,
        Stream input,
        string name,
        TransferFormat format,
        ImportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(input);
        options ??= ImportOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Writers, 1, nameof(options));
        _engine.Database.CheckWritable();
        if (format == TransferFormat.Cql)
            return ImportStatements(table, input, name, options, progress, cancellation);
        ColumnMetadata[] columns = [.. table.ColumnsInSelectOrder()];
        using StreamReader reader = new(input, leaveOpen: true);
        using RowSource source = format switch
        {
            TransferFormat.Csv => new CsvRowSource(reader, columns, name, options),
            TransferFormat.Json or TransferFormat.JsonLines => new JsonRowSource(input, columns, name, options),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "SSTables are a folder."),
        };
        using Rejections rejections = new(options, name, source.RejectHeader, hasComments: false);
        using ParallelInserter inserter = new(_engine, table, columns, name, options, rejections, cancellation);
        try
        {
            Read(source, inserter, rejections, input, options, progress, cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A thread that writes has failed: what follows tells how.
        }

        inserter.Complete();
        progress?.Report(new TransferProgress(inserter.Rows, Position(input), Length(input)));
        return new TransferResult(inserter.Rows, rejections.Count, Position(input), rejections.Errors);
    }

    private static void Read(
        RowSource source, ParallelInserter inserter, Rejections rejections, Stream input, ImportOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        for (long skipped = 0; skipped < options.SkipRows && source.Skip(); skipped++)
        {
        }

        for (long taken = 0; taken < options.MaxRows; taken++)
        {
            try
            {
                if (source.Next() is not { } row)
                    return;
                inserter.Add(row);
            }
            catch (ImportException e)
            {
                rejections.Add(e, source.LastRaw);
            }

            if ((taken & PulseRows) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new TransferProgress(inserter.Rows, Position(input), Length(input)));
            }
        }
    }

    private TransferResult ImportStatements(TableMetadata table, Stream input, string name, ImportOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        using StreamReader text = new(input, leaveOpen: true);
        using Rejections rejections = new(options, name, "", hasComments: true);
        ScriptReader reader = new(text);
        QuerySession session = new(_engine, table.Keyspace);
        long done = 0;
        long seen = 0;
        while (reader.Next() is { } statement && seen < options.MaxRows + options.SkipRows)
        {
            if (seen++ < options.SkipRows)
                continue;
            try
            {
                using QueryResult result = session.Execute(statement.Text);
                done++;
            }
            catch (CqlSyntaxException e)
            {
                int column = (e.Line == 1 ? statement.Column : 0) + e.Column + 1;
                rejections.Add(new ImportException(name, statement.Line + e.Line - 1, column, e.Message, e), statement.Text + ";\n");
            }
            catch (InvalidQueryException e)
            {
                rejections.Add(new ImportException(name, statement.Line, statement.Column + 1, e.Message, e), statement.Text + ";\n");
            }

            if ((done & PulseRows) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new TransferProgress(done, Position(input), Length(input)));
            }
        }

        return new TransferResult(done, rejections.Count, Position(input), rejections.Errors);
    }

    /// <summary>Writes what SSTables hold, with its times and tombstones, as mutations: through the commit log, so that it is as durable as any write.</summary>
    private TransferResult ImportSSTables(TableMetadata table, string path, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        _engine.Database.CheckWritable();
        IReadOnlyList<SSTableDescriptor> found = SSTableFolder.Find(PhysicalFileSystem.Instance, path);
        if (found.Count == 0)
            throw new UnsupportedFormatException(path, "holds no SSTables.");
        long rows = 0;
        long bytes = 0;
        foreach (SSTableDescriptor descriptor in found)
        {
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Table = table });
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            bytes += PhysicalFileSystem.Instance.GetLength(descriptor.PathOf(SSTableComponent.Data));
            while (cursor.MoveToNextPartition())
            {
                cancellation.ThrowIfCancellationRequested();
                rows += Apply(cursor, table);
                progress?.Report(new TransferProgress(rows, bytes, 0));
            }
        }

        return new TransferResult(rows, 0, bytes, []);
    }

    private long Apply(UnfilteredCursor cursor, TableMetadata table)
    {
        byte[] key = cursor.PartitionKey.ToArray();
        PartitionUpdateBuilder builder = new(table);
        builder.Begin(key);
        builder.Deletion = cursor.PartitionDeletion;
        RangeTombstoneCollector ranges = new();
        long rows = 0;
        long cells = 0;
        if (cursor.StaticRow is { IsEmpty: false } staticRow)
        {
            builder.Add(staticRow);
            rows++;
        }

        while (cursor.MoveToNextUnfiltered())
        {
            if (cursor.Kind == UnfilteredKind.Row)
            {
                builder.Add(cursor.Row);
                rows++;
                cells += cursor.Row.Cells.Length + 1;
            }
            else if (ranges.Add(cursor.Marker) is { } range)
            {
                builder.Add(range);
            }

            // A large partition is written in parts, each of which is right by itself.
            if (cells >= MutationBytes / 64)
            {
                _engine.Database.Apply(new Mutation(builder.Build()));
                builder.Begin(key);
                cells = 0;
            }
        }

        _engine.Database.Apply(new Mutation(builder.Build()));
        return rows;
    }

    private static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        }
        catch (IOException e)
        {
            throw new StorageException(path, e is FileNotFoundException or DirectoryNotFoundException ? "no such file." : string.Create(CultureInfo.InvariantCulture, $"can't be read: {e.Message}"), e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(path, "can't be read: permission denied.", e);
        }
    }

    private static long Position(Stream input) => input.CanSeek ? input.Position : 0;

    private static long Length(Stream input) => input.CanSeek ? input.Length : 0;
}
