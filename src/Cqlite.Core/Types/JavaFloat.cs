using System.Numerics;
using System.Runtime.CompilerServices;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>
/// Prints floating-point numbers as Java's <c>Double.toString</c> and <c>Float.toString</c> did up to JDK 18, on which every
/// release of Cassandra up to 5.0 runs. That is not always the shortest text that reads back as the same number, nor the
/// nearest of the shortest: digits are made one by one until the rest is below half a unit in the last place of the number,
/// at least two digits are made where the exponent form is used, and large integers are cut by a table of powers of two.
/// </summary>
/// <remarks>
/// <code>
/// 1E-3 &lt;= |x| &lt; 1E7    digits "." digits            at least one digit on either side
/// otherwise           digit "." digits "E" exponent
/// </code>
/// </remarks>
internal static class JavaFloat
{
    private const int ExponentShift = 52;
    private const int MaxDigits = 32;

    /// <summary>Words for the largest number that digit generation needs: 5^(324+1) * 2^1130 is below 2^1920.</summary>
    private const int Words = 62;

    private static readonly ulong[] Pow5 = MakePow5();

    /// <summary>Writes a double.</summary>
    public static void Write(double value, BufferWriter output) => Write(BitConverter.DoubleToUInt64Bits(value), exponentBits: 11, ExponentShift, output);

    /// <summary>Writes a float.</summary>
    public static void Write(float value, BufferWriter output) => Write(BitConverter.SingleToUInt32Bits(value), exponentBits: 8, fractionBits: 23, output);

    /// <summary>Writes a number of IEEE 754: sign, exponent and fraction, of so many bits each.</summary>
    private static void Write(ulong bits, int exponentBits, int fractionBits, BufferWriter output)
    {
        bool negative = (bits >> (exponentBits + fractionBits)) != 0;
        int largest = (1 << exponentBits) - 1;
        int exponent = (int)(bits >> fractionBits) & largest;
        ulong fraction = bits & ((1UL << fractionBits) - 1);
        if (exponent == largest)
        {
            output.Write(fraction != 0 ? "NaN"u8 : negative ? "-Infinity"u8 : "Infinity"u8);
            return;
        }

        int significantBits;
        if (exponent == 0)
        {
            if (fraction == 0)
            {
                output.Write(negative ? "-0.0"u8 : "0.0"u8);
                return;
            }

            int leading = BitOperations.LeadingZeroCount(fraction);
            int shift = leading - (63 - fractionBits);
            fraction <<= shift;
            exponent = 1 - shift;
            significantBits = 64 - leading;
        }
        else
        {
            fraction |= 1UL << fractionBits;
            significantBits = fractionBits + 1;
        }

        Write(negative, exponent - (largest >> 1), fraction << (ExponentShift - fractionBits), significantBits, output);
    }

    private static void Write(bool negative, int exponent, ulong fraction, int significantBits, BufferWriter output)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        int count = Digits(exponent, fraction, significantBits, digits, out int decimalExponent);
        Layout(negative, digits[..count], decimalExponent, output);
    }

    /// <summary>Makes the digits of fraction * 2^(exponent - 52); the decimal point stands after as many of them as the exponent says.</summary>
    private static int Digits(int exponent, ulong fraction, int significantBits, Span<byte> digits, out int decimalExponent)
    {
        int tailZeros = BitOperations.TrailingZeroCount(fraction);
        int fractionBits = ExponentShift + 1 - tailZeros;
        int tinyBits = Math.Max(0, fractionBits - exponent - 1);
        if (tinyBits == 0 && exponent is >= -21 and <= 62)
        {
            int drop = exponent > significantBits ? InsignificantDigits(exponent - significantBits - 1) : 0;
            ulong integer = exponent >= ExponentShift ? fraction << (exponent - ExponentShift) : fraction >> (ExponentShift - exponent);
            return IntegerDigits(integer, drop, digits, out decimalExponent);
        }

        int decimalEstimate = EstimateDecimalExponent(fraction, exponent);
        int b5 = Math.Max(0, -decimalEstimate);
        int b2 = b5 + tinyBits + exponent;
        int s5 = Math.Max(0, decimalEstimate);
        int s2 = s5 + tinyBits;
        int m5 = b5;
        int m2 = b2 - significantBits;
        fraction >>= tailZeros;
        b2 -= fractionBits - 1;
        int common = Math.Min(b2, s2);
        b2 -= common;
        s2 -= common;
        m2 -= common;

        // The number below an exact power of two is only half as far away as the one above.
        if (fractionBits == 1)
            m2--;
        if (m2 < 0)
        {
            b2 -= m2;
            s2 -= m2;
            m2 = 0;
        }

        int bBits = fractionBits + b2 + BitsOfPow5(b5);
        int tenSBits = s2 + 1 + BitsOfPow5(s5 + 1);
        int count;
        bool low;
        bool high;
        long difference;
        if (bBits < 64 && tenSBits < 64)
        {
            bool narrow = bBits < 32 && tenSBits < 32;
            count = SmallDigits(
                (long)((fraction * Pow5[b5]) << b2), (long)(Pow5[s5] << s2), (long)(Pow5[m5] << m2), narrow, digits, ref decimalEstimate, out low, out high, out difference);
        }
        else
        {
            count = LargeDigits(fraction, b5, b2, s5, s2, m5, m2, digits, ref decimalEstimate, out low, out high, out difference);
        }

        decimalExponent = decimalEstimate + 1;
        if (high && (!low || difference > 0 || (difference == 0 && (digits[count - 1] & 1) != 0)))
            RoundUp(digits[..count], ref decimalExponent);
        return count;
    }

    /// <summary>Digits of numbers whose parts fit 64 bits. Java takes 32 bits where they suffice, and what overflows there shows in the result.</summary>
    private static int SmallDigits(long b, long s, long m, bool narrow, Span<byte> digits, ref int decimalExponent, out bool low, out bool high, out long difference)
    {
        unchecked
        {
            long tens = s * 10;
            int count = 0;
            int q = Divide(ref b, s);
            b *= 10;
            m = Narrow(m * 10, narrow);
            low = b < m;
            high = Narrow(b + m, narrow) > tens;
            if (q == 0 && !high)
                decimalExponent--;
            else
                digits[count++] = (byte)('0' + q);

            // The exponent form has at least two digits.
            if (decimalExponent is < -3 or >= 8)
                high = low = false;
            while (!low && !high)
            {
                q = Divide(ref b, s);
                b *= 10;
                m = Narrow(m * 10, narrow);
                if (m > 0)
                {
                    low = b < m;
                    high = Narrow(b + m, narrow) > tens;
                }
                else
                {
                    low = high = true;
                }

                digits[count++] = (byte)('0' + q);
            }

            difference = Narrow(Narrow(b << 1, narrow) - tens, narrow);
            return count;
        }
    }

    /// <summary>Divides and leaves the rest; one division serves both, and the unsigned one is the faster.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Divide(ref long value, long divisor)
    {
        ulong q = (ulong)value / (ulong)divisor;
        value -= (long)q * divisor;
        return (int)q;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Narrow(long value, bool narrow) => narrow ? (int)value : value;

    private static int LargeDigits(
        ulong fraction, int b5, int b2, int s5, int s2, int m5, int m2, Span<byte> digits, ref int decimalExponent, out bool low, out bool high, out long difference)
    {
        Span<uint> memory = stackalloc uint[Words * 4];
        WordNumber b = new(memory[..Words], fraction);
        WordNumber s = new(memory.Slice(Words, Words), 1);
        WordNumber m = new(memory.Slice(Words * 2, Words), 1);
        WordNumber sum = new(memory.Slice(Words * 3, Words), 0);
        b.MultiplyPow5(b5);
        s.MultiplyPow5(s5);
        m.MultiplyPow5(m5);

        // Division by one estimate a digit wants the divisor's first word full; the shift is common to all three and cancels out.
        int bias = (32 - ((s.BitLength + s2) % 32)) % 32;
        b.ShiftLeft(b2 + bias);
        s.ShiftLeft(s2 + bias);
        m.ShiftLeft(m2 + bias);

        int count = 0;
        int q = b.DivideDigit(s);
        b.Multiply(10);
        m.Multiply(10);
        low = b.CompareTo(m) < 0;
        high = IsHigh(b, m, s, ref sum);
        if (q == 0 && !high)
            decimalExponent--;
        else
            digits[count++] = (byte)('0' + q);
        if (decimalExponent is < -3 or >= 8)
            high = low = false;
        while (!low && !high)
        {
            q = b.DivideDigit(s);
            b.Multiply(10);
            m.Multiply(10);
            low = b.CompareTo(m) < 0;
            high = IsHigh(b, m, s, ref sum);
            digits[count++] = (byte)('0' + q);
        }

        difference = 0;
        if (high && low)
        {
            b.ShiftLeft(1);
            sum.CopyFrom(s);
            sum.Multiply(10);
            difference = b.CompareTo(sum);
        }

        return count;
    }

    private static bool IsHigh(in WordNumber b, in WordNumber m, in WordNumber s, ref WordNumber tens)
    {
        // b + m >= 10 s, without a fifth number: 10 s - b is compared with m.
        tens.CopyFrom(s);
        tens.Multiply(10);
        if (tens.CompareTo(b) <= 0)
            return true;
        tens.Subtract(b);
        return tens.CompareTo(m) <= 0;
    }

    private static int IntegerDigits(ulong value, int drop, Span<byte> digits, out int decimalExponent)
    {
        int exponent = 0;
        if (drop != 0)
        {
            ulong power = Pow5[drop] << drop;
            ulong rest = value % power;
            value /= power;
            exponent += drop;
            if (rest >= power >> 1)
                value++;
        }

        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out int length, default, System.Globalization.CultureInfo.InvariantCulture);
        decimalExponent = exponent + length;
        int count = length;
        while (count > 1 && text[count - 1] == '0')
            count--;
        text[..count].CopyTo(digits);
        return count;
    }

    /// <summary>Digits of a power of two that are beyond a number's precision: the integer part of its logarithm.</summary>
    private static int InsignificantDigits(int power) => power > 1 && power < 64 ? (int)((power * 1233L) >> 12) : 0;

    private static int EstimateDecimalExponent(ulong fraction, int exponent)
    {
        double mantissa = BitConverter.UInt64BitsToDouble((1023UL << ExponentShift) | (fraction & ((1UL << ExponentShift) - 1)));
        return (int)Math.Floor(((mantissa - 1.5) * 0.289529654) + 0.176091259 + (exponent * 0.301029995663981));
    }

    private static int BitsOfPow5(int power) => power == 0 ? 0 : power < Pow5.Length - 1 ? 64 - BitOperations.LeadingZeroCount(Pow5[power]) : power * 3;

    private static void RoundUp(Span<byte> digits, ref int decimalExponent)
    {
        int i = digits.Length - 1;
        while (digits[i] == '9' && i > 0)
            digits[i--] = (byte)'0';
        if (digits[i] == '9')
        {
            decimalExponent++;
            digits[0] = (byte)'1';
        }
        else
        {
            digits[i]++;
        }
    }

    private static void Layout(bool negative, ReadOnlySpan<byte> digits, int decimalExponent, BufferWriter output)
    {
        Span<byte> target = output.GetSpan(MaxDigits + 16);
        int n = 0;
        if (negative)
            target[n++] = (byte)'-';
        if (decimalExponent is > 0 and < 8)
        {
            int whole = Math.Min(digits.Length, decimalExponent);
            digits[..whole].CopyTo(target[n..]);
            n += whole;
            for (; whole < decimalExponent; whole++)
                target[n++] = (byte)'0';
            target[n++] = (byte)'.';
            n = CopyOrZero(digits[Math.Min(digits.Length, decimalExponent)..], target, n);
        }
        else if (decimalExponent is <= 0 and > -3)
        {
            target[n++] = (byte)'0';
            target[n++] = (byte)'.';
            for (int i = decimalExponent; i < 0; i++)
                target[n++] = (byte)'0';
            digits.CopyTo(target[n..]);
            n += digits.Length;
        }
        else
        {
            target[n++] = digits[0];
            target[n++] = (byte)'.';
            n = CopyOrZero(digits[1..], target, n);
            target[n++] = (byte)'E';
            (decimalExponent - 1).TryFormat(target[n..], out int written, default, System.Globalization.CultureInfo.InvariantCulture);
            n += written;
        }

        output.Advance(n);
    }

    private static int CopyOrZero(ReadOnlySpan<byte> digits, Span<byte> target, int n)
    {
        if (digits.IsEmpty)
        {
            target[n] = (byte)'0';
            return n + 1;
        }

        digits.CopyTo(target[n..]);
        return n + digits.Length;
    }

    private static ulong[] MakePow5()
    {
        ulong[] powers = new ulong[28];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 5;
        return powers;
    }
}
