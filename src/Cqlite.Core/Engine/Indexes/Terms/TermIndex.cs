using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Indexes.Stored;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>The terms of one index of one SSTable, and in which rows they are. The first terms of leaves are in memory, all else is read when it is asked for.</summary>
/// <remarks>
/// <code>
/// root        vint places in all, vint leaves, { vint length + first term, leaf (vint offset, vint length), vint places in it } each
/// leaf        { vint length + term, vint places, vint blocks, vint length + places where there are no blocks, else { vint offset, vint length } each } each
/// places      { vint step to the partition, vint row } each, in the order of the data; the first of a block steps from 0
///             row: offset from the partition, 0 for all of it; where the step is 0, and it is not the first, offset from the row before
/// </code>
/// Terms stand in the order of their type (<see cref="TermOrder"/>); offsets are of the uncompressed Data.db. Leaves end behind 4 KiB, blocks of places behind 32.
/// </remarks>
internal sealed class TermIndex : IndexStructure
{
    private const int ShortestLeafBytes = 4;
    private readonly TermOrder _order;
    private readonly Leaf[] _leaves;

    /// <summary>Reads the root.</summary>
    /// <exception cref="Errors.CorruptDataException">It does not decode.</exception>
    public TermIndex(IndexFile file, TermOrder order)
        : base(file)
    {
        _order = order;
        SpanReader reader = new(file.ReadBlock(file.Root), file.Path, file.Root.Offset);
        PlaceCount = (long)reader.ReadUnsignedVInt();
        _leaves = new Leaf[reader.CheckCount((long)reader.ReadUnsignedVInt(), ShortestLeafBytes)];
        for (int i = 0; i < _leaves.Length; i++)
            _leaves[i] = new Leaf(reader.ReadVIntBytes().ToArray(), BlockRef.Read(ref reader), (long)reader.ReadUnsignedVInt());
    }

    /// <summary>Number of places of all terms.</summary>
    public long PlaceCount { get; }

    /// <summary>Finds the rows that have a term which is looked for.</summary>
    /// <param name="query">Which terms.</param>
    /// <param name="limit">How many places are worth finding.</param>
    /// <param name="places">Where they are added, in no order, some perhaps twice.</param>
    /// <returns>False when there are more.</returns>
    /// <exception cref="Errors.CorruptDataException">A block does not match its checksum, or does not decode.</exception>
    /// <exception cref="Errors.StorageException">The file can't be read.</exception>
    public bool TryFind(TermQuery query, int limit, List<RowPlace> places)
    {
        int first = FirstLeaf(query);
        if (query.Form is null or LikeForm.Prefix && CountWithin(query, first) > limit - places.Count)
            return false;
        for (int i = first; i < _leaves.Length; i++)
        {
            if (i > first && query.Place(_order, _leaves[i].FirstTerm) > 0)
                return true;
            SpanReader reader = new(File.ReadBlock(_leaves[i].Block), File.Path, _leaves[i].Block.Offset);
            while (reader.Remaining > 0)
            {
                ReadOnlySpan<byte> term = reader.ReadVIntBytes();
                long count = (long)reader.ReadUnsignedVInt();
                int place = query.Place(_order, term);
                if (place > 0)
                    return true;
                bool isWanted = place == 0 && query.Matches(_order, term);
                if (isWanted && count > limit - places.Count)
                    return false;
                ReadPlaces(ref reader, isWanted ? places : null);
            }
        }

        return true;
    }

    // The last leaf that begins before the bound: its last term may be the first one that is looked for.
    private int FirstLeaf(TermQuery query)
    {
        if (query.Lower is null)
            return 0;
        int low = 0;
        int high = _leaves.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_order.Compare(_leaves[middle].FirstTerm, query.Lower) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return Math.Max(0, low - 1);
    }

    // Of leaves that are wholly among what is looked for, the numbers are known without a look into them.
    private long CountWithin(TermQuery query, int first)
    {
        long count = 0;
        for (int i = first; i + 1 < _leaves.Length && query.Place(_order, _leaves[i + 1].FirstTerm) == 0; i++)
            count += query.Place(_order, _leaves[i].FirstTerm) == 0 ? _leaves[i].PlaceCount : 0;
        return count;
    }

    private void ReadPlaces(ref SpanReader reader, List<RowPlace>? places)
    {
        int blocks = reader.CheckCount((long)reader.ReadUnsignedVInt(), 2);
        if (blocks == 0)
        {
            long offset = reader.Offset;
            ReadOnlySpan<byte> bytes = reader.ReadVIntBytes();
            if (places is not null)
                ReadPlaces(new SpanReader(bytes, File.Path, offset), places);
        }

        for (int i = 0; i < blocks; i++)
        {
            BlockRef block = BlockRef.Read(ref reader);
            if (places is not null)
                ReadPlaces(new SpanReader(File.ReadBlock(block), File.Path, block.Offset), places);
        }
    }

    private static void ReadPlaces(SpanReader reader, List<RowPlace> places)
    {
        RowPlace last = default;
        bool isFirst = true;
        while (reader.Remaining > 0)
        {
            long step = (long)reader.ReadUnsignedVInt();
            long row = (long)reader.ReadUnsignedVInt();
            long partition = last.Partition + step;
            last = new RowPlace(partition, step == 0 && !isFirst ? last.Row + row : partition + row);
            if (partition < 0 || last.Row < partition)
                reader.Throw($"a row at {last.Row:N0} of a partition at {partition:N0} can't be.");
            places.Add(last);
            isFirst = false;
        }
    }

    private readonly record struct Leaf(byte[] FirstTerm, BlockRef Block, long PlaceCount);
}
