using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>
/// The vectors of one SSTable and, where they are many, the graphs by which near ones are found. Codes and links are read with the first search and stay in memory; the vectors
/// themselves are read one by one.
/// </summary>
/// <remarks>
/// <code>
/// root         vint vectors, vint segments; where there are any: vint links of a node, space, { vint offset, vint length } of each segment
/// space        vint elements, float32 step, float32 largest square, float32 mean of each element
/// record       float32 of each element, vint length + partition key, vint clustering values, { null:1, vint length + value } each
/// </code>
/// Each record is a block; segments are drawn on <see cref="VectorSegment"/>.
/// </remarks>
internal sealed class VectorIndex : IndexStructure
{
    private readonly ColumnIndex _index;
    private readonly int _connections;
    private readonly VectorSpace? _space;
    private readonly BlockRef[] _places = [];
    private readonly Lock _loading = new();
    private VectorSegment[]? _segments;

    /// <summary>Reads the root.</summary>
    /// <exception cref="Errors.CorruptDataException">It does not decode.</exception>
    public VectorIndex(IndexFile file, ColumnIndex index)
        : base(file)
    {
        _index = index;
        SpanReader reader = new(file.ReadBlock(file.Root), file.Path, file.Root.Offset);
        VectorCount = (long)reader.ReadUnsignedVInt();
        int segments = reader.ReadUnsignedVInt32();
        if (segments == 0)
            return;
        _connections = reader.ReadUnsignedVInt32();
        if (_connections is < 2 or > VectorIndexKind.MostConnections)
            reader.Throw($"{_connections:N0} links of a node are out of bounds.");
        _space = VectorSpace.Read(ref reader, index.Similarity);
        if (_space.Dimension != ((VectorType)index.Column.Type.Unreversed).Dimension)
            reader.Throw($"vectors of {_space.Dimension:N0} elements are not of the column's type.");
        _places = new BlockRef[reader.CheckCount(segments, 2)];
        for (int i = 0; i < segments; i++)
            _places[i] = BlockRef.Read(ref reader);
    }

    /// <summary>How many vectors the SSTable has.</summary>
    public long VectorCount { get; }

    /// <summary>Whether near vectors can be found here; else all are to be read.</summary>
    public bool HasGraph => _space is not null;

    /// <summary>Finds rows whose vectors are near to one.</summary>
    /// <param name="target">The vector.</param>
    /// <param name="width">How many are kept while a graph is walked.</param>
    /// <param name="count">How many are found in each graph.</param>
    /// <param name="found">Where they are added, as alike as they are.</param>
    /// <exception cref="Errors.CorruptDataException">The file is damaged.</exception>
    /// <exception cref="Errors.StorageException">The file can't be read.</exception>
    public void Find(ReadOnlySpan<float> target, int width, int count, List<NearCandidate> found)
    {
        VectorSegment[] segments = Segments();
        VectorSearchMemory memory = VectorSearchMemory.OfThread(_space!);
        target.CopyTo(memory.Vector);
        _space!.Query(memory.Vector, memory.Query);
        foreach (VectorSegment segment in segments)
        {
            segment.Find(memory.Query, width, memory.Search);
            int end = Math.Min(count, memory.Search.Count);
            for (int rank = 0; rank < end; rank++)
            {
                BlockRef place = segment.RecordOf(memory.Search.Node(rank));
                ReadOnlySpan<byte> record = File.ReadBlock(place, ref memory.Record);
                if (record.Length < _space.Dimension * sizeof(float))
                    throw new Errors.CorruptDataException(File.Path, place.Offset, $"a record of {record.Length:N0} bytes has no room for its vector.");
                VectorMath.Read(record[..(_space.Dimension * sizeof(float))], memory.Vector);
                found.Add(new NearCandidate(VectorMath.Compare(_index.Similarity, target, memory.Vector), this, place));
            }
        }
    }

    /// <summary>Which row a vector is of.</summary>
    /// <exception cref="Errors.CorruptDataException">The file is damaged.</exception>
    /// <exception cref="Errors.StorageException">The file can't be read.</exception>
    public RowLocation LocationOf(BlockRef record)
    {
        VectorSearchMemory memory = VectorSearchMemory.OfThread(_space!);
        SpanReader reader = new(File.ReadBlock(record, ref memory.Record), File.Path, record.Offset);
        reader.Skip(_space!.Dimension * sizeof(float));
        return RowLocation.Read(ref reader);
    }

    private VectorSegment[] Segments()
    {
        if (Volatile.Read(ref _segments) is { } segments)
            return segments;
        lock (_loading)
        {
            _segments ??= [.. _places.Select(p => VectorSegment.Read(File, p, _space!, _connections))];
            return _segments;
        }
    }
}
