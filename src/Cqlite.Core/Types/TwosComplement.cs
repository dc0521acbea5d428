using System.Numerics;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>Integers of any length in big-endian two's complement, as Java's BigInteger stores them. Up to 16 bytes nothing is allocated.</summary>
internal static class TwosComplement
{
    /// <summary>Compares two numbers of at least one byte each.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        bool leftNegative = (left[0] & 0x80) != 0;
        bool rightNegative = (right[0] & 0x80) != 0;
        if (leftNegative != rightNegative)
            return leftNegative ? -1 : 1;

        left = Trim(left);
        right = Trim(right);
        if (left.Length != right.Length)
            return leftNegative ? right.Length - left.Length : left.Length - right.Length;
        return left.SequenceCompareTo(right);
    }

    /// <summary>The number in as few bytes as hold it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        int skip = 0;
        while (skip + 1 < value.Length && (value[skip] is 0 or 0xFF) && ((value[skip] ^ value[skip + 1]) & 0x80) == 0)
            skip++;
        return value[skip..];
    }

    /// <summary>Whether a number of at least one byte is zero.</summary>
    public static bool IsZero(ReadOnlySpan<byte> value) => value.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Reads a number of at most eight bytes.</summary>
    public static bool TryReadInt64(ReadOnlySpan<byte> value, out long number)
    {
        number = 0;
        if (value.Length is 0 or > 8)
            return false;
        number = (sbyte)value[0];
        for (int i = 1; i < value.Length; i++)
            number = (number << 8) | value[i];
        return true;
    }

    /// <summary>Reads a number of at most sixteen bytes.</summary>
    public static bool TryReadInt128(ReadOnlySpan<byte> value, out Int128 number)
    {
        number = 0;
        if (value.Length is 0 or > 16)
            return false;
        int head = value.Length - 8;
        if (head <= 0)
        {
            TryReadInt64(value, out long small);
            number = small;
            return true;
        }

        TryReadInt64(value[..head], out long high);
        number = new Int128((ulong)high, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(value[head..]));
        return true;
    }

    /// <summary>Appends the fewest bytes that hold a number.</summary>
    public static void Write(BigInteger value, BufferWriter output)
    {
        int length = value.GetByteCount();
        value.TryWriteBytes(output.GetSpan(length), out int written, isUnsigned: false, isBigEndian: true);
        output.Advance(written);
    }

    /// <summary>Appends the decimal digits, after a minus sign where negative.</summary>
    public static void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (TryReadInt64(value, out long small))
        {
            output.WriteFormatted(small);
        }
        else if (TryReadInt128(value, out Int128 wide))
        {
            output.WriteFormatted(wide);
        }
        else
        {
            output.WriteText(new BigInteger(value, isUnsigned: false, isBigEndian: true).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
