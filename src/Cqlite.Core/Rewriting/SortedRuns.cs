using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// An SSTable of partitions and rows that may come in the wrong order. Each goes to the first of several runs whose end it follows; a run is an SSTable
/// itself, so memory is bounded. As long as all is in order there is one run, and that is the result; else the runs are merged.
/// </summary>
internal sealed class SortedRuns : IDisposable
{
    private const int MostRuns = 16;
    private readonly IFileSystem _files;
    private readonly TableMetadata _table;
    private readonly SSTableWriterOptions _options;
    private readonly ClusteringComparator _comparator;
    private readonly SSTableTransaction _transaction;
    private readonly List<SSTableId> _ids = [];
    private readonly TimeCheck? _times;
    private readonly List<Run> _runs = [];

    /// <summary>Runs that are complete: when there get to be too many, they are merged into one.</summary>
    private readonly List<SSTableDescriptor> _complete = [];
    private Run? _main;
    private Token _token;
    private byte[] _key = [];

    /// <summary>Begins.</summary>
    public SortedRuns(IFileSystem files, string directory, TableMetadata table, SSTableWriterOptions options)
    {
        _files = files;
        _table = table;
        _options = options;
        _times = TimeCheck.For(options.Version);
        _comparator = new ClusteringComparator(table);
        directory = Path.GetFullPath(directory);
        files.CreateDirectory(directory);
        foreach (string path in files.ListFiles(directory))
        {
            if (SSTableDescriptor.TryParse(path, out SSTableDescriptor? other, out _))
                _ids.Add(other.Id);
        }

        _transaction = new SSTableTransaction(files, directory, options.Version, "scrub");
    }

    /// <summary>Rows and partitions that came in the wrong order.</summary>
    public long MovedCount { get; private set; }

    /// <summary>Begins a partition.</summary>
    public void BeginPartition(Token token, ReadOnlySpan<byte> key, in DeletionTime deletion)
    {
        _times?.Check(key, deletion);
        _token = token;
        _key = key.ToArray();
        _main = FindRun(static (runs, run) => run.Key.Length == 0 || runs.Precedes(run));
        if (!ReferenceEquals(_main, _runs[0]))
            MovedCount++;
        Open(_main, deletion);
    }

    /// <summary>Adds the static row.</summary>
    public void AddStatic(Row row)
    {
        _times?.Check(_key, row);
        _main!.Writer.AddStatic(row);
    }

    /// <summary>Adds a row.</summary>
    public void AddRow(Row row)
    {
        _times?.Check(_key, row);
        Run run = _main!;
        if (run.HasLast && _comparator.Compare(row.Clustering, run.Last.Clustering) <= 0)
        {
            MovedCount++;
            run = FindRunFor(row);
        }

        run.Writer.AddRow(row);
        run.SetLast(row.Clustering);
    }

    /// <summary>Whether a marker follows what its partition has so far; only then it can be added.</summary>
    public bool Follows(RangeTombstoneMarker marker) => !_main!.HasLast || _comparator.Compare(marker.Clustering, _main.Last.Clustering) > 0;

    /// <summary>Adds a marker.</summary>
    public void AddMarker(RangeTombstoneMarker marker)
    {
        _times?.Check(_key, marker);
        _main!.Writer.AddMarker(marker);
        _main.SetLast(marker.Clustering);
    }

    /// <summary>Ends the partition.</summary>
    public void EndPartition(CancellationToken cancellation)
    {
        foreach (Run run in _runs)
            Close(run);
        _main = null;
        if (_runs.Count > MostRuns)
            MergeAllButFirst(cancellation);
    }

    /// <summary>Completes the SSTable, and calls back before it counts; null where there is nothing.</summary>
    public SSTableDescriptor? Commit(Action<SSTableDescriptor?> beforeItCounts, CancellationToken cancellation)
    {
        List<SSTableDescriptor> finished = [.. _complete];
        foreach (Run run in _runs)
            Finish(run, finished);
        _runs.Clear();
        SSTableDescriptor? result = finished.Count switch
        {
            0 => null,
            1 => finished[0],
            _ => Merge(finished, cancellation),
        };
        beforeItCounts(result);
        _transaction.Commit();
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Run run in _runs)
            run.Writer.Dispose();
        _transaction.Dispose();
    }

    private bool Precedes(Run run) => _table.Partitioner.Compare(run.Token, run.Key, _token, _key) < 0;

    private Run FindRun(Func<SortedRuns, Run, bool> takes)
    {
        foreach (Run run in _runs)
        {
            if (takes(this, run))
                return run;
        }

        Run added = new(new SSTableWriter(_files, _transaction, NextId(), _table, _options));
        _runs.Add(added);
        return added;
    }

    private Run FindRunFor(Row row)
    {
        foreach (Run run in _runs)
        {
            if (ReferenceEquals(run, _main))
                continue;
            if (run.IsOpen)
            {
                if (run.HasLast && _comparator.Compare(row.Clustering, run.Last.Clustering) <= 0)
                    continue;
                return run;
            }

            if (run.Key.Length == 0 || Precedes(run))
            {
                Open(run, DeletionTime.Live);
                return run;
            }
        }

        Run added = new(new SSTableWriter(_files, _transaction, NextId(), _table, _options));
        _runs.Add(added);
        Open(added, DeletionTime.Live);
        return added;
    }

    private void Open(Run run, in DeletionTime deletion)
    {
        run.Writer.BeginPartition(_token, _key, deletion);
        run.IsOpen = true;
        run.HasLast = false;
        run.Token = _token;
        run.Key = _key;
    }

    private static void Close(Run run)
    {
        if (!run.IsOpen)
            return;
        run.Writer.EndPartition();
        run.IsOpen = false;
    }

    private void Finish(Run run, List<SSTableDescriptor> finished)
    {
        if (run.Writer.PartitionCount == 0)
        {
            run.Writer.Dispose();
            _transaction.Discard(run.Writer.Descriptor);
            return;
        }

        run.Writer.Finish();
        run.Writer.Dispose();
        finished.Add(run.Writer.Descriptor);
    }

    /// <summary>Completes all runs but the first, and makes one of them and of those completed before.</summary>
    private void MergeAllButFirst(CancellationToken cancellation)
    {
        for (int i = 1; i < _runs.Count; i++)
            Finish(_runs[i], _complete);
        _runs.RemoveRange(1, _runs.Count - 1);
        if (_complete.Count <= MostRuns)
            return;
        SSTableDescriptor merged = Merge(_complete, cancellation);
        _complete.Clear();
        _complete.Add(merged);
    }

    private SSTableDescriptor Merge(List<SSTableDescriptor> runs, CancellationToken cancellation)
    {
        List<SSTable> opened = [];
        try
        {
            foreach (SSTableDescriptor run in runs)
                opened.Add(SSTable.Open(_files, run, new SSTableOptions { Table = _table }));
            using MergeCursor cursor = new(_table, [.. opened.Select(o => o.Read(ReadRequest.All))], reversed: false);
            using SSTableWriter writer = new(_files, _transaction, NextId(), _table, _options);
            writer.Append(cursor, cancellation);
            writer.Finish();
            foreach (SSTable sstable in opened)
                sstable.Dispose();
            foreach (SSTableDescriptor run in runs)
                _transaction.Discard(run);
            return writer.Descriptor;
        }
        finally
        {
            foreach (SSTable sstable in opened)
                sstable.Dispose();
        }
    }

    private SSTableId NextId()
    {
        SSTableId id = SSTableId.Next(_ids);
        _ids.Add(id);
        return id;
    }

    private sealed class Run(SSTableWriter writer)
    {
        public SSTableWriter Writer => writer;

        public bool IsOpen { get; set; }

        public bool HasLast { get; set; }

        public Token Token { get; set; }

        public byte[] Key { get; set; } = [];

        /// <summary>The last row's or marker's clustering in the open partition.</summary>
        public RangeTombstoneMarker Last { get; } = new();

        public void SetLast(in ClusteringView clustering)
        {
            Last.Set(clustering.Kind, clustering, DeletionTime.Live, DeletionTime.Live);
            HasLast = true;
        }
    }
}
