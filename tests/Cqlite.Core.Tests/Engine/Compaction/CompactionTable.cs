using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Tests.Rows;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Compaction;

/// <summary>A table's folder and one memtable, as compaction sees a store. Content comes from scripts (see MergeCursor.txt) or from cursors.</summary>
internal sealed class CompactionTable : ICompactionTarget, IDisposable
{
    public const string Folder = "/data/ks/t";
    private readonly Lock _lock = new();
    private readonly IFileSystem _files;
    private readonly List<Content> _held = [];
    private readonly SSTableIdSource _ids;
    private List<SSTable> _sstables = [];
    private Memtable _memtable;
    private long _smallestTimestamp = long.MaxValue;

    /// <summary>Opens a folder as a store does: what a dead process left is put right first.</summary>
    public CompactionTable(IFileSystem files, TableMetadata table, string directory = Folder, string version = "nb")
    {
        _files = files;
        Table = table;
        Directory = directory;
        Version = SSTableVersion.OfName(version);
        files.CreateDirectory(directory);
        SSTableTransaction.Recover(files, directory);
        foreach (SSTableDescriptor descriptor in SSTableFolder.FindIn(files, directory))
            _sstables.Add(Open(descriptor));
        _ids = new SSTableIdSource(_sstables.Select(s => s.Descriptor.Id), useUuids: false);
        _memtable = new Memtable(table);
    }

    public TableMetadata Table { get; }

    public string Directory { get; }

    public SSTableVersion Version { get; }

    public long FlushBytes => 0;

    public IReadOnlyList<SSTable> SSTables => _sstables;

    /// <summary>The table of scripts with other options.</summary>
    public static TableMetadata With(int gcGraceSeconds, params string[] compaction)
    {
        SortedDictionary<string, string> options = new(StringComparer.Ordinal) { ["class"] = "SizeTieredCompactionStrategy" };
        foreach (string option in compaction)
            options[option.Split('=')[0]] = option.Split('=')[1];
        return ScriptedCursor.SharedTable.WithOptions(TableOptions.Default with { GcGraceSeconds = gcGraceSeconds, Compaction = options });
    }

    public SSTableId NextId() => _ids.Next();

    public SSTableWriterOptions CreateWriterOptions(SerializationHeader header) => SSTableWriterOptions.For(Table, header) with { Version = Version };

    public SSTable Open(SSTableDescriptor descriptor)
    {
        SSTable opened = SSTable.Open(_files, descriptor, new SSTableOptions { Table = Table });
        bool isWhole = false;
        try
        {
            opened.Preload();
            isWhole = true;
            return opened;
        }
        finally
        {
            if (!isWhole)
                opened.Dispose();
        }
    }

    /// <summary>Adds an SSTable with what a script tells.</summary>
    public SSTableId Add(string script, Func<SSTableWriterOptions, SSTableWriterOptions>? with = null) => Add(Cursor(script), with);

    public SSTableId Add(UnfilteredCursor content, Func<SSTableWriterOptions, SSTableWriterOptions>? with = null)
    {
        SSTableWriterOptions options = CreateWriterOptions(FullHeader());
        using SSTableTransaction transaction = new(_files, Directory, Version, "flush");
        using SSTableSetWriter writer = new(_files, transaction, NextId, Table, with?.Invoke(options) ?? options, long.MaxValue);
        using (content)
            writer.Append(content, CancellationToken.None);
        writer.Finish();
        transaction.Commit();
        SSTable opened = Open(writer.Finished.Single());
        lock (_lock)
            _sstables = [.. _sstables, opened];
        return opened.Descriptor.Id;
    }

    /// <summary>Writes to the memtable.</summary>
    /// <param name="script">What is written.</param>
    /// <param name="smallestTimestamp">The smallest timestamp in it.</param>
    public void Write(string script, long smallestTimestamp)
    {
        _smallestTimestamp = Math.Min(_smallestTimestamp, smallestTimestamp);
        _memtable.Apply(Cursor(script));
    }

    /// <summary>Makes an SSTable of the memtable.</summary>
    public void Flush()
    {
        Add(_memtable.Read(ReadRequest.All));
        lock (_lock)
        {
            _memtable = new Memtable(Table);
            _smallestTimestamp = long.MaxValue;
        }
    }

    /// <summary>All that the table holds, merged, without purging.</summary>
    public string Text()
    {
        using MergeCursor merged = new(Table, [.. _sstables.Select(s => s.Read(ReadRequest.All)), _memtable.Read(ReadRequest.All)], reversed: false);
        return string.Join('\n', ScriptedCursor.Print(merged));
    }

    /// <summary>What a reader at a moment sees: no tombstone, nothing that has expired.</summary>
    public string LiveText(long nowSeconds)
    {
        MergeCursor merged = new(Table, [.. _sstables.Select(s => s.Read(ReadRequest.All)), _memtable.Read(ReadRequest.All)], reversed: false);
        using LiveRowCursor live = new(merged, nowSeconds);
        List<string> lines = [];
        while (live.MoveToNextPartition())
        {
            string key = Convert.ToHexString(live.PartitionKey);
            if (live.StaticRow is { IsEmpty: false } staticRow)
                AddLive(staticRow, "static");
            while (live.MoveToNextRow())
                AddLive(live.Row, "row");

            void AddLive(Row row, string kind)
            {
                List<string> parts = [key, kind];
                foreach (Slice slice in row.ClusteringSlices)
                    parts.Add(slice.IsNull ? "null" : Convert.ToHexString(row.Bytes(slice)));
                int empty = parts.Count;
                if (row.Liveness.IsLive(nowSeconds))
                    parts.Add($"live={row.Liveness.TimestampMicros}+{row.Liveness.TtlSeconds}@{row.Liveness.ExpiresAtSeconds}");
                foreach (ref readonly Cell cell in row.Cells)
                {
                    if (cell.IsLive(nowSeconds))
                        parts.Add($"{cell.Column}[{Convert.ToHexString(row.Path(cell))}]={Convert.ToHexString(row.Value(cell))}@{cell.TimestampMicros}+{cell.TtlSeconds}@{cell.LocalDeletionSeconds}");
                }

                if (parts.Count > empty)
                    lines.Add(string.Join(' ', parts));
            }
        }

        return string.Join('\n', lines);
    }

    public CompactionCandidate[] Candidates() => [.. _sstables.Select(s => CompactionCandidate.Of(s, _files.GetLastChangeMillis(s.Descriptor.PathOf(SSTableComponent.Data))))];

    /// <summary>Compacts all, or the named ones, to one SSTable.</summary>
    public CompactionResult? Compact(long nowSeconds, params SSTableId[] inputs) => Run(
        new CompactionTask
        {
            Inputs = inputs.Length > 0 ? inputs : [.. _sstables.Select(s => s.Descriptor.Id)],
            Reason = CompactionReason.Major,
            Output = new SizedOutput(0),
        },
        nowSeconds);

    public CompactionResult? Run(CompactionTask task, long nowSeconds, CancellationToken cancellation = default) =>
        new CompactionExecutor(_files, new ThroughputLimit(0), () => nowSeconds).Run(this, task, new CompactionProgress(), cancellation);

    public ITableContent? TryAcquire()
    {
        lock (_lock)
        {
            Assert.All(_sstables, s => Assert.True(s.TryAcquire()));
            Content content = new(this, _sstables, _memtable);
            _held.Add(content);
            return content;
        }
    }

    public bool TryReplace(IReadOnlyList<SSTable> removed, IReadOnlyList<SSTable> added, Action publish, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (removed.Except(_sstables).Any())
                return false;
            publish();
            _sstables = [.. _sstables.Except(removed), .. added];
        }

        foreach (SSTable sstable in removed)
            sstable.Dispose();
        return true;
    }

    public void Dispose()
    {
        Assert.Empty(_held);
        _sstables.ForEach(s => s.Dispose());
    }

    /// <summary>As a process that dies: nothing is put in order.</summary>
    public void Abandon() => _sstables.ForEach(s => s.Dispose());

    private static ScriptedCursor Cursor(string script) =>
        new(script.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), reversed: false);

    private SerializationHeader FullHeader() => new(EncodingStats.None, Table.PartitionKey[0].Type)
    {
        ClusteringTypes = [.. Table.Clustering.Select(c => c.Type)],
        Statics = [.. Table.Statics.Select(c => new HeaderColumn(c.Name, c.Type))],
        Regulars = [.. Table.Regulars.Select(c => new HeaderColumn(c.Name, c.Type))],
    };

    private sealed class Content(CompactionTable table, List<SSTable> sstables, Memtable memtable) : ITableContent
    {
        public bool IsCurrent => ReferenceEquals(table._sstables, sstables) && ReferenceEquals(table._memtable, memtable);

        public IReadOnlyList<SSTable> SSTables => sstables;

        public long SmallestMemtableTimestampMicros => table._smallestTimestamp;

        public bool MemtablesMayHave(Token token, ReadOnlySpan<byte> key)
        {
            using UnfilteredCursor cursor = memtable.Read(new ReadRequest { Key = new DecoratedKey(token, key.ToArray()) });
            return cursor.MoveToNextPartition();
        }

        public void Dispose()
        {
            lock (table._lock)
            {
                if (!table._held.Remove(this))
                    return;
            }

            sstables.ForEach(s => s.Release());
        }
    }
}
