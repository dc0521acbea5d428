using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Holds rows in memory, as many as its user sees fit, and brings them into the order of an SSTable. Rows lie flat in a few arrays, which
/// are kept for the next ones.
/// </summary>
internal sealed class RowSorter
{
    private const int EntryBytes = 128;
    private const int CellBytes = 40;
    private readonly Partitioner _partitioner;
    private readonly int _clusteringCount;
    private readonly BufferWriter _keys = new(64 * 1024);
    private readonly BufferWriter _bytes;
    private Cell[] _cells;
    private Slice[] _clusterings = new Slice[1024];
    private ComplexDeletion[] _deletions = new ComplexDeletion[1024];
    private Entry[] _entries = new Entry[1024];
    private int[] _order = [];
    private int _cellCount;
    private int _deletionCount;
    private EncodingStatsCollector _stats = new();

    /// <summary>Creates an empty sorter.</summary>
    /// <param name="table">The table.</param>
    /// <param name="expectedBytes">Bytes of memory that rows will take, so that large arrays need not grow by copies.</param>
    public RowSorter(TableMetadata table, int expectedBytes)
    {
        Table = table;
        _bytes = new BufferWriter(expectedBytes / 2);
        _cells = new Cell[Math.Max(16, expectedBytes / 2 / CellBytes)];
        _partitioner = table.Partitioner;
        _clusteringCount = table.Clustering.Count;
        Comparator = new ClusteringComparator(table);
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>Number of rows; a static row counts as one.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory that rows take, about.</summary>
    public long Bytes => (Count * (long)EntryBytes) + (_cellCount * (long)CellBytes) + _bytes.Length + _keys.Length;

    /// <summary>The smallest times.</summary>
    public EncodingStats Stats => _stats.Stats;

    /// <summary>The order of rows within a partition.</summary>
    public ClusteringComparator Comparator { get; }

    /// <summary>Adds a copy of a row, which has no deletion of its own.</summary>
    /// <param name="token">The key's token.</param>
    /// <param name="key">The partition key.</param>
    /// <param name="row">The row.</param>
    /// <param name="rowBytes">The beginning of the row's buffer, as far as values lie in it.</param>
    public void Add(Token token, ReadOnlySpan<byte> key, Row row, ReadOnlySpan<byte> rowBytes)
    {
        _stats.Add(row);
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        ref Entry entry = ref _entries[Count];
        entry.Token = token;
        entry.KeyLength = key.Length;
        if (Count > 0 && KeyAt(_entries[Count - 1]).SequenceEqual(key))
        {
            entry.KeyStart = _entries[Count - 1].KeyStart;
        }
        else
        {
            entry.KeyStart = _keys.Length;
            _keys.Write(key);
        }

        int origin = _bytes.Length;
        _bytes.Write(rowBytes);
        entry.IsStatic = row.IsStatic;
        entry.Liveness = row.Liveness;
        if (!row.IsStatic)
            AddClustering(row, origin);
        AddCells(ref entry, row, origin);
        entry.FirstDeletion = _deletionCount;
        entry.DeletionCount = row.ComplexDeletions.Length;
        EnsureRoom(ref _deletions, _deletionCount + entry.DeletionCount);
        row.ComplexDeletions.CopyTo(_deletions.AsSpan(_deletionCount));
        _deletionCount += entry.DeletionCount;
        Count++;
    }

    /// <summary>Brings rows into order: by partition, static rows first, then by clustering, then as added. Until then they stand as added.</summary>
    public void Sort()
    {
        if (_order.Length < Count)
            _order = new int[_entries.Length];
        Span<int> order = _order.AsSpan(0, Count);
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        order.Sort(Compare);
    }

    /// <summary>Index of the row that has a place in order.</summary>
    public int InOrder(int place) => _order[place];

    /// <summary>A row's token.</summary>
    public Token TokenOf(int index) => _entries[index].Token;

    /// <summary>A row's partition key.</summary>
    public ReadOnlySpan<byte> KeyOf(int index) => KeyAt(_entries[index]);

    /// <summary>Whether two rows are of one partition.</summary>
    public bool IsSamePartition(int left, int right) => _entries[left].KeyStart == _entries[right].KeyStart || KeyOf(left).SequenceEqual(KeyOf(right));

    /// <summary>Whether a row is a static one.</summary>
    public bool IsStatic(int index) => _entries[index].IsStatic;

    /// <summary>A row's clustering.</summary>
    public ClusteringView ClusteringOf(int index) =>
        new(ClusteringKind.Clustering, _bytes.WrittenSpan, _clusterings.AsSpan(index * _clusteringCount, _clusteringCount));

    /// <summary>Makes a row one of those held; valid until more are added.</summary>
    public void Fill(int index, Row row)
    {
        ref readonly Entry entry = ref _entries[index];
        row.Reset(entry.IsStatic);
        row.Buffer = _bytes.Array;
        row.Liveness = entry.Liveness;
        if (!entry.IsStatic)
            row.SetClustering(_clusterings.AsSpan(index * _clusteringCount, _clusteringCount));
        _cells.AsSpan(entry.FirstCell, entry.CellCount).CopyTo(row.ReserveCells(entry.CellCount));
        row.TruncateCells(entry.CellCount);
        foreach (ComplexDeletion deletion in _deletions.AsSpan(entry.FirstDeletion, entry.DeletionCount))
            row.AddComplexDeletion(deletion);
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        _keys.Clear();
        _bytes.Clear();
        _cellCount = 0;
        _deletionCount = 0;
        Count = 0;
        _stats = new EncodingStatsCollector();
    }

    private static void EnsureRoom<T>(ref T[] array, int count)
    {
        if (count > array.Length)
            Array.Resize(ref array, Math.Max(count, array.Length * 2));
    }

    private ReadOnlySpan<byte> KeyAt(in Entry entry) => _keys.WrittenSpan.Slice(entry.KeyStart, entry.KeyLength);

    private void AddClustering(Row row, int origin)
    {
        int first = Count * _clusteringCount;
        EnsureRoom(ref _clusterings, first + _clusteringCount);
        foreach (Slice value in row.ClusteringSlices)
            _clusterings[first++] = Moved(value, origin);
    }

    private void AddCells(ref Entry entry, Row row, int origin)
    {
        ReadOnlySpan<Cell> cells = row.Cells;
        entry.FirstCell = _cellCount;
        entry.CellCount = cells.Length;
        EnsureRoom(ref _cells, _cellCount + cells.Length);
        foreach (ref readonly Cell cell in cells)
        {
            ref Cell copy = ref _cells[_cellCount++];
            copy = cell;
            copy.Value = Moved(cell.Value, origin);
            copy.Path = Moved(cell.Path, origin);
        }
    }

    private static Slice Moved(Slice slice, int origin) => slice.IsNull ? slice : new Slice(slice.Offset + origin, slice.Length);

    private int Compare(int left, int right)
    {
        ref readonly Entry a = ref _entries[left];
        ref readonly Entry b = ref _entries[right];
        int order = a.KeyStart == b.KeyStart ? 0 : _partitioner.Compare(a.Token, KeyAt(a), b.Token, KeyAt(b));
        if (order == 0)
            order = b.IsStatic.CompareTo(a.IsStatic);
        if (order == 0 && !a.IsStatic)
            order = Comparator.Compare(ClusteringOf(left), ClusteringOf(right));
        return order != 0 ? order : left.CompareTo(right);
    }

    private struct Entry
    {
        public Token Token;
        public Liveness Liveness;
        public int KeyStart;
        public int KeyLength;
        public int FirstCell;
        public int CellCount;
        public int FirstDeletion;
        public int DeletionCount;
        public bool IsStatic;
    }
}
