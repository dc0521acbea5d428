using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// A node of a trie that is being written: its children are either written too, and known by their positions, or still held, with
/// the bytes that they will take.
/// </summary>
/// <remarks>
/// The type of a node follows from the longest pointer it needs. To written children that is a distance within the file; to others
/// it is the bytes between where the first of them will end up and this node.
/// Source: org/apache/cassandra/io/tries/{IncrementalTrieWriterPageAware,TrieNode}.java.
/// </remarks>
internal sealed class TrieBuildNode
{
    /// <summary>Places for children that a node keeps when it is used again: most have few.</summary>
    private const int MaxKeptPlaces = 8;

    private Place[] _children = [];

    /// <summary>The byte that leads here from the parent.</summary>
    public byte Byte { get; set; }

    /// <summary>Number of children.</summary>
    public int ChildCount { get; private set; }

    /// <summary>The payload; with no bits for none.</summary>
    public TriePayload Payload;

    /// <summary>Bytes that the unwritten nodes below this one take; an estimate while <see cref="HasWrittenBelow"/>.</summary>
    public int BranchBytes { get; set; }

    /// <summary>Bytes that the node and its payload take; an estimate while <see cref="HasWrittenChildren"/>.</summary>
    public int NodeBytes { get; set; }

    /// <summary>Whether a node below the children is written already, in another page.</summary>
    public bool HasWrittenBelow { get; set; }

    /// <summary>Whether a child is written already, in another page.</summary>
    public bool HasWrittenChildren { get; set; }

    /// <summary>Bytes of the node and of what is unwritten below it.</summary>
    public int TotalBytes => BranchBytes + NodeBytes;

    /// <summary>A child that is not written; null for one that is.</summary>
    public TrieBuildNode? Child(int index) => _children[index].Node;

    /// <summary>Appends a child, whose byte must be greater than those of the others.</summary>
    public void Add(TrieBuildNode child)
    {
        if (ChildCount == _children.Length)
            Array.Resize(ref _children, Math.Max(2, ChildCount * 2));
        _children[ChildCount++] = new Place { Node = child, Byte = child.Byte };
    }

    /// <summary>Notes that a child is written, and keeps no more of it than its position.</summary>
    public void SetWritten(int index, long position)
    {
        _children[index].Node = null;
        _children[index].Position = position;
    }

    /// <summary>Makes the node as good as new, to be used again. Its children are others' to reuse.</summary>
    public void Reset()
    {
        if (_children.Length > MaxKeptPlaces)
            _children = [];
        Array.Clear(_children);
        ChildCount = 0;
        Payload = default;
        BranchBytes = 0;
        NodeBytes = 0;
        HasWrittenBelow = false;
        HasWrittenChildren = false;
    }

    /// <summary>Bytes that the node and its payload take at a position.</summary>
    public int BytesAt(long position) => BytesOf(TypeAt(position)) + Payload.Length;

    /// <summary>Appends the node and its payload. All children must be written.</summary>
    public void Write(BufferWriter output, long position)
    {
        TrieNodeType type = TypeAt(position);
        int nodeBytes = BytesOf(type);
        Span<byte> bytes = output.GetSpan(nodeBytes + Payload.Length)[..nodeBytes];
        bytes.Clear();
        bytes[0] = (byte)(((int)type << 4) | Payload.Bits);
        switch (type)
        {
            case TrieNodeType.PayloadOnly:
                break;
            case TrieNodeType.SingleNoPayload4:
                bytes[0] |= (byte)Distance(0, position);
                bytes[1] = _children[0].Byte;
                break;
            case TrieNodeType.SingleNoPayload12:
                BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)((bytes[0] << 8) | (int)Distance(0, position)));
                bytes[2] = _children[0].Byte;
                break;
            case TrieNodeType.Single8 or TrieNodeType.Single16:
                bytes[1] = _children[0].Byte;
                WritePointer(bytes[2..], type, 0, Distance(0, position));
                break;
            case < TrieNodeType.Dense12:
                bytes[1] = (byte)ChildCount;
                for (int i = 0; i < ChildCount; i++)
                {
                    bytes[2 + i] = _children[i].Byte;
                    WritePointer(bytes[(2 + ChildCount)..], type, i, Distance(i, position));
                }

                break;
            default:
                byte first = _children[0].Byte;
                bytes[1] = first;
                bytes[2] = (byte)(_children[ChildCount - 1].Byte - first);
                for (int i = 0; i < ChildCount; i++)
                    WritePointer(bytes[3..], type, _children[i].Byte - first, Distance(i, position));
                break;
        }

        output.Advance(nodeBytes);
        output.Write(Payload.Bytes);
    }

    private static bool Fits(TrieNodeType type, long distance) => type.PointerBits() is var bits && (bits == 64 || distance < 1L << bits);

    private static void WritePointer(Span<byte> pointers, TrieNodeType type, int index, long distance)
    {
        int bits = type.PointerBits();
        if (bits != 12)
        {
            SizedInteger.Write(pointers.Slice(index * (bits >> 3), bits >> 3), distance);
        }
        else if ((index & 1) == 0)
        {
            Span<byte> at = pointers[((3 * index) >> 1)..];
            at[0] = (byte)(distance >> 4);
            at[1] |= (byte)(distance << 4);
        }
        else
        {
            Span<byte> at = pointers[((3 * index) >> 1)..];
            at[0] |= (byte)(distance >> 8);
            at[1] = (byte)distance;
        }
    }

    /// <summary>The type that suits the node at a position. Not all types are there in all sizes; the next larger one serves then.</summary>
    private TrieNodeType TypeAt(long position)
    {
        ReadOnlySpan<TrieNodeType> singles =
        [
            TrieNodeType.SingleNoPayload4, TrieNodeType.Single8, TrieNodeType.SingleNoPayload12, TrieNodeType.Single16,
            TrieNodeType.Dense24, TrieNodeType.Dense32, TrieNodeType.Dense40, TrieNodeType.Dense64,
        ];
        ReadOnlySpan<TrieNodeType> sparses =
        [
            TrieNodeType.Sparse8, TrieNodeType.Sparse8, TrieNodeType.Sparse12, TrieNodeType.Sparse16,
            TrieNodeType.Sparse24, TrieNodeType.Sparse40, TrieNodeType.Sparse40, TrieNodeType.Dense64,
        ];
        ReadOnlySpan<TrieNodeType> denses =
        [
            TrieNodeType.Dense12, TrieNodeType.Dense12, TrieNodeType.Dense12, TrieNodeType.Dense16,
            TrieNodeType.Dense24, TrieNodeType.Dense32, TrieNodeType.Dense40, TrieNodeType.Dense64,
        ];

        if (ChildCount == 0)
            return TrieNodeType.PayloadOnly;
        long distance = LongestDistance(position);
        int size = 0;
        while (!Fits(singles[size], distance))
            size++;
        if (ChildCount == 1)
            return Payload.Bits != 0 && !singles[size].AllowsPayload() ? singles[size + 1] : singles[size];
        return BytesOf(sparses[size]) < BytesOf(denses[size]) ? sparses[size] : denses[size];
    }

    private int BytesOf(TrieNodeType type) => type.NodeBytes(type.IsDense() ? _children[ChildCount - 1].Byte - _children[0].Byte + 1 : ChildCount);

    private long Distance(int child, long position) => position - _children[child].Position;

    private long LongestDistance(long position)
    {
        long longest = 0;
        bool isFirst = true;
        foreach (ref readonly Place child in _children.AsSpan(0, ChildCount))
        {
            if (child.Node is null)
            {
                longest = Math.Max(longest, position - child.Position);
            }
            else if (isFirst)
            {
                longest = Math.Max(longest, BranchBytes - child.Node.BranchBytes);
                isFirst = false;
            }
        }

        return longest;
    }

    /// <summary>A child, or where it is written.</summary>
    private struct Place
    {
        public TrieBuildNode? Node;
        public long Position;
        public byte Byte;
    }
}
