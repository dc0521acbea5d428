using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>The building blocks of byte-comparable forms (version OSS50).</summary>
/// <remarks>
/// <code>
/// bytes         as they are, but a run of n zeros is 00 FE*(n-1) then FF before another byte, FE at the end; ends in 00 unless in that FE
/// sequence      [40 element | 3E for null]* 38
/// signed number first bit inverted
/// float         all bits inverted when negative, else the first bit set
/// </code>
/// Source: org/apache/cassandra/utils/bytecomparable/ByteSource.java and ByteComparable.md.
/// </remarks>
internal static class ByteComparable
{
    /// <summary>Stands before each element of a sequence.</summary>
    public const byte NextComponent = 0x40;

    /// <summary>Stands for a null element.</summary>
    public const byte NextComponentNull = 0x3E;

    /// <summary>Ends a sequence.</summary>
    public const byte Terminator = 0x38;

    /// <summary>Writes bytes of any length, escaped so that no form is a prefix of another one.</summary>
    public static void WriteEscaped(ReadOnlySpan<byte> value, BufferWriter output)
    {
        while (true)
        {
            int zero = value.IndexOf((byte)0);
            if (zero < 0)
            {
                output.Write(value);
                output.WriteByte(0);
                return;
            }

            output.Write(value[..(zero + 1)]);
            value = value[(zero + 1)..];
            while (!value.IsEmpty && value[0] == 0)
            {
                output.WriteByte(0xFE);
                value = value[1..];
            }

            if (value.IsEmpty)
            {
                output.WriteByte(0xFE);
                return;
            }

            output.WriteByte(0xFF);
        }
    }

    /// <summary>Writes an element of a sequence with its marker.</summary>
    public static void WriteComponent(CqlType type, ReadOnlySpan<byte> value, BufferWriter output)
    {
        int marker = output.Length;
        output.WriteByte(NextComponent);
        type.WriteByteComparable(value, output);
        if (output.Length == marker + 1)
            output.Patch(marker, 1)[0] = NextComponentNull;
    }

    /// <summary>Writes a signed number of fixed length; nothing for no bytes.</summary>
    public static void WriteSigned(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        output.WriteByte((byte)(value[0] ^ 0x80));
        output.Write(value[1..]);
    }

    /// <summary>Writes an IEEE number of fixed length; nothing for no bytes.</summary>
    public static void WriteFloat(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        byte invert = (value[0] & 0x80) != 0 ? (byte)0xFF : (byte)0;
        output.WriteByte((byte)((value[0] | 0x80) ^ invert));
        foreach (byte b in value[1..])
            output.WriteByte((byte)(b ^ invert));
    }

    /// <summary>Writes a signed integer in 1 to 9 bytes: the sign bit inverted, then as many more bits alike as bytes follow.</summary>
    public static void WriteVariableLength(long value, BufferWriter output)
    {
        long negative = value >> 63;
        ulong magnitude = (ulong)(value ^ negative);
        int bytes = ((64 - BitOperations.LeadingZeroCount(magnitude | 1)) / 7) + 1;
        Span<byte> target = output.GetSpan(9);
        if (bytes >= 9)
        {
            target[0] = (byte)~negative;
            BinaryPrimitives.WriteUInt64BigEndian(target[1..], (magnitude | 0x8000000000000000UL) ^ (ulong)negative);
            output.Advance(9);
            return;
        }

        ulong mask = (ulong)((-0x100 >> bytes) & 0xFF);
        ulong bits = (magnitude | (mask << ((bytes - 1) * 8))) ^ (ulong)negative;
        for (int i = 0; i < bytes; i++)
            target[i] = (byte)(bits >> ((bytes - 1 - i) * 8));
        output.Advance(bytes);
    }

    /// <summary>Writes an unsigned integer in 1 to 9 bytes, each exclusive-ored with a mask.</summary>
    public static void WriteVariableLengthUnsigned(ulong value, byte xor, BufferWriter output)
    {
        int extra = (63 - BitOperations.LeadingZeroCount(value | 1)) / 7;
        int mask = -256 >> extra;
        output.WriteByte((byte)(((byte)(extra >= 8 ? 0 : value >> (extra * 8)) | mask) ^ xor));
        for (int i = extra - 1; i >= 0; i--)
            output.WriteByte((byte)((byte)(value >> (i * 8)) ^ xor));
    }
}
