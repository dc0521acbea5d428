using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;

namespace Cqlite.Migration.Exports;

/// <summary>Writes ranges of a table into SSTables of an export, each named in the manifest once its files are durable. For any number of threads.</summary>
internal sealed class RangeExporter
{
    private const string Operation = "write";
    private const int SampleRows = 1000;
    private const int SampleRanges = 4;
    private readonly DigestingFileSystem _files;
    private readonly ManifestFile _manifest;
    private readonly string _folder;
    private readonly TableMetadata _table;
    private readonly SSTableVersion _version;
    private readonly SSTableWriterOptions _options;
    private readonly SSTableIdSource _ids;

    private RangeExporter(DigestingFileSystem files, ManifestFile manifest, string folder, TableMetadata table, SSTableWriterOptions options)
    {
        _files = files;
        _manifest = manifest;
        _folder = folder;
        _table = table;
        _version = options.Version;
        _options = options;
        _ids = new SSTableIdSource(SSTableFolder.FindIn(files, folder).Select(d => d.Id), useUuids: false);
    }

    /// <summary>Prepares a table's folder: what an earlier run left there, and the manifest does not name, goes.</summary>
    /// <param name="manifest">The manifest, which has the table.</param>
    /// <param name="source">The table.</param>
    /// <param name="root">The export's folder.</param>
    /// <param name="settings">How to write.</param>
    /// <param name="cancellation">Ends it.</param>
    public static RangeExporter Prepare(ManifestFile manifest, ITableSource source, string root, ExportSettings settings, CancellationToken cancellation)
    {
        TableMetadata table = source.Table;
        ExportTable known = manifest.Current.Table(table.Keyspace, table.Name)!;
        string folder = Path.Combine(root, known.Folder.Replace('/', Path.DirectorySeparatorChar));
        IFileSystem files = settings.Files;
        files.CreateDirectory(folder);
        files.SyncDirectory(Path.GetDirectoryName(folder)!);
        files.SyncDirectory(Path.GetDirectoryName(Path.GetDirectoryName(folder)!)!);
        files.SyncDirectory(root);
        DeleteLeftovers(files, root, folder, known);
        SSTableWriterOptions options = SSTableWriterOptions.For(table, SerializationHeader.Of(table, Sample(source, known.PendingRanges, cancellation))) with
        {
            Version = SSTableVersion.OfName(manifest.Current.SSTableVersion),
        };
        if (RewriteCompression.Option(settings.Compression, null) is { } compression)
            options = options with { Compression = WriterCompression.FromTable(compression) };
        return new RangeExporter(new DigestingFileSystem(files), manifest, folder, table, options);
    }

    /// <summary>Writes what of a range the cursor gives.</summary>
    public void Write(RangeCursor cursor, CancellationToken cancellation)
    {
        using SSTableTransaction transaction = new(_files, _folder, _version, Operation);
        using SSTableSetWriter writer = new(_files, transaction, _ids.Next, _table, _options, long.MaxValue);
        writer.Append(cursor, cancellation);
        writer.Finish();
        transaction.Commit();
        TokenRange range = cursor.Range;
        ExportRange done = new(TokenRange.Format(range.After), TokenRange.Format(range.UpTo), ExportRangeState.Done)
        {
            Partitions = cursor.Partitions,
            Rows = cursor.Rows,
            Bytes = cursor.Bytes,
            DoneAt = DateTimeOffset.UtcNow,
            Files = [.. writer.Finished.SelectMany(FilesOf)],
        };
        _manifest.Complete(_table.Keyspace, _table.Name, done);
    }

    private IEnumerable<ExportFile> FilesOf(SSTableDescriptor sstable)
    {
        string folder = $"data/{_table.Keyspace}/{_table.Name}-{_table.Id:N}";
        foreach (SSTableComponent component in SSTable.ListComponents(_files, sstable))
        {
            string path = sstable.PathOf(component);
            yield return _files.DigestOf(path) with { Path = $"{folder}/{Path.GetFileName(path)}" };
        }
    }

    private static void DeleteLeftovers(IFileSystem files, string root, string folder, ExportTable table)
    {
        SSTableTransaction.Recover(files, folder);
        HashSet<string> named = [.. table.Files.Select(f => Path.Combine(root, f.Path.Replace('/', Path.DirectorySeparatorChar)))];
        bool any = false;
        foreach (string path in files.ListFiles(folder).Where(p => !named.Contains(p)))
        {
            files.DeleteFile(path);
            any = true;
        }

        if (any)
            files.SyncDirectory(folder);
    }

    /// <summary>The times that those in the SSTables are relative to: the smallest of some rows, so that most differences are small.</summary>
    private static EncodingStats Sample(ITableSource source, IEnumerable<TokenRange> ranges, CancellationToken cancellation)
    {
        EncodingStatsCollector times = new();
        int rows = 0;
        foreach (TokenRange range in ranges.Take(SampleRanges))
        {
            using UnfilteredCursor cursor = source.Read(range, cancellation);
            while (rows < SampleRows && cursor.MoveToNextPartition())
            {
                cancellation.ThrowIfCancellationRequested();
                rows++;
                times.Add(cursor.PartitionDeletion);
                if (cursor.StaticRow is { } row)
                    times.Add(row);
                while (rows < SampleRows && cursor.MoveToNextUnfiltered())
                {
                    rows++;
                    if (cursor.Kind == UnfilteredKind.Row)
                        times.Add(cursor.Row);
                    else
                        times.Add(cursor.Marker);
                }
            }

            if (rows > 0)
                break;
        }

        return times.Stats;
    }
}
