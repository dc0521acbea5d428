using System.Runtime.CompilerServices;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Big;

/// <summary>
/// Index.db, entered by way of Summary.db, which is kept in memory. Pages of Index.db go through the same cache as data chunks.
/// </summary>
/// <remarks>
/// <code>
/// Index.db: for each partition, in the order of partitions
///   short + bytes   partition key
///   vint            position in Data.db
///   vint            length of what follows; 0 where rows are not indexed
///   vint            length of the partition's head (key, deletion, static row)
///   deletion        as in Data.db
///   vint            number of blocks
///   blocks          drawn in BigRowIndexCursor
///   int * blocks    offset of each block's entry from the first one's
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/big/{RowIndexEntry,BigTableReader}.java.
/// </remarks>
internal sealed class BigPartitionIndex : PartitionIndex
{
    private const int PageLength = 16 * 1024;
    private const int MostVInts = 2 * 9;
    private const int MostIdleWindows = 16;

    private readonly DataFile _file;
    private readonly IndexSummary _summary;
    private readonly ChunkCache? _cache;
    private readonly long _dataLength;
    private readonly Stack<DataWindow> _idle = new();
    private readonly Lock _idleLock = new();

    private BigPartitionIndex(DataFile file, IndexSummary summary, SSTable sstable)
    {
        _file = file;
        _summary = summary;
        _cache = sstable.Cache;
        _dataLength = sstable.DataLength;
        Partitioner = sstable.Partitioner;
        Comparator = sstable.Comparator;
        Clustering = sstable.Layout.Clustering;
        HasUIntDeletionTime = sstable.Descriptor.Version.HasUIntDeletionTime;
    }

    /// <summary>Order of partitions.</summary>
    public Partitioner Partitioner { get; }

    /// <summary>Order of rows.</summary>
    public ClusteringComparator Comparator { get; }

    /// <summary>Layout of clusterings.</summary>
    public ClusteringLayout Clustering { get; }

    /// <summary>Whether deletions take one byte where there is none.</summary>
    public bool HasUIntDeletionTime { get; }

    /// <summary>The sample of keys.</summary>
    public IndexSummary Summary => _summary;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> FirstKey => _summary.FirstKey;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> LastKey => _summary.LastKey;

    /// <summary>Path of Index.db.</summary>
    public string Path => _file.Path;

    /// <summary>Opens the index of an SSTable; where the summary is missing or damaged, it is made anew in memory.</summary>
    public static BigPartitionIndex Open(IFileSystem files, SSTable sstable, string path)
    {
        IReadableFile file = files.OpenRead(path);
        DataFile pages = PlainDataFile.OpenPages(file, PageLength);
        bool opened = false;
        try
        {
            if (file.Length == 0)
                throw new CorruptDataException(path, -1, "is empty.");
            BigPartitionIndex index = new(pages, ReadOrRebuild(files, sstable, pages), sstable);
            opened = true;
            return index;
        }
        finally
        {
            if (!opened)
                pages.Dispose();
        }
    }

    /// <inheritdoc/>
    public override bool TryFind(Token token, ReadOnlySpan<byte> key, out PartitionEntry entry)
    {
        DataWindow window = Rent();
        try
        {
            int sample = Math.Max(0, _summary.Floor(Partitioner, token, key));
            window.Seek(_summary.PositionOf(sample));
            long end = sample + 1 < _summary.Count ? _summary.PositionOf(sample + 1) : window.FileLength;
            SkipOthers(window, key, end);
            while (window.FilePosition < end && TryRead(window, out ReadOnlySpan<byte> found, out entry, out long next))
            {
                if (found.SequenceEqual(key))
                    return true;
                window.Seek(next);
                SkipOthers(window, key, end);
            }

            entry = default;
            return FindSlowly(window, token, key, sample, ref entry);
        }
        finally
        {
            Return(window);
        }
    }

    /// <inheritdoc/>
    public override long FindFirstAtOrAfter(in RingPosition position)
    {
        DataWindow window = Rent();
        try
        {
            window.Seek(_summary.PositionOf(Math.Max(0, _summary.Floor(Partitioner, position))));
            while (TryRead(window, out ReadOnlySpan<byte> key, out PartitionEntry entry, out long next))
            {
                if (Partitioner.Compare(Partitioner.TokenOf(key), key, position) >= 0)
                    return entry.DataPosition;
                window.Seek(next);
            }

            return _dataLength;
        }
        finally
        {
            Return(window);
        }
    }

    /// <inheritdoc/>
    public override PartitionIndexCursor Walk() => new BigPartitionIndexCursor(this);

    /// <inheritdoc/>
    public override RowIndexCursor OpenRows(in PartitionEntry entry, bool reversed) => new BigRowIndexCursor(this, entry, reversed);

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();

    /// <summary>A window on Index.db.</summary>
    internal DataWindow Rent()
    {
        DataWindow? window;
        lock (_idleLock)
            _ = _idle.TryPop(out window);
        window ??= new DataWindow();
        window.Open(_file, _cache);
        return window;
    }

    /// <summary>Takes back a window.</summary>
    internal void Return(DataWindow window)
    {
        window.Close();
        lock (_idleLock)
        {
            if (_idle.Count < MostIdleWindows)
                _idle.Push(window);
        }
    }

    /// <summary>Reads the entry at the window's position; false at the file's end.</summary>
    /// <param name="window">A window on Index.db; it does not move.</param>
    /// <param name="key">The partition key; valid until the window moves.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="next">Position of the following entry.</param>
    internal bool TryRead(DataWindow window, out ReadOnlySpan<byte> key, out PartitionEntry entry, out long next) =>
        TryReadEntry(window, _dataLength, out key, out entry, out next);

    private static bool TryReadEntry(DataWindow window, long dataLength, out ReadOnlySpan<byte> key, out PartitionEntry entry, out long next)
    {
        key = default;
        entry = default;
        next = window.FilePosition;
        if (window.Remaining == 0)
            return false;
        if (!window.Ensure(sizeof(ushort)))
            throw Truncated(window);
        int keyLength = (window.Buffer[window.Position] << 8) | window.Buffer[window.Position + 1];
        long wanted = Math.Min(window.Remaining, sizeof(ushort) + keyLength + MostVInts);
        if (wanted < sizeof(ushort) + keyLength + 2 || !window.Ensure(wanted))
            throw Truncated(window);

        int position = window.Position + sizeof(ushort) + keyLength;
        ref byte buffer = ref VIntDecoder.Start(window.Buffer);
        ulong dataPosition = VIntDecoder.Read(ref buffer, ref position);
        ulong length = VIntDecoder.Read(ref buffer, ref position);
        if (position - window.Position > wanted)
            throw Truncated(window);
        if (dataPosition >= (ulong)dataLength)
        {
            throw new CorruptDataException(
                window.Path,
                window.FilePosition,
                $"a partition can't begin at {dataPosition:N0} of {dataLength:N0} bytes of data.");
        }

        long rowIndex = window.Origin + position;
        if (length > (ulong)(window.FileLength - rowIndex) || length > int.MaxValue)
            throw new CorruptDataException(window.Path, window.FilePosition, $"a row index of {length:N0} bytes is longer than what is left of the file.");
        key = window.Buffer.AsSpan(window.Position + sizeof(ushort), keyLength);
        entry = new PartitionEntry((long)dataPosition, length == 0 ? -1 : rowIndex, (int)length);
        next = rowIndex + (long)length;
        return true;
    }

    /// <summary>Passes over entries of other keys as far as these lie in the window for certain.</summary>
    private static void SkipOthers(DataWindow window, ReadOnlySpan<byte> key, long end)
    {
        ref byte buffer = ref VIntDecoder.Start(window.Buffer);
        int limit = (int)Math.Min(window.End - MostVInts, end - window.Origin);
        int position = window.Position;
        while (position < limit)
        {
            int keyLength = (Unsafe.Add(ref buffer, position) << 8) | Unsafe.Add(ref buffer, position + 1);
            int next = position + sizeof(ushort) + keyLength;
            if (next > limit)
                break;
            if (keyLength == key.Length && window.Buffer.AsSpan(position + sizeof(ushort), keyLength).SequenceEqual(key))
                break;
            VIntDecoder.Read(ref buffer, ref next);
            ulong length = VIntDecoder.Read(ref buffer, ref next);
            if (next > limit || length > (ulong)(limit - next))
                break;
            position = next + (int)length;
        }

        window.Position = position;
    }

    private static CorruptDataException Truncated(DataWindow window) =>
        new(window.Path, window.FilePosition, $"an entry of the partition index is longer than the {window.Remaining:N0} bytes that are left.");

    private static IndexSummary ReadOrRebuild(IFileSystem files, SSTable sstable, DataFile index)
    {
        if (sstable.Has(SSTableComponent.Summary))
        {
            try
            {
                return IndexSummary.Read(files, sstable.Descriptor.PathOf(SSTableComponent.Summary), index.Length);
            }
            catch (CorruptDataException)
            {
                // As Cassandra does: nothing is in the summary that is not in the index. Verification reads it by itself and tells.
            }
        }

        return Rebuild(index, sstable.DataLength);
    }

    private static IndexSummary Rebuild(DataFile index, long dataLength)
    {
        IndexSummary.Builder builder = new();
        DataWindow window = new();
        window.Open(index, null);
        window.ReadAhead();
        while (TryReadEntry(window, dataLength, out ReadOnlySpan<byte> key, out _, out long next))
        {
            builder.Add(key, window.FilePosition);
            window.Seek(next);
        }

        return builder.Build();
    }

    /// <summary>
    /// The key is not where the summary says it would be. Before that is believed the order of the keys around is looked at, so that a
    /// damaged key, in either file, is an error and not a missing partition.
    /// </summary>
    private bool FindSlowly(DataWindow window, Token token, ReadOnlySpan<byte> key, int sample, ref PartitionEntry entry)
    {
        window.Seek(_summary.PositionOf(sample));
        byte[] previous = [];
        Token previousToken = default;
        bool hasPrevious = false;
        while (TryRead(window, out ReadOnlySpan<byte> found, out PartitionEntry candidate, out long next))
        {
            if (!hasPrevious && !found.SequenceEqual(_summary.KeyOf(sample)))
                throw new CorruptDataException(window.Path, window.FilePosition, "the key here is not the one that Summary.db says is here.");
            Token foundToken = Partitioner.TokenOf(found);
            if (hasPrevious && Partitioner.Compare(previousToken, previous, foundToken, found) >= 0)
                throw new CorruptDataException(window.Path, window.FilePosition, "the partition index is out of order.");
            int order = Partitioner.Compare(foundToken, found, token, key);
            if (order == 0)
            {
                entry = candidate;
                return true;
            }

            if (order > 0)
                return false;
            if (previous.Length < found.Length || previous.Length > found.Length)
                previous = new byte[found.Length];
            found.CopyTo(previous);
            previousToken = foundToken;
            hasPrevious = true;
            window.Seek(next);
        }

        return false;
    }
}
