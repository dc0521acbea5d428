using System.Globalization;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>Arithmetic of decimals with the digits and scales that Java's BigDecimal gives. Errors are <see cref="ArithmeticException"/> in Java's words.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/DecimalType.java; the documentation of java.math.BigDecimal.</remarks>
internal static class DecimalMath
{
    /// <summary>Digits that sums and products are rounded to, half up.</summary>
    public const int MaximumPrecision = 10_000;

    /// <summary>Digits beyond which an intermediate result is refused rather than computed.</summary>
    public const int MaximumDigits = 1_000_000;

    private const int MinimumScale = 32;
    private const int MaximumScale = 1000;

    public static CqlDecimal Zero { get; } = new(BigInteger.Zero, 0);

    public static CqlDecimal Negate(CqlDecimal value) => value with { Unscaled = -value.Unscaled };

    public static CqlDecimal Add(CqlDecimal left, CqlDecimal right)
    {
        if (left.Unscaled.IsZero || right.Unscaled.IsZero)
            return AddZero(left.Unscaled.IsZero ? right : left, Math.Max(left.Scale, right.Scale));

        // A number too small to reach the digits that are kept only says on which side of the other the sum is.
        (CqlDecimal big, CqlDecimal small) = left.Scale <= right.Scale ? (left, right) : (right, left);
        long gap = (long)small.Scale - big.Scale;
        if (gap > 0)
        {
            long lastPlace = (long)big.Scale - Precision(big.Unscaled) + MaximumPrecision;
            long highestPlace = (long)small.Scale - Precision(small.Unscaled) + 1;
            if (highestPlace > (long)big.Scale + 2 && highestPlace > lastPlace + 2)
            {
                small = new CqlDecimal(small.Unscaled.Sign, Scale(Math.Max(big.Scale, lastPlace) + 3));
                gap = (long)small.Scale - big.Scale;
            }
        }

        return Round(new CqlDecimal((big.Unscaled * PowerOfTen(gap)) + small.Unscaled, small.Scale), MaximumPrecision, halfEven: false);
    }

    public static CqlDecimal Subtract(CqlDecimal left, CqlDecimal right) => Add(left, Negate(right));

    public static CqlDecimal Multiply(CqlDecimal left, CqlDecimal right) =>
        Round(new CqlDecimal(left.Unscaled * right.Unscaled, Scale((long)left.Scale + right.Scale)), MaximumPrecision, halfEven: false);

    /// <summary>The quotient to at least 32 significant digits, without zeros at the end.</summary>
    public static CqlDecimal Divide(CqlDecimal left, CqlDecimal right)
    {
        if (right.Unscaled.IsZero)
            throw new ArithmeticException(left.Unscaled.IsZero ? "/ by zero" : "BigInteger divide by zero");
        long firstDigit = ((long)Precision(left.Unscaled) - left.Scale) - ((long)Precision(right.Unscaled) - right.Scale);
        long scale = Math.Max(Math.Max(Math.Max(MinimumScale - firstDigit, left.Scale), right.Scale), MinimumScale);
        scale = Math.Min(scale, MaximumScale);
        return StripZeros(DivideToScale(left, right, (int)scale, halfEven: false));
    }

    /// <summary>The remainder of the division toward zero.</summary>
    public static CqlDecimal Remainder(CqlDecimal left, CqlDecimal right)
    {
        if (right.Unscaled.IsZero)
            throw new ArithmeticException(left.Unscaled.IsZero ? "Division undefined" : "Division by zero");
        long scale = Math.Max(left.Scale, right.Scale);
        BigInteger dividend = left.Unscaled * PowerOfTen(scale - left.Scale);
        BigInteger quotient = BigInteger.DivRem(dividend, right.Unscaled * PowerOfTen(scale - right.Scale), out BigInteger rest);

        // The scale is that of left - quotient * right, the quotient's as near as may be to left's less right's.
        long preferred = (long)left.Scale - right.Scale;
        long quotientScale = Math.Max(preferred, 0);
        for (; quotientScale > preferred && !quotient.IsZero && (quotient % 10).IsZero; quotientScale--)
            quotient /= 10;
        long resultScale = Math.Max(left.Scale, (quotient.IsZero ? preferred : quotientScale) + right.Scale);
        return resultScale >= scale
            ? new CqlDecimal(rest * PowerOfTen(resultScale - scale), Scale(resultScale))
            : new CqlDecimal(rest / PowerOfTen(scale - resultScale), Scale(resultScale));
    }

    /// <summary>The nearest number of a scale, half away from zero or to the even digit.</summary>
    public static CqlDecimal ToScale(CqlDecimal value, int scale, bool halfEven) => DivideToScale(value, new CqlDecimal(BigInteger.One, 0), scale, halfEven);

    /// <summary>The quotient in a scale.</summary>
    public static CqlDecimal DivideToScale(CqlDecimal left, CqlDecimal right, int scale, bool halfEven)
    {
        long shift = (long)scale + right.Scale - left.Scale;
        BigInteger dividend = left.Unscaled;
        BigInteger divisor = right.Unscaled;
        if (shift >= 0)
            dividend *= PowerOfTen(shift);
        else if (-shift > Precision(dividend) + 1L)
            return new CqlDecimal(BigInteger.Zero, scale);
        else
            divisor *= PowerOfTen(-shift);
        return new CqlDecimal(DivideRounded(dividend, divisor, halfEven), scale);
    }

    /// <summary>The number with as many significant digits at most.</summary>
    public static CqlDecimal Round(CqlDecimal value, int precision, bool halfEven)
    {
        while (true)
        {
            int drop = Precision(value.Unscaled) - precision;
            if (drop <= 0)
                return value;

            // Rounding 99.9 up gives a digit more, hence the loop.
            value = new CqlDecimal(DivideRounded(value.Unscaled, PowerOfTen(drop), halfEven), Scale((long)value.Scale - drop));
        }
    }

    /// <summary>The integer part.</summary>
    public static BigInteger Truncate(CqlDecimal value)
    {
        if (value.Scale <= 0)
            return value.Unscaled * PowerOfTen(-(long)value.Scale);
        return value.Scale > Precision(value.Unscaled) ? BigInteger.Zero : value.Unscaled / PowerOfTen(value.Scale);
    }

    /// <summary>The decimal whose digits are the shortest that tell a double from its neighbours (BigDecimal.valueOf).</summary>
    public static CqlDecimal FromDouble(double value)
    {
        if (double.IsNaN(value))
            throw new ArithmeticException("A NaN cannot be converted into a decimal");
        if (double.IsInfinity(value))
            throw new ArithmeticException("An infinite number cannot be converted into a decimal");
        var text = new BufferWriter(32);
        JavaFloat.Write(value, text);
        return CqlDecimal.Parse(text.ToString());
    }

    /// <summary>The same of a float.</summary>
    public static CqlDecimal FromSingle(float value)
    {
        var text = new BufferWriter(32);
        JavaFloat.Write(value, text);
        return CqlDecimal.Parse(text.ToString());
    }

    public static double ToDouble(CqlDecimal value) =>
        double.Parse(string.Create(CultureInfo.InvariantCulture, $"{value.Unscaled}E{-(long)value.Scale}"), NumberStyles.Float, CultureInfo.InvariantCulture);

    public static float ToSingle(CqlDecimal value) =>
        float.Parse(string.Create(CultureInfo.InvariantCulture, $"{value.Unscaled}E{-(long)value.Scale}"), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Number of decimal digits, 1 of zero.</summary>
    public static int Precision(BigInteger value)
    {
        if (value.IsZero)
            return 1;
        BigInteger magnitude = BigInteger.Abs(value);
        int least = (int)((magnitude.GetBitLength() - 1) * 0.30102999566398119521) + 1;
        return least + (magnitude >= BigInteger.Pow(10, least) ? 1 : 0);
    }

    /// <summary>A power of ten, if it is of a size to compute with.</summary>
    public static BigInteger PowerOfTen(long exponent) =>
        exponent <= MaximumDigits ? BigInteger.Pow(10, (int)exponent) : throw new ArithmeticException("Overflow");

    /// <summary>The quotient, half away from zero or to the even digit.</summary>
    public static BigInteger DivideRounded(BigInteger dividend, BigInteger divisor, bool halfEven)
    {
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        int half = (BigInteger.Abs(rest) * 2).CompareTo(BigInteger.Abs(divisor));
        bool up = half > 0 || (half == 0 && (!halfEven || !quotient.IsEven));
        return up ? quotient + (dividend.Sign * divisor.Sign) : quotient;
    }

    private static CqlDecimal AddZero(CqlDecimal other, int preferredScale)
    {
        if (other.Unscaled.IsZero)
            return new CqlDecimal(BigInteger.Zero, preferredScale);
        CqlDecimal result = Round(other, MaximumPrecision, halfEven: false);
        if (result.Scale > preferredScale)
            return StripZeros(result, preferredScale);
        long room = Math.Min((long)preferredScale - result.Scale, MaximumPrecision - Precision(result.Unscaled));
        return new CqlDecimal(result.Unscaled * PowerOfTen(room), (int)(result.Scale + room));
    }

    private static CqlDecimal StripZeros(CqlDecimal value, int downToScale = int.MinValue)
    {
        if (value.Unscaled.IsZero)
            return downToScale == int.MinValue ? Zero : value with { Scale = downToScale };
        BigInteger unscaled = value.Unscaled;
        int scale = value.Scale;
        while (scale > downToScale)
        {
            BigInteger quotient = BigInteger.DivRem(unscaled, 10, out BigInteger rest);
            if (!rest.IsZero)
                break;
            unscaled = quotient;
            scale--;
        }

        return new CqlDecimal(unscaled, scale);
    }

    private static int Scale(long scale) => (int)scale == scale ? (int)scale : throw new ArithmeticException(scale > 0 ? "Underflow" : "Overflow");
}
