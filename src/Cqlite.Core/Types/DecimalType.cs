using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>decimal</c>: a scale in four bytes, then the unscaled digits as a varint. Ordered by value; no bytes come first.</summary>
/// <remarks>
/// <code>
/// value             scale(4) unscaled(n >= 1)
/// byte-comparable   80 for zero, else
///                   header = 80 if positive + 40 + signed length of the exponent; exponent of 100, negated when the number is negative
///                   80 + pair of digits each, the first one rounded down (so negative when the number is)
///                   00
/// </code>
/// Source: org/apache/cassandra/db/marshal/DecimalType.java, serializers/DecimalSerializer.java; java.math.BigDecimal.toString.
/// </remarks>
internal sealed class DecimalType(TextDialect dialect = TextDialect.Current) : NativeType("decimal", "DecimalType")
{
    private const int MaxPlainZeros = 1 << 20;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect to) => to == dialect ? this : new DecimalType(to);

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length <= 4 || right.Length <= 4)
            return left.IsEmpty || right.IsEmpty ? right.IsEmpty.CompareTo(left.IsEmpty) : left.SequenceCompareTo(right);

        int leftScale = BinaryPrimitives.ReadInt32BigEndian(left);
        int rightScale = BinaryPrimitives.ReadInt32BigEndian(right);
        left = left[4..];
        right = right[4..];
        if (leftScale == rightScale)
            return TwosComplement.Compare(left, right);

        int leftSign = Sign(left);
        int rightSign = Sign(right);
        if (leftSign != rightSign)
            return leftSign - rightSign;
        if (leftSign == 0)
            return 0;

        // Where the highest digits stand decides first, so that no number is scaled by more digits than the other one has.
        long leftTop = Precision(left) - (long)leftScale;
        long rightTop = Precision(right) - (long)rightScale;
        if (leftTop != rightTop)
            return leftTop < rightTop ? -leftSign : leftSign;
        return CompareScaled(left, right, (long)leftScale - rightScale);
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && value.Length < 4)
            MarshalError.Throw($"Expected 0 or at least 4 bytes ({value.Length})");
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return null;
        CheckDigits(value);
        return new CqlDecimal(new BigInteger(value[4..], isUnsigned: false, isBigEndian: true), BinaryPrimitives.ReadInt32BigEndian(value));
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case CqlDecimal exact:
                Write(exact, output);
                break;
            case decimal number:
                Write(CqlDecimal.FromDecimal(number), output);
                break;
            case string text:
                ParseText(text, output);
                break;
            case double or float:
                BufferWriter digits = new(32);
                if (value is float f)
                    JavaFloat.Write(f, digits);
                else
                    JavaFloat.Write((double)value, digits);
                ParseText(digits.ToString(), output);
                break;
            default:
                if (!NumberConversion.TryToBigInteger(value, out BigInteger integer))
                    MarshalError.ThrowObject(this, value);
                Write(new CqlDecimal(integer, 0), output);
                break;
        }
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty)
            return;
        if (!CqlDecimal.TryParse(text, out CqlDecimal value))
            MarshalError.Throw($"unable to make BigDecimal from '{text}'");
        Write(value, output);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        string text = JavaJson.TextOf(value);
        if (text.Length == 0)
            return;
        if (!CqlDecimal.TryParse(text, out CqlDecimal number))
            MarshalError.Throw($"Value '{text}' is not a valid representation of a decimal value");
        Write(number, output);
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        CheckDigits(value);
        if (dialect is TextDialect.Release306 or TextDialect.Release3017)
            WritePlain(value, output);
        else
            WriteNumber(value, output);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
        {
            output.Write("\"\""u8);
            return;
        }

        CheckDigits(value);
        WriteNumber(value, output);
    }

    /// <summary>Writes the number as BigDecimal.toString does.</summary>
    private static void WriteNumber(ReadOnlySpan<byte> value, BufferWriter output)
    {
        int scale = BinaryPrimitives.ReadInt32BigEndian(value);
        int start = WriteDigits(value[4..], output);
        int count = output.Length - start;
        long adjusted = count - 1 - (long)scale;
        if (scale == 0)
            return;
        if (scale > 0 && adjusted >= -6)
        {
            InsertPoint(start, count, scale, output);
            return;
        }

        if (count > 1)
            Insert(start + 1, "."u8, output);
        if (adjusted != 0)
        {
            output.WriteByte((byte)'E');
            if (adjusted > 0)
                output.WriteByte((byte)'+');
            output.WriteFormatted(adjusted);
        }
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        CheckDigits(value);
        int sign = Sign(value[4..]);
        if (sign == 0)
        {
            output.WriteByte(0x80);
            return;
        }

        int scale = BinaryPrimitives.ReadInt32BigEndian(value);
        BufferWriter digits = new(64);
        int first = WriteDigits(value[4..], digits);
        ReadOnlySpan<byte> text = digits.WrittenSpan[first..];
        long evenScale = (scale - (long)text.Length) & ~1L;
        bool leadingZero = scale - evenScale != text.Length;
        WriteExponent((int)(-evenScale >> 1), sign < 0, output);

        text = text.TrimEnd((byte)'0');
        int pairs = (text.Length + (leadingZero ? 2 : 1)) / 2;
        for (int i = 0; i < pairs; i++)
        {
            int pair = Pair(text, (2 * i) - (leadingZero ? 1 : 0));

            // A negative number is rounded down by its first pair; what is then too much is given back by the complement of the others.
            if (sign < 0)
                pair = i == 0 ? (pairs == 1 ? -pair : -pair - 1) : i == pairs - 1 ? 100 - pair : 99 - pair;
            output.WriteByte((byte)(0x80 + pair));
        }

        output.WriteByte(0);
    }

    /// <summary>Appends the serialized form.</summary>
    internal static void Write(CqlDecimal value, BufferWriter output)
    {
        output.WriteInt32(value.Scale);
        TwosComplement.Write(value.Unscaled, output);
    }

    private static void WriteExponent(int exponent, bool negative, BufferWriter output)
    {
        int modulated = negative ? -exponent : exponent;
        int length = 4 - (BitOperations.LeadingZeroCount((uint)Math.Abs(modulated)) / 8);
        output.WriteByte((byte)(0x40 + (modulated < 0 ? -length : length) + (negative ? 0 : 0x80)));
        for (int i = length - 1; i >= 0; i--)
            output.WriteByte((byte)(modulated >> (8 * i)));
    }

    private static int Pair(ReadOnlySpan<byte> digits, int index)
    {
        int tens = index >= 0 && index < digits.Length ? digits[index] - '0' : 0;
        int ones = index + 1 < digits.Length ? digits[index + 1] - '0' : 0;
        return (tens * 10) + ones;
    }

    private static void CheckDigits(ReadOnlySpan<byte> value)
    {
        if (value.Length < 5)
            MarshalError.Throw(value.Length < 4 ? $"Expected 0 or at least 4 bytes ({value.Length})" : "A decimal has a scale but no digits (4)");
    }

    private static int Sign(ReadOnlySpan<byte> unscaled) => (unscaled[0] & 0x80) != 0 ? -1 : TwosComplement.IsZero(unscaled) ? 0 : 1;

    /// <summary>Appends sign and digits, and returns where the digits begin.</summary>
    private static int WriteDigits(ReadOnlySpan<byte> unscaled, BufferWriter output)
    {
        int start = output.Length;
        TwosComplement.WriteText(unscaled, output);
        return output.WrittenSpan[start] == '-' ? start + 1 : start;
    }

    /// <summary>Writes the number as BigDecimal.toPlainString does; a scale that would take more than a megabyte of zeros keeps its exponent.</summary>
    private static void WritePlain(ReadOnlySpan<byte> value, BufferWriter output)
    {
        int scale = BinaryPrimitives.ReadInt32BigEndian(value);
        if (scale is < -MaxPlainZeros or > MaxPlainZeros)
        {
            WriteNumber(value, output);
            return;
        }

        int start = WriteDigits(value[4..], output);
        int count = output.Length - start;
        if (scale <= 0)
        {
            if (Sign(value[4..]) != 0)
                output.GetSpan(-scale)[..-scale].Fill((byte)'0');
            output.Advance(Sign(value[4..]) != 0 ? -scale : 0);
        }
        else if (scale < count)
        {
            Insert(start + count - scale, "."u8, output);
        }
        else
        {
            byte[] zeros = new byte[2 + scale - count];
            zeros.AsSpan().Fill((byte)'0');
            zeros[1] = (byte)'.';
            Insert(start, zeros, output);
        }
    }

    private static void InsertPoint(int start, int count, int scale, BufferWriter output)
    {
        if (scale < count)
        {
            Insert(start + count - scale, "."u8, output);
            return;
        }

        // At most six zeros: further ones take the exponent form.
        Insert(start, "0.000000"u8[..(2 + scale - count)], output);
    }

    private static void Insert(int at, ReadOnlySpan<byte> text, BufferWriter output)
    {
        int tail = output.Length - at;
        output.Write(text);
        Span<byte> moved = output.Patch(at, tail + text.Length);
        moved[..tail].CopyTo(moved[text.Length..]);
        text.CopyTo(moved);
    }

    private static int Precision(ReadOnlySpan<byte> unscaled)
    {
        if (TwosComplement.TryReadInt128(unscaled, out Int128 number))
        {
            UInt128 magnitude = number < 0 ? (UInt128)0 - (UInt128)number : (UInt128)number;
            int digits = 0;
            while (magnitude > ulong.MaxValue)
            {
                magnitude /= 10_000_000_000_000_000_000;
                digits += 19;
            }

            ulong rest = (ulong)magnitude;
            do
            {
                digits++;
                rest /= 10;
            }
            while (rest != 0);
            return digits;
        }

        return BigInteger.Abs(new BigInteger(unscaled, isUnsigned: false, isBigEndian: true)).ToString(CultureInfo.InvariantCulture).Length;
    }

    private static int CompareScaled(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, long leftMoreDigits)
    {
        int steps = (int)Math.Abs(leftMoreDigits);
        if (TwosComplement.TryReadInt128(left, out Int128 l) && TwosComplement.TryReadInt128(right, out Int128 r) && steps <= 38)
        {
            // The shorter number gets as many digits as the longer one has, and that one fits.
            try
            {
                Int128 factor = 1;
                for (int i = 0; i < steps; i++)
                    factor *= 10;
                return leftMoreDigits > 0 ? l.CompareTo(checked(r * factor)) : checked(l * factor).CompareTo(r);
            }
            catch (OverflowException)
            {
                // Only next to the largest numbers of 39 digits: the way below has room.
            }
        }

        BigInteger bigLeft = new(left, isUnsigned: false, isBigEndian: true);
        BigInteger bigRight = new(right, isUnsigned: false, isBigEndian: true);
        BigInteger scale = BigInteger.Pow(10, steps);
        return leftMoreDigits > 0 ? bigLeft.CompareTo(bigRight * scale) : (bigLeft * scale).CompareTo(bigRight);
    }
}
