using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>How a shard of a counter merges with another one of the same id.</summary>
public enum CounterShardKind
{
    /// <summary>Of another node, before 2.1: the higher clock wins.</summary>
    Remote,

    /// <summary>Of the node itself, before 2.1: a difference, which adds up.</summary>
    Local,

    /// <summary>Of 2.1 and later: the higher clock wins, and it wins over the others.</summary>
    Global,
}

/// <summary>A node's part of a counter.</summary>
/// <param name="Id">The node's counter id.</param>
/// <param name="Clock">Counts the node's changes.</param>
/// <param name="Count">The sum of the node's changes.</param>
/// <param name="Kind">How it merges.</param>
public readonly record struct CounterShard(Guid Id, long Clock, long Count, CounterShardKind Kind);

/// <summary>How one context compares to another.</summary>
public enum CounterRelationship
{
    /// <summary>They are the same.</summary>
    Equal,

    /// <summary>The left one has all that the right one has, and more.</summary>
    GreaterThan,

    /// <summary>The right one has all that the left one has, and more.</summary>
    LessThan,

    /// <summary>Each has something that the other lacks.</summary>
    Disjoint,
}

/// <summary>What the cell of a counter holds: shards in the order of their ids, of which the global and local ones are listed ahead.</summary>
/// <remarks>
/// <code>
/// header   count(2)                    of entries; negative where local shards are to be forgotten
///          index(2) * count            of a local shard; of a global one minus 32768
/// shards   id(16) clock(8) count(8)    each
/// </code>
/// Source: org/apache/cassandra/db/context/CounterContext.java.
/// </remarks>
public readonly ref struct CounterContext
{
    private const int HeaderEntry = 2;
    private const int ShardLength = 32;
    private const int ClockOffset = 16;
    private const int CountOffset = 24;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _headerLength;

    /// <summary>Reads a context.</summary>
    /// <exception cref="Errors.InvalidQueryException">The length is not one of a context.</exception>
    public CounterContext(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderEntry)
            MarshalError.Throw("Invalid size for a counter context");
        _bytes = bytes;
        _headerLength = HeaderEntry + (Math.Abs((int)BinaryPrimitives.ReadInt16BigEndian(bytes)) * HeaderEntry);
        if (bytes.Length < _headerLength || (bytes.Length - _headerLength) % ShardLength != 0)
            MarshalError.Throw("Invalid size for a counter context");
    }

    /// <summary>Number of shards.</summary>
    public int Count => (_bytes.Length - _headerLength) / ShardLength;

    /// <summary>The counter's value: the sum of all shards.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            for (int offset = _headerLength; offset < _bytes.Length; offset += ShardLength)
                total = unchecked(total + BinaryPrimitives.ReadInt64BigEndian(_bytes[(offset + CountOffset)..]));
            return total;
        }
    }

    /// <summary>Whether local shards are to be turned into remote ones, as in SSTables that were streamed from another node.</summary>
    public bool ShouldClearLocal => BinaryPrimitives.ReadInt16BigEndian(_bytes) < 0;

    /// <summary>Whether a shard is of the kinds before 2.1.</summary>
    public bool HasLegacyShards
    {
        get
        {
            foreach (CounterShard shard in this)
            {
                if (shard.Kind != CounterShardKind.Global)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Goes over the shards.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Appends a context of one global shard, which is what an increment leaves.</summary>
    public static void WriteGlobal(Guid id, long clock, long count, BufferWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ContextBuilder builder = new(output, 1);
        builder.Add(new CounterShard(id, clock, count, CounterShardKind.Global));
    }

    /// <summary>Appends the context of a difference that is yet to be added to what is stored. Differences that meet add up; they are never stored.</summary>
    internal static void WriteDifference(long difference, BufferWriter output)
    {
        ContextBuilder builder = new(output, 1);
        builder.Add(new CounterShard(Guid.Empty, 1, difference, CounterShardKind.Local));
    }

    /// <summary>The clock and count of a node's shard; 0 where it has none.</summary>
    internal (long Clock, long Count) Of(Guid id)
    {
        foreach (CounterShard shard in this)
        {
            if (shard.Id == id)
                return (shard.Clock, shard.Count);
        }

        return default;
    }

    /// <summary>Whether one context has all that another has. Shards that differ in count alone are disjoint.</summary>
    public static CounterRelationship Diff(CounterContext left, CounterContext right)
    {
        bool leftHasMore = false;
        bool rightHasMore = false;
        Enumerator l = left.GetEnumerator();
        Enumerator r = right.GetEnumerator();
        bool hasLeft = l.MoveNext();
        bool hasRight = r.MoveNext();
        while (hasLeft && hasRight)
        {
            int byId = l.IdBytes.SequenceCompareTo(r.IdBytes);
            if (byId == 0)
            {
                CounterShard a = l.Current;
                CounterShard b = r.Current;
                if (a.Clock == b.Clock)
                {
                    if (a.Count != b.Count)
                        return CounterRelationship.Disjoint;
                }
                else if ((a.Clock >= 0 && b.Clock > 0 && a.Clock > b.Clock) || (a.Clock < 0 && (b.Clock > 0 || a.Clock < b.Clock)))
                {
                    leftHasMore = true;
                }
                else
                {
                    rightHasMore = true;
                }
            }
            else if (byId > 0)
            {
                rightHasMore = true;
            }
            else
            {
                leftHasMore = true;
            }

            if (byId <= 0)
                hasLeft = l.MoveNext();
            if (byId >= 0)
                hasRight = r.MoveNext();
        }

        leftHasMore |= hasLeft;
        rightHasMore |= hasRight;
        return leftHasMore
            ? rightHasMore ? CounterRelationship.Disjoint : CounterRelationship.GreaterThan
            : rightHasMore ? CounterRelationship.LessThan : CounterRelationship.Equal;
    }

    /// <summary>Appends the merge of two contexts: one shard for each id.</summary>
    public static void Merge(CounterContext left, CounterContext right, BufferWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        int headers = 0;
        bool leftSuffices = true;
        bool rightSuffices = true;
        foreach (MergeStep step in new MergeSteps(left, right))
        {
            leftSuffices &= step.LeftSuffices;
            rightSuffices &= step.RightSuffices;
            if (step.IsListed)
                headers++;
        }

        if (leftSuffices || rightSuffices)
        {
            output.Write(leftSuffices ? left._bytes : right._bytes);
            return;
        }

        ContextBuilder builder = new(output, headers);
        foreach (MergeStep step in new MergeSteps(left, right))
            builder.Add(step.Result);
    }

    /// <summary>Appends the context with its local shards made remote ones.</summary>
    public void WriteWithoutLocal(BufferWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        int globals = 0;
        int listed = 0;
        foreach (CounterShard shard in this)
        {
            globals += shard.Kind == CounterShardKind.Global ? 1 : 0;
            listed += shard.Kind != CounterShardKind.Remote ? 1 : 0;
        }

        if (globals == listed)
        {
            output.Write(_bytes);
            return;
        }

        ContextBuilder builder = new(output, globals);
        foreach (CounterShard shard in this)
            builder.Add(shard.Kind == CounterShardKind.Local ? shard with { Kind = CounterShardKind.Remote } : shard);
    }

    /// <summary>Appends the context as Cassandra prints it: <c>[{id, clock, count}$,...]</c>, <c>$</c> for global and <c>*</c> for local shards.</summary>
    public void WriteText(BufferWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteByte((byte)'[');
        bool first = true;
        foreach (CounterShard shard in this)
        {
            if (!first)
                output.WriteByte((byte)',');
            first = false;
            output.WriteByte((byte)'{');
            output.WriteFormatted(shard.Id);
            output.Write(", "u8);
            output.WriteFormatted(shard.Clock);
            output.Write(", "u8);
            output.WriteFormatted(shard.Count);
            output.WriteByte((byte)'}');
            if (shard.Kind == CounterShardKind.Global)
                output.WriteByte((byte)'$');
            else if (shard.Kind == CounterShardKind.Local)
                output.WriteByte((byte)'*');
        }

        output.WriteByte((byte)']');
    }

    /// <summary>Which of two shards of one id is kept: greater for the left one, equal for either, disjoint for the sum of both.</summary>
    private static CounterRelationship Compare(in CounterShard left, in CounterShard right)
    {
        if (left.Kind == CounterShardKind.Local && right.Kind == CounterShardKind.Local)
            return CounterRelationship.Disjoint;
        if (left.Kind != right.Kind)
            return left.Kind > right.Kind ? CounterRelationship.GreaterThan : CounterRelationship.LessThan;
        if (left.Clock == right.Clock)
        {
            // Never made by a sound node; the higher count heals it, as in Cassandra.
            return left.Count > right.Count ? CounterRelationship.GreaterThan
                : left.Count == right.Count ? CounterRelationship.Equal : CounterRelationship.LessThan;
        }

        bool leftIsLater = left.Kind == CounterShardKind.Global
            ? left.Clock > right.Clock
            : (left.Clock >= 0 && right.Clock > 0 && left.Clock >= right.Clock) || (left.Clock < 0 && (right.Clock > 0 || left.Clock < right.Clock));
        return leftIsLater ? CounterRelationship.GreaterThan : CounterRelationship.LessThan;
    }

    /// <summary>Goes over the shards of a context.</summary>
    public ref struct Enumerator
    {
        private readonly CounterContext _context;
        private int _index;
        private int _header;

        internal Enumerator(CounterContext context)
        {
            _context = context;
            _index = -1;
            _header = HeaderEntry;
        }

        /// <summary>The shard.</summary>
        public CounterShard Current { get; private set; }

        /// <summary>The shard's id as it is stored; ids are ordered by these bytes.</summary>
        internal readonly ReadOnlySpan<byte> IdBytes => _context._bytes.Slice(_context._headerLength + (_index * ShardLength), ClockOffset);

        /// <summary>Goes to the next shard.</summary>
        public bool MoveNext()
        {
            if (++_index >= _context.Count)
                return false;
            ReadOnlySpan<byte> shard = _context._bytes.Slice(_context._headerLength + (_index * ShardLength), ShardLength);
            CounterShardKind kind = CounterShardKind.Remote;
            if (_header < _context._headerLength)
            {
                int entry = BinaryPrimitives.ReadInt16BigEndian(_context._bytes[_header..]);
                kind = entry == _index + short.MinValue ? CounterShardKind.Global : entry == _index ? CounterShardKind.Local : CounterShardKind.Remote;
                if (kind != CounterShardKind.Remote)
                    _header += HeaderEntry;
            }

            Current = new CounterShard(
                new Guid(shard[..ClockOffset], bigEndian: true),
                BinaryPrimitives.ReadInt64BigEndian(shard[ClockOffset..]),
                BinaryPrimitives.ReadInt64BigEndian(shard[CountOffset..]),
                kind);
            return true;
        }
    }

    /// <summary>One id of a merge: the shard that stays, and whether it is what each side has already.</summary>
    private readonly record struct MergeStep(CounterShard Result, bool LeftSuffices, bool RightSuffices, bool IsListed);

    private ref struct MergeSteps
    {
        private Enumerator _left;
        private Enumerator _right;
        private bool _hasLeft;
        private bool _hasRight;

        public MergeSteps(CounterContext left, CounterContext right)
        {
            _left = left.GetEnumerator();
            _right = right.GetEnumerator();
            _hasLeft = _left.MoveNext();
            _hasRight = _right.MoveNext();
        }

        public MergeStep Current { get; private set; }

        public readonly MergeSteps GetEnumerator() => this;

        public bool MoveNext()
        {
            if (!_hasLeft && !_hasRight)
                return false;
            int byId = !_hasLeft ? 1 : !_hasRight ? -1 : _left.IdBytes.SequenceCompareTo(_right.IdBytes);
            if (byId != 0)
            {
                CounterShard only = byId < 0 ? _left.Current : _right.Current;
                Current = new MergeStep(only, byId < 0, byId > 0, only.Kind != CounterShardKind.Remote);
            }
            else
            {
                CounterShard left = _left.Current;
                CounterShard right = _right.Current;
                CounterRelationship relationship = Compare(left, right);
                CounterShard result = relationship switch
                {
                    CounterRelationship.Disjoint => left with { Clock = unchecked(left.Clock + right.Clock), Count = unchecked(left.Count + right.Count) },
                    CounterRelationship.GreaterThan => left,
                    _ => right,
                };
                Current = new MergeStep(
                    result,
                    relationship is CounterRelationship.Equal or CounterRelationship.GreaterThan,
                    relationship is CounterRelationship.Equal or CounterRelationship.LessThan,
                    result.Kind != CounterShardKind.Remote);
            }

            if (byId <= 0)
                _hasLeft = _left.MoveNext();
            if (byId >= 0)
                _hasRight = _right.MoveNext();
            return true;
        }
    }

    /// <summary>Writes a context whose number of header entries is known ahead.</summary>
    private ref struct ContextBuilder
    {
        private readonly BufferWriter _output;
        private int _header;
        private int _index;

        public ContextBuilder(BufferWriter output, int headers)
        {
            _output = output;
            output.WriteUInt16((ushort)headers);
            _header = output.Length;
            for (int i = 0; i < headers; i++)
                output.WriteUInt16(0);
        }

        public void Add(in CounterShard shard)
        {
            shard.Id.TryWriteBytes(_output.GetSpan(ClockOffset), bigEndian: true, out int written);
            _output.Advance(written);
            _output.WriteInt64(shard.Clock);
            _output.WriteInt64(shard.Count);
            if (shard.Kind != CounterShardKind.Remote)
            {
                BinaryPrimitives.WriteInt16BigEndian(_output.Patch(_header, HeaderEntry), (short)(shard.Kind == CounterShardKind.Global ? _index + short.MinValue : _index));
                _header += HeaderEntry;
            }

            _index++;
        }
    }
}
