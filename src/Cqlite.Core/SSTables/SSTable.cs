using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.SSTables.Big;
using Cqlite.Core.SSTables.Bti;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables;

/// <summary>
/// An SSTable open for reading. Nothing is written, ever. One instance serves any number of threads, each with cursors of its own.
/// Statistics and chunk offsets are read at once; filter and indexes when first needed, so that a full scan does without them.
/// </summary>
public sealed class SSTable : IPartitionSource, IDisposable
{
    private const int LargePartitionBytes = 16 * 1024;
    private const int HugePartitionBytes = 4 * 1024 * 1024;
    private const int MostIdleMemories = 16;
    private const int RowsToTell = 1000;
    private const int OwnPagesBytes = 256 * 1024;

    private readonly IFileSystem _files;
    private readonly bool _usesFilter;
    private readonly KeyCache? _keys;
    private readonly Lazy<BloomFilter?> _filter;
    private readonly Lazy<PartitionIndex> _index;
    private readonly Stack<CursorMemory> _idle = new();
    private readonly Lock _idleLock = new();
    private ReferenceCount _references = new();
    private int _disposed;

    private SSTable(IFileSystem files, SSTableDescriptor descriptor, SSTableOptions options, IReadOnlyList<SSTableComponent> components)
    {
        _files = files;
        _usesFilter = options.UseFilter;
        Descriptor = descriptor;
        Components = components;
        Cache = options.Cache;
        Statistics = SSTableStatistics.Read(files, Require(SSTableComponent.Statistics), descriptor.Version);
        string statisticsPath = descriptor.PathOf(SSTableComponent.Statistics);
        Partitioner = Partitioner.FromClassName(Statistics.Validation.Partitioner, HeaderSchema.KeyType(Statistics.Header), statisticsPath);
        _filter = new Lazy<BloomFilter?>(() => Has(SSTableComponent.Filter)
            ? BloomFilter.Read(files, descriptor.PathOf(SSTableComponent.Filter), descriptor.Version)
            : null);
        _index = new Lazy<PartitionIndex>(OpenIndex);
        DataFile = OpenData(options);
        bool opened = false;
        try
        {
            (Table, Layout) = options.Table is { } table ? (table, LayoutFor(table)) : FromHeader(options.Names);
            opened = true;
        }
        finally
        {
            if (!opened)
                DataFile.Dispose();
        }

        _keys = descriptor.Version.IsBti || !CachingOptions.KeepsKeys(Table.Options.Caching) ? null : Cache?.Keys;
        Comparator = new ClusteringComparator([.. Table.Clustering.Select(c => c.Type)], descriptor.Version.SortsEmptyReversedFirst);
    }

    /// <summary>Which SSTable.</summary>
    public SSTableDescriptor Descriptor { get; }

    /// <summary>The components that are there, those of every release first.</summary>
    public IReadOnlyList<SSTableComponent> Components { get; }

    /// <summary>Statistics.db.</summary>
    public SSTableStatistics Statistics { get; }

    /// <summary>CompressionInfo.db; null where the data is not compressed.</summary>
    public CompressionInfo? CompressionInfo { get; private set; }

    /// <summary>The table, which cells' columns refer to.</summary>
    public TableMetadata Table { get; }

    /// <summary>The partitioner that gave partitions their order.</summary>
    public Partitioner Partitioner { get; }

    /// <summary>Length of the data before compression, in bytes.</summary>
    public long DataLength => DataFile.Length;

    /// <summary>Length of Data.db as it is stored, in bytes.</summary>
    internal long StoredLength => DataFile.StoredLength;

    /// <summary>Rows, uncompressed.</summary>
    internal DataFile DataFile { get; }

    /// <summary>Layout of rows.</summary>
    internal RowLayout Layout { get; }

    /// <summary>Order of rows in this SSTable.</summary>
    internal ClusteringComparator Comparator { get; }

    /// <summary>Where point reads keep chunks.</summary>
    internal ChunkCache? Cache { get; }

    /// <summary>Where partitions are.</summary>
    internal PartitionIndex PartitionIndex => _index.Value;

    /// <summary>The bloom filter; null where there is none.</summary>
    internal BloomFilter? Filter => _filter.Value;

    /// <summary>Whether some partition may be so large that its row index is worth a look.</summary>
    internal bool HasLargePartitions => Statistics.Stats.PartitionSizes.Max > LargePartitionBytes;

    /// <summary>Whether some partition may be so large that reading it through the cache would throw out much else.</summary>
    internal bool HasHugePartitions => Statistics.Stats.PartitionSizes.Max > HugePartitionBytes;

    /// <summary>Opens an SSTable.</summary>
    /// <exception cref="StorageException">A component is missing or can't be read.</exception>
    /// <exception cref="CorruptDataException">A component does not decode.</exception>
    /// <exception cref="UnsupportedFormatException">It is encrypted, or of an unknown partitioner or type.</exception>
    public static SSTable Open(IFileSystem files, SSTableDescriptor descriptor, SSTableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(descriptor);
        IReadOnlyList<SSTableComponent> components = ListComponents(files, descriptor);
        return new SSTable(files, descriptor, options ?? SSTableOptions.Default, components);
    }

    /// <summary>The components of an SSTable that are there, those of every release first.</summary>
    public static IReadOnlyList<SSTableComponent> ListComponents(IFileSystem files, SSTableDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(descriptor);
        HashSet<SSTableComponent> present = [];
        foreach (string path in files.ListFiles(descriptor.Directory))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith(descriptor.FilePrefix, StringComparison.Ordinal) && !name.EndsWith(".tmp", StringComparison.Ordinal))
                present.Add(new SSTableComponent(name[descriptor.FilePrefix.Length..]));
        }

        return
        [
            .. SSTableComponent.Known.Where(present.Contains),
            .. present.Except(SSTableComponent.Known).OrderBy(c => c.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The components that TOC.txt lists, in its order; none where there is no such file.</summary>
    public IReadOnlyList<string> ReadToc() => Has(SSTableComponent.Toc) ? ReadToc(_files, Descriptor) : [];

    /// <summary>Whether a component is there.</summary>
    public bool Has(SSTableComponent component) => Components.Contains(component);

    /// <summary>False when a partition is certainly not in the SSTable, by its filter.</summary>
    public bool MightContain(ReadOnlySpan<byte> key) => !_usesFilter || _filter.Value is not { } filter || filter.MightContain(key);

    /// <inheritdoc/>
    public UnfilteredCursor Read(ReadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return TryRead(request) ?? throw new ObjectDisposedException(Descriptor.PathOf(SSTableComponent.Data));
    }

    /// <summary>Closes it, once the last cursor on it is disposed of.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
    }

    /// <summary>Opens a cursor; null when the SSTable has been closed. Its files stay open as long as the cursor.</summary>
    internal UnfilteredCursor? TryRead(ReadRequest request)
    {
        if (!TryAcquire())
            return null;
        CursorMemory? memory;
        lock (_idleLock)
            _ = _idle.TryPop(out memory);
        return new SSTableCursor(this, Layout, request, memory ?? new CursorMemory(Layout));
    }

    /// <summary>Keeps the files open until <see cref="Release"/>; false when they are closed already.</summary>
    internal bool TryAcquire() => _references.TryAdd();

    /// <summary>Gives back what <see cref="TryAcquire"/> took.</summary>
    internal void Release()
    {
        if (!_references.IsLastRemoved())
            return;
        DataFile.Dispose();
        if (_index.IsValueCreated)
            _index.Value.Dispose();
    }

    /// <summary>Opens what is otherwise opened when it is first needed, so that nothing is looked for once the files were deleted.</summary>
    internal void Preload()
    {
        _ = _index.Value;
        _ = _filter.Value;
    }

    /// <summary>The components that an SSTable's TOC.txt, which must be there, lists in its order.</summary>
    internal static string[] ReadToc(IFileSystem files, SSTableDescriptor descriptor)
    {
        const int longestToc = 1 << 20;
        string text = System.Text.Encoding.UTF8.GetString(files.ReadAll(descriptor.PathOf(SSTableComponent.Toc), longestToc));
        return text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Finds a partition.</summary>
    internal bool TryFind(Token token, ReadOnlySpan<byte> key, out PartitionEntry entry)
    {
        if (MightContain(key))
            return PartitionIndex.TryFind(token, key, out entry);
        entry = default;
        return false;
    }

    /// <summary>Finds a partition that is going to be read, and may be again: keys are looked up in the cache, and kept there.</summary>
    internal bool TryFindToRead(Token token, ReadOnlySpan<byte> key, out PartitionEntry entry)
    {
        if (_keys is null)
            return TryFind(token, key, out entry);
        if (_keys.TryGet(DataFile.Id, token, key, out entry))
            return true;
        if (!TryFind(token, key, out entry))
            return false;
        _keys.Add(DataFile.Id, token, key, entry);
        return true;
    }

    /// <summary>Takes back the memory of a cursor that has ended.</summary>
    internal void GiveBack(CursorMemory memory)
    {
        if (!ReferenceEquals(memory.Layout, Layout))
            return;
        lock (_idleLock)
        {
            if (_idle.Count < MostIdleMemories)
                _idle.Push(memory);
        }
    }

    /// <summary>Appends the partition key that stands at a position of the data file.</summary>
    internal void ReadKey(long dataPosition, BufferWriter key)
    {
        CursorMemory? memory;
        lock (_idleLock)
            _ = _idle.TryPop(out memory);
        memory ??= new CursorMemory(Layout);
        memory.Reader.Window.Open(DataFile, Cache);
        memory.Reader.Window.Seek(dataPosition);
        byte[] bytes = memory.Key;
        _ = memory.Reader.ReadPartitionHead(ref bytes, out int length);
        memory.Key = bytes;
        key.Write(bytes.AsSpan(0, length));
        memory.Reader.Window.Close();
        GiveBack(memory);
    }

    /// <summary>The clustering of the row that stands at a position of the data file; null for null values.</summary>
    /// <exception cref="CorruptDataException">There is no row.</exception>
    internal byte[]?[] ReadClustering(long dataPosition)
    {
        CursorMemory? memory;
        lock (_idleLock)
            _ = _idle.TryPop(out memory);
        memory ??= new CursorMemory(Layout);
        memory.Reader.Window.Open(DataFile, Cache);
        memory.Reader.Window.Seek(dataPosition);
        if (memory.Reader.Peek() != UnfilteredItem.Row || memory.Reader.IsStaticRow)
            throw new CorruptDataException(Descriptor.PathOf(SSTableComponent.Data), dataPosition, "a row is expected here.");
        ClusteringView clustering = memory.Reader.Clustering;
        byte[]?[] values = new byte[]?[clustering.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = clustering.IsNull(i) ? null : clustering[i].ToArray();
        memory.Reader.Window.Close();
        GiveBack(memory);
        return values;
    }

    private string Require(SSTableComponent component) => Has(component)
        ? Descriptor.PathOf(component)
        : throw new StorageException(Descriptor.PathOf(component), $"the component is missing; of this SSTable there are {(Components.Count == 0 ? "no files" : string.Join(", ", Components))}.");

    private DataFile OpenData(SSTableOptions options)
    {
        string path = Require(SSTableComponent.Data);
        if (Has(SSTableComponent.CompressionInfo))
            CompressionInfo = CompressionInfo.Read(_files, Descriptor.PathOf(SSTableComponent.CompressionInfo), Descriptor.Version);
        else if (Statistics.Stats.CompressionRatio != StatsMetadata.NoCompressionRatio)
            _ = Require(SSTableComponent.CompressionInfo);

        IReadableFile file = _files.OpenRead(path);
        bool opened = false;
        try
        {
            if (file.Length == 0)
                throw new CorruptDataException(path, -1, "is empty.");
            string? crc = Has(SSTableComponent.Crc) && options.CrcCheckChance > 0 ? Descriptor.PathOf(SSTableComponent.Crc) : null;
            DataFile data = CompressionInfo is { } info
                ? new CompressedDataFile(file, info, options.CrcCheckChance)
                : PlainDataFile.Open(_files, file, crc, options.CrcCheckChance);
            opened = true;
            return data;
        }
        finally
        {
            if (!opened)
                file.Dispose();
        }
    }

    private RowLayout LayoutFor(TableMetadata table) =>
        RowLayout.Create(Descriptor.Version, Statistics.Header, table, Descriptor.PathOf(SSTableComponent.Statistics));

    /// <summary>
    /// The table as the header has it. Where the header leaves open whether user types are frozen, the first rows tell: their lengths
    /// fit one reading of them only.
    /// </summary>
    private (TableMetadata Table, RowLayout Layout) FromHeader(TableMetadata? names)
    {
        TableMetadata table = HeaderSchema.ToTable(Statistics.Header, Descriptor, Partitioner, names);
        RowLayout layout = LayoutFor(table);
        if (Descriptor.Version.HasMetadataChecksum || !Statistics.Header.HasBareUserTypes || FirstRowsFit(layout))
            return (table, layout);
        TableMetadata frozen = HeaderSchema.ToTable(Statistics.Header.WithFrozenUserTypes(), Descriptor, Partitioner, names);
        RowLayout frozenLayout = LayoutFor(frozen);
        return FirstRowsFit(frozenLayout) ? (frozen, frozenLayout) : (table, layout);
    }

    private bool FirstRowsFit(RowLayout layout)
    {
        try
        {
            _ = TryAcquire();
            using SSTableCursor cursor = new(this, layout, ReadRequest.All, new CursorMemory(layout));
            int rows = 0;
            while (rows < RowsToTell && cursor.MoveToNextPartition())
            {
                rows++;
                while (rows < RowsToTell && cursor.MoveToNextUnfiltered())
                    rows++;
            }

            return true;
        }
        catch (CorruptDataException)
        {
            return false;
        }
    }

    private PartitionIndex OpenIndex()
    {
        if (!Descriptor.Version.IsBti)
            return BigPartitionIndex.Open(_files, this, Require(SSTableComponent.Index));

        IReadableFile? rows = _files.OpenRead(Require(SSTableComponent.Rows));
        IReadableFile? partitions = null;
        try
        {
            partitions = _files.OpenRead(Require(SSTableComponent.Partitions));
            PageCache pages = Cache?.TriePages ?? new PageCache(OwnPagesBytes);
            (IReadableFile ownedPartitions, IReadableFile ownedRows) = (partitions, rows);
            partitions = null;
            rows = null;
            return new BtiPartitionIndex(ownedPartitions, ownedRows, Partitioner, Comparator, DataLength, ReadKey, pages);
        }
        finally
        {
            partitions?.Dispose();
            rows?.Dispose();
        }
    }
}
