using System.Buffers.Binary;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Rows;

/// <summary>Partition keys as they are stored, and their columns.</summary>
/// <remarks>
/// Source: org/apache/cassandra/db/marshal/CompositeType.java.
/// <code>
/// one column:       value
/// several columns:  { length:2 value 00 } each
/// </code>
/// </remarks>
internal static class PartitionKeys
{
    /// <summary>The longest key, in bytes, that Cassandra stores.</summary>
    public const int MaxLength = ushort.MaxValue;

    /// <summary>The stored form of the values of the key's columns.</summary>
    public static byte[] Serialize(ReadOnlySpan<byte[]?> components)
    {
        if (components.Length == 1)
            return components[0]!;
        int length = 0;
        foreach (byte[]? component in components)
        {
            if (component!.Length > MaxLength)
                throw TooLong(component.Length);
            length += sizeof(ushort) + component.Length + 1;
        }

        byte[] key = new byte[length];
        Span<byte> rest = key;
        foreach (byte[]? component in components)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)component!.Length);
            component.CopyTo(rest[sizeof(ushort)..]);
            rest = rest[(sizeof(ushort) + component.Length + 1)..];
        }

        return key;
    }

    /// <summary>Refuses a key that can't exist.</summary>
    public static void Check(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            throw new InvalidQueryException("Key may not be empty");
        if (key.Length > MaxLength)
            throw TooLong(key.Length);
    }

    /// <summary>Finds the columns within a stored key.</summary>
    public static void Split(string table, ReadOnlySpan<byte> key, Span<Slice> components)
    {
        if (components.Length == 1)
        {
            components[0] = new Slice(0, key.Length);
            return;
        }

        int position = 0;
        for (int i = 0; i < components.Length; i++)
        {
            if (position + 2 > key.Length)
            {
                components[i] = Slice.Null;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(key[position..]);
            position += 2;
            if (length + 1 > key.Length - position)
                throw new CorruptDataException(table, -1, $"a partition key of {key.Length} bytes does not hold {components.Length} columns.");
            components[i] = new Slice(position, length);
            position += length + 1;
        }
    }

    private static InvalidQueryException TooLong(int lengthBytes) =>
        new($"Key length of {lengthBytes} is longer than maximum of {MaxLength}");
}
