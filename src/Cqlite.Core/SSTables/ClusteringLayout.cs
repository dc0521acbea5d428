using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables;

/// <summary>How clusterings and range ends are stored, as the types of the serialization header decide.</summary>
/// <remarks>
/// <code>
/// row's clustering       values of all clustering columns
/// range end              kind (byte), number of values (short), values
/// prefix (in indexes)    kind (byte); 4 is a clustering and is followed by its values, others by number and values
/// values                 for each 32 of them: vint with two bits each, 1 empty, 2 null; then the others' bytes
/// bytes                  as they are where the type has a fixed length, else preceded by a vint length
/// </code>
/// Source: org/apache/cassandra/db/{ClusteringPrefix,ClusteringBoundOrBoundary}.java.
/// </remarks>
internal sealed class ClusteringLayout
{
    private const int BatchSize = 32;
    private readonly int[] _fixedLengths;

    /// <summary>Takes the lengths from the header's clustering types.</summary>
    public ClusteringLayout(IReadOnlyList<CqlType> types) => _fixedLengths = [.. types.Select(t => t.FixedLength)];

    /// <summary>Number of clustering columns.</summary>
    public int Count => _fixedLengths.Length;

    /// <summary>Length of each column's values, or -1 where a length is stored.</summary>
    public ReadOnlySpan<int> FixedLengths => _fixedLengths;

    /// <summary>Reads a prefix; its slices point into the reader's span.</summary>
    /// <param name="reader">Stands at the kind.</param>
    /// <param name="values">Receives the values; as long as there are clustering columns.</param>
    /// <param name="count">How many there are.</param>
    public ClusteringKind ReadPrefix(ref SpanReader reader, Span<Slice> values, out int count)
    {
        int kind = reader.ReadByte();
        if (kind > (int)ClusteringKind.ExclusiveStart || kind == (int)ClusteringKind.Static)
            reader.Throw($"{kind} is no kind of clustering prefix.");
        count = (ClusteringKind)kind == ClusteringKind.Clustering ? Count : ReadCount(ref reader);
        ReadValues(ref reader, values[..count]);
        return (ClusteringKind)kind;
    }

    /// <summary>Reads a range end that owns its bytes.</summary>
    public ClusteringBound ReadBound(ref SpanReader reader)
    {
        Slice[] slices = new Slice[Count];
        ReadOnlySpan<byte> rest = reader.Rest;
        int origin = reader.Position;
        ClusteringKind kind = ReadPrefix(ref reader, slices, out int count);
        byte[]?[] values = new byte[]?[count];
        for (int i = 0; i < count; i++)
            values[i] = slices[i].IsNull ? null : rest.Slice(slices[i].Offset - origin, slices[i].Length).ToArray();
        return new ClusteringBound(kind, values);
    }

    /// <summary>Writes a prefix: its kind, of a bound the number of values, and the values.</summary>
    public void WritePrefix(BufferWriter output, in ClusteringView prefix)
    {
        output.WriteByte((byte)prefix.Kind);
        if (prefix.Kind != ClusteringKind.Clustering)
            output.WriteUInt16((ushort)prefix.Count);
        WriteValues(output, prefix);
    }

    /// <summary>Writes the values of a row's clustering, or of a prefix.</summary>
    /// <exception cref="ArgumentException">There are too many, or one is not as long as its type says.</exception>
    public void WriteValues(BufferWriter output, in ClusteringView values)
    {
        int count = values.Count;
        if (count > Count || (count < Count && values.Kind == ClusteringKind.Clustering))
            throw new ArgumentException($"a clustering has {count} values; the table has {Count} clustering columns.", nameof(values));
        for (int start = 0; start < count; start += BatchSize)
        {
            int end = Math.Min(count, start + BatchSize);
            ulong states = 0;
            for (int i = start; i < end; i++)
            {
                ulong state = values.IsNull(i) ? 2UL : values[i].IsEmpty ? 1UL : 0;
                states |= state << (i % BatchSize * 2);
            }

            output.WriteUnsignedVInt(states);
            for (int i = start; i < end; i++)
            {
                ReadOnlySpan<byte> value = values[i];
                if (value.IsEmpty)
                    continue;
                int fixedLength = _fixedLengths[i];
                if (fixedLength < 0)
                    output.WriteUnsignedVInt((ulong)value.Length);
                else if (fixedLength != value.Length)
                    throw new ArgumentException($"clustering value {i} has {value.Length:N0} bytes; its type has {fixedLength}.", nameof(values));
                output.Write(value);
            }
        }
    }

    private int ReadCount(ref SpanReader reader)
    {
        int count = reader.ReadUInt16();
        if (count > Count)
            reader.Throw($"a clustering prefix has {count} values; the table has {Count} clustering columns.");
        return count;
    }

    /// <summary>Reads the values of a row's clustering, or of a prefix; the slices point into the reader's span.</summary>
    public void ReadValues(ref SpanReader reader, scoped Span<Slice> values)
    {
        ulong states = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (i % BatchSize == 0)
            {
                states = reader.ReadUnsignedVInt();
                int inBatch = values.Length - i;
                if (inBatch < BatchSize && states >> (inBatch * 2) != 0)
                    reader.Throw($"a clustering of {values.Length} values has a head of {states:x}, which is about more.");
            }

            uint state = (uint)(states >> (i % BatchSize * 2)) & 3;
            if (state != 0)
            {
                values[i] = state >= 2 ? Slice.Null : new Slice(reader.Position, 0);
                continue;
            }

            int length = _fixedLengths[i] >= 0 ? _fixedLengths[i] : reader.ReadUnsignedVInt32();
            values[i] = new Slice(reader.Position, length);
            reader.Skip(length);
        }
    }
}
