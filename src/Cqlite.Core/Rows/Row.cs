using System.Runtime.CompilerServices;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Rows;

/// <summary>
/// A row: clustering, liveness, deletions and cells, flat in reusable arrays whose values are slices of <see cref="Buffer"/>.
/// A cursor refills one instance for every row it comes to, so that a scan allocates nothing per row or cell; what must
/// outlive the cursor's next step is copied (<see cref="CopyFrom"/>).
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/{Row,BTreeRow}.java.</remarks>
public sealed class Row
{
    private Slice[] _clustering = new Slice[4];
    private Cell[] _cells = new Cell[16];
    private ComplexDeletion[] _complexDeletions = [];
    private int _clusteringCount;
    private int _cellCount;
    private int _complexDeletionCount;
    private BufferWriter? _arena;

    /// <summary>The bytes that slices point into. A decoder lends its window here; a merged or stored row owns an arena.</summary>
    public byte[] Buffer { get; internal set; } = [];

    /// <summary>Whether this is the partition's static row (cells then name static columns).</summary>
    public bool IsStatic { get; internal set; }

    /// <summary>The primary key's liveness.</summary>
    public Liveness Liveness { get; internal set; } = Liveness.None;

    /// <summary>The row's deletion.</summary>
    public DeletionTime Deletion { get; internal set; } = DeletionTime.Live;

    /// <summary>Whether the deletion is shadowable: void once a newer liveness is written (views of 3.x).</summary>
    public bool IsDeletionShadowable { get; internal set; }

    /// <summary>Offset of the row in the uncompressed data file, for tools; -1 where there is none.</summary>
    public long FilePosition { get; internal set; } = -1;

    /// <summary>The clustering's values.</summary>
    public ReadOnlySpan<Slice> ClusteringSlices => _clustering.AsSpan(0, _clusteringCount);

    /// <summary>The cells, by column, then by path.</summary>
    public ReadOnlySpan<Cell> Cells => _cells.AsSpan(0, _cellCount);

    /// <summary>The deletions of whole multi-cell columns, by column.</summary>
    public ReadOnlySpan<ComplexDeletion> ComplexDeletions => _complexDeletions.AsSpan(0, _complexDeletionCount);

    /// <summary>The clustering as a view.</summary>
    public ClusteringView Clustering => new(IsStatic ? ClusteringKind.Static : ClusteringKind.Clustering, Buffer, ClusteringSlices);

    /// <summary>Whether nothing is in it: no liveness, no deletion, no cell.</summary>
    public bool IsEmpty => Liveness.IsEmpty && Deletion.IsLive && _cellCount == 0 && _complexDeletionCount == 0;

    /// <summary>Whether the row is there at a moment, by its own liveness or by that of a cell.</summary>
    internal bool IsLive(long nowSeconds) => Liveness.IsLive(nowSeconds) || HasLiveCell(nowSeconds);

    /// <summary>Whether any cell is there at a moment.</summary>
    internal bool HasLiveCell(long nowSeconds)
    {
        foreach (ref readonly Cell cell in Cells)
        {
            if (cell.IsLive(nowSeconds))
                return true;
        }

        return false;
    }

    /// <summary>The bytes of a slice; empty also for null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(Slice slice) => slice.Length <= 0 ? default : Buffer.AsSpan(slice.Offset, slice.Length);

    /// <summary>A cell's value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Value(in Cell cell) => Bytes(cell.Value);

    /// <summary>A cell's path.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Path(in Cell cell) => Bytes(cell.Path);

    /// <summary>Cells that can be changed in place, such as by a merge that drops some.</summary>
    internal Span<Cell> MutableCells => _cells.AsSpan(0, _cellCount);

    /// <summary>Empties the row, keeping its memory.</summary>
    internal void Reset(bool isStatic)
    {
        IsStatic = isStatic;
        Liveness = Liveness.None;
        Deletion = DeletionTime.Live;
        IsDeletionShadowable = false;
        FilePosition = -1;
        _clusteringCount = 0;
        _cellCount = 0;
        _complexDeletionCount = 0;
    }

    /// <summary>Empties the row and gives it a buffer of its own, which <see cref="Store"/> fills.</summary>
    internal BufferWriter ResetToArena(bool isStatic)
    {
        Reset(isStatic);
        _arena ??= new BufferWriter();
        _arena.Clear();
        Buffer = _arena.Array;
        return _arena;
    }

    /// <summary>Copies bytes into the row's own buffer. Slices made before stay right.</summary>
    internal Slice Store(ReadOnlySpan<byte> bytes)
    {
        int offset = _arena!.Length;
        _arena.Write(bytes);
        Buffer = _arena.Array;
        return new Slice(offset, bytes.Length);
    }

    /// <summary>Appends what two counter contexts make together to the row's own buffer.</summary>
    internal Slice StoreMergedCounters(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int offset = _arena!.Length;
        CounterContext.Merge(new CounterContext(left), new CounterContext(right), _arena);
        Buffer = _arena.Array;
        return new Slice(offset, _arena.Length - offset);
    }

    /// <summary>Appends the context of a counter's difference to the row's own buffer.</summary>
    internal Slice StoreDifference(long difference)
    {
        int offset = _arena!.Length;
        CounterContext.WriteDifference(difference, _arena);
        Buffer = _arena.Array;
        return new Slice(offset, _arena.Length - offset);
    }

    /// <summary>Appends the context of a counter that one node alone has counted to the row's own buffer.</summary>
    internal Slice StoreCounter(Guid id, long clock, long count)
    {
        int offset = _arena!.Length;
        CounterContext.WriteGlobal(id, clock, count, _arena);
        Buffer = _arena.Array;
        return new Slice(offset, _arena.Length - offset);
    }

    /// <summary>Appends a clustering value.</summary>
    internal void AddClustering(Slice slice)
    {
        if (_clusteringCount == _clustering.Length)
            Array.Resize(ref _clustering, _clustering.Length * 2);
        _clustering[_clusteringCount++] = slice;
    }

    /// <summary>Replaces the clustering's values.</summary>
    internal void SetClustering(ReadOnlySpan<Slice> slices)
    {
        if (slices.Length > _clustering.Length)
            _clustering = new Slice[slices.Length];
        slices.CopyTo(_clustering);
        _clusteringCount = slices.Length;
    }

    /// <summary>Room for so many cells in total, for a decoder that fills them all at once and then calls <see cref="TruncateCells"/>.</summary>
    internal Span<Cell> ReserveCells(int count)
    {
        if (count > _cells.Length)
            Array.Resize(ref _cells, Math.Max(count, _cells.Length * 2));
        return _cells;
    }

    /// <summary>Appends a cell and returns it to be filled; its content is undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref Cell AddCell()
    {
        if (_cellCount == _cells.Length)
            GrowCells();
        return ref _cells[_cellCount++];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GrowCells() => Array.Resize(ref _cells, _cells.Length * 2);

    /// <summary>Sets the number of cells: drops those after it, or counts those that were filled by way of <see cref="ReserveCells"/>.</summary>
    internal void TruncateCells(int count) => _cellCount = count;

    /// <summary>Appends the deletion of a whole column.</summary>
    internal void AddComplexDeletion(ComplexDeletion deletion)
    {
        if (_complexDeletionCount == _complexDeletions.Length)
            Array.Resize(ref _complexDeletions, Math.Max(4, _complexDeletions.Length * 2));
        _complexDeletions[_complexDeletionCount++] = deletion;
    }

    /// <summary>Drops the complex deletions after a number of them.</summary>
    internal void TruncateComplexDeletions(int count) => _complexDeletionCount = count;

    /// <summary>Makes this row an independent copy of another one.</summary>
    internal void CopyFrom(Row other)
    {
        ResetToArena(other.IsStatic);
        Liveness = other.Liveness;
        Deletion = other.Deletion;
        IsDeletionShadowable = other.IsDeletionShadowable;
        FilePosition = other.FilePosition;
        foreach (Slice slice in other.ClusteringSlices)
            AddClustering(slice.IsNull ? Slice.Null : Store(other.Bytes(slice)));
        foreach (ref readonly Cell cell in other.Cells)
            CopyCell(other, cell);
        foreach (ComplexDeletion deletion in other.ComplexDeletions)
            AddComplexDeletion(deletion);
    }

    /// <summary>Appends a copy of another row's cell, bytes included.</summary>
    internal void CopyCell(Row other, in Cell cell)
    {
        Slice value = Store(other.Value(cell));
        Slice path = cell.Path.IsNull ? Slice.Null : Store(other.Path(cell));
        ref Cell copy = ref AddCell();
        copy = cell;
        copy.Value = value;
        copy.Path = path;
    }
}
