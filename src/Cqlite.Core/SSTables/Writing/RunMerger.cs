using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Writes sorted runs of rows to disk and merges them: an external sort. Runs are SSTables of the transaction that makes the result;
/// they are discarded before it is committed.
/// </summary>
internal sealed class RunMerger
{
    /// <summary>So many runs are merged at once that neither memory nor open files grow with their number.</summary>
    private const int FanIn = 32;
    private const long NoLimit = long.MaxValue;
    private readonly IFileSystem _files;
    private readonly SSTableTransaction _transaction;
    private readonly SSTableIdSource _ids;
    private readonly TableMetadata _table;

    /// <summary>Runs by how often their rows were merged: each row is written again once for every <see cref="FanIn"/>-fold of the runs, whatever their number.</summary>
    private readonly List<List<SSTableDescriptor>> _levels = [];

    /// <summary>Creates a merger without runs.</summary>
    public RunMerger(IFileSystem files, SSTableTransaction transaction, SSTableIdSource ids, TableMetadata table)
    {
        _files = files;
        _transaction = transaction;
        _ids = ids;
        _table = table;
    }

    /// <summary>Whether there are runs.</summary>
    public bool HasRuns => _levels.Count > 0;

    /// <summary>The smallest times of all runs.</summary>
    public EncodingStats Stats { get; private set; } = EncodingStats.None;

    /// <summary>Writes rows as a run, and empties the sorter.</summary>
    public void AddRun(RowSorter rows)
    {
        if (rows.Count == 0)
            return;
        Stats = Stats.Merge(rows.Stats);
        rows.Sort();
        using (RowSorterCursor cursor = new(rows))
            Add(0, Write(cursor));
        rows.Clear();
    }

    /// <summary>Merges all runs into the result.</summary>
    public void MergeInto(SSTableSetWriter output)
    {
        // The small ones first, until the rest can be merged at once.
        List<SSTableDescriptor> runs = [.. _levels.SelectMany(l => l)];
        _levels.Clear();
        while (runs.Count > FanIn)
        {
            int count = Math.Min(FanIn, runs.Count - FanIn + 1);
            SSTableDescriptor merged = Merge(runs[..count], Write);
            runs.RemoveRange(0, count);
            runs.Add(merged);
        }

        _ = Merge(runs, cursor =>
        {
            output.Append(cursor, CancellationToken.None);
            return true;
        });
    }

    private void Add(int level, SSTableDescriptor run)
    {
        if (level == _levels.Count)
            _levels.Add([]);
        List<SSTableDescriptor> runs = _levels[level];
        runs.Add(run);
        if (runs.Count < FanIn)
            return;
        SSTableDescriptor merged = Merge(runs, Write);
        runs.Clear();
        Add(level + 1, merged);
    }

    private T Merge<T>(List<SSTableDescriptor> runs, Func<UnfilteredCursor, T> receiver)
    {
        List<SSTable> open = [];
        T result;
        try
        {
            foreach (SSTableDescriptor run in runs)
                open.Add(SSTable.Open(_files, run, new SSTableOptions { Table = _table }));
            using MergeCursor cursor = new(_table, [.. open.Select(s => s.Read(ReadRequest.All))], reversed: false);
            result = receiver(cursor);
        }
        finally
        {
            foreach (SSTable sstable in open)
                sstable.Dispose();
        }

        foreach (SSTableDescriptor run in runs)
            _transaction.Discard(run);
        return result;
    }

    private SSTableDescriptor Write(UnfilteredCursor cursor)
    {
        SSTableWriterOptions options = new()
        {
            Header = SerializationHeader.Of(_table, Stats),
            Compression = null,
            BloomFilterFpChance = 1,
        };
        using SSTableSetWriter writer = new(_files, _transaction, _ids.Next, _table, options, NoLimit);
        writer.Append(cursor, CancellationToken.None);
        writer.Finish();
        return writer.Finished[0];
    }
}
