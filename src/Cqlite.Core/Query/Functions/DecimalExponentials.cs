using System.Numerics;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>Exponentials and logarithms of decimals to as many digits as the number has, 32 at least, in fixed point of powers of two.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/DecimalType.java for the digits.</remarks>
internal static class DecimalExponentials
{
    private const int MinimumPrecision = 32;
    private const double BitsOfDigit = 3.3219280948873623;

    /// <summary>e to the power of a number.</summary>
    public static CqlDecimal Exp(CqlDecimal value)
    {
        if (value.Unscaled.IsZero)
            return new CqlDecimal(BigInteger.One, 0);
        int precision = PrecisionFor(value);
        long magnitude = (long)DecimalMath.Precision(value.Unscaled) - value.Scale;
        if (magnitude > 10)
            throw new ArithmeticException("Overflow");

        // e^x = 10^k * e^(x - k ln 10)
        int bits = BitsFor(precision) + 40;
        BigInteger x = ToFixed(value, bits);
        BigInteger ln10 = Ln10(bits);
        BigInteger k = BigInteger.DivRem(x, ln10, out BigInteger rest);
        return DecimalMath.Round(FromFixed(ExpOfSmall(rest, bits), bits, precision + 8, (int)-k), precision, halfEven: true);
    }

    /// <summary>The natural logarithm.</summary>
    public static CqlDecimal Log(CqlDecimal value)
    {
        if (value.Unscaled.Sign <= 0)
            throw new ArithmeticException("Natural log of number zero or less");
        int precision = PrecisionFor(value);
        int bits = BitsFor(precision) + 64;
        BigInteger log = LogFixed(value, bits);
        return log.IsZero ? DecimalMath.Zero : DecimalMath.Round(FromFixed(log, bits, precision + 8 + LeadingZeros(log, bits), 0), precision, halfEven: true);
    }

    /// <summary>The logarithm to the base of 10.</summary>
    public static CqlDecimal Log10(CqlDecimal value)
    {
        if (value.Unscaled.Sign <= 0)
            throw new ArithmeticException("Log10 of number zero or less");
        int digits = DecimalMath.Precision(value.Unscaled);
        if (value.Unscaled == BigInteger.Pow(10, digits - 1))
            return new CqlDecimal((long)digits - 1 - value.Scale, 0);
        int precision = PrecisionFor(value);
        int bits = BitsFor(precision) + 64;
        BigInteger log = (LogFixed(value, bits) << bits) / Ln10(bits);
        return DecimalMath.Round(FromFixed(log, bits, precision + 8 + LeadingZeros(log, bits), 0), precision, halfEven: true);
    }

    private static int PrecisionFor(CqlDecimal value) => Math.Clamp(DecimalMath.Precision(value.Unscaled), MinimumPrecision, DecimalMath.MaximumPrecision);

    private static int BitsFor(int precision) => (int)((precision + 12) * BitsOfDigit);

    // The zeros behind the point: a number near 1 has a small logarithm, whose digits begin late.
    private static int LeadingZeros(BigInteger value, int bits) => Math.Max(0, (int)((bits - (long)BigInteger.Abs(value).GetBitLength()) / BitsOfDigit));

    private static BigInteger ToFixed(CqlDecimal value, int bits) => value.Scale <= 0
        ? (value.Unscaled * DecimalMath.PowerOfTen(-(long)value.Scale)) << bits
        : value.Scale > bits + DecimalMath.Precision(value.Unscaled) ? BigInteger.Zero : (value.Unscaled << bits) / DecimalMath.PowerOfTen(value.Scale);

    private static CqlDecimal FromFixed(BigInteger value, int bits, int digits, int scale) =>
        new(DecimalMath.DivideRounded(value * DecimalMath.PowerOfTen(digits), BigInteger.One << bits, halfEven: true), digits + scale);

    // Taylor's series after halving the argument some times, then squared as often.
    private static BigInteger ExpOfSmall(BigInteger x, int bits)
    {
        int halvings = (int)Math.Sqrt(bits);
        int wide = bits + (2 * halvings);
        BigInteger small = (x << (wide - bits)) >> halvings;
        BigInteger one = BigInteger.One << wide;
        BigInteger sum = one + small;
        BigInteger term = small;
        for (int n = 2; !term.IsZero && term != BigInteger.MinusOne; n++)
        {
            term = ((term * small) >> wide) / n;
            sum += term;
        }

        for (int i = 0; i < halvings; i++)
            sum = (sum * sum) >> wide;
        return sum >> (wide - bits);
    }

    // ln x = ln m + h ln 2 + k ln 10, where m is between 0.75 and 1.5, so that a number near 1 keeps its digits.
    private static BigInteger LogFixed(CqlDecimal value, int bits)
    {
        int digits = DecimalMath.Precision(value.Unscaled);
        long k = (long)digits - value.Scale;
        var mantissa = new CqlDecimal(value.Unscaled, digits);
        if (k is 1 or 0 or 2)
        {
            mantissa = value;
            k = 0;
        }

        int wide = bits + 64 + (int)(Math.Min(digits, DecimalMath.MaximumPrecision) * BitsOfDigit);
        BigInteger m = ToFixed(mantissa, wide);
        int halvings = (int)(m.GetBitLength() - wide);
        m = halvings > 0 ? m >> halvings : m << -halvings;
        if (m < (BigInteger.One << wide) - (BigInteger.One << (wide - 2)))
            (m, halvings) = (m << 1, halvings - 1);
        BigInteger log = AtanhSeries(m, wide) + (halvings * Ln2(wide)) + (k * Ln10(wide));
        return log >> (wide - bits);
    }

    // ln m = 2 atanh((m - 1) / (m + 1))
    private static BigInteger AtanhSeries(BigInteger m, int bits)
    {
        BigInteger one = BigInteger.One << bits;
        BigInteger ratio = ((m - one) << bits) / (m + one);
        BigInteger square = (ratio * ratio) >> bits;
        BigInteger power = ratio;
        BigInteger sum = ratio;
        for (int n = 3; !power.IsZero && power != BigInteger.MinusOne; n += 2)
        {
            power = (power * square) >> bits;
            sum += power / n;
        }

        return sum << 1;
    }

    private static BigInteger Ln2(int bits) => AtanhSeries(BigInteger.One << (bits + 1), bits);

    // ln 10 = 3 ln 2 + ln 1.25
    private static BigInteger Ln10(int bits) => (3 * Ln2(bits)) + AtanhSeries((BigInteger.One << bits) + (BigInteger.One << (bits - 2)), bits);
}
