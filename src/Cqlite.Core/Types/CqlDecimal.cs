using System.Globalization;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Types;

/// <summary>
/// A value of <c>decimal</c>: unscaled * 10^-scale, of any size. Values that differ in scale only (1.0, 1.00) are different ones that
/// compare as equal.
/// </summary>
/// <param name="Unscaled">All digits.</param>
/// <param name="Scale">Digits after the point; negative for zeros before it.</param>
public readonly record struct CqlDecimal(BigInteger Unscaled, int Scale) : IComparable<CqlDecimal>, IComparable, INativeForm
{
    private static readonly BigInteger Bound = BigInteger.One << 96;

    /// <summary>Whether <see cref="decimal"/> holds the value with its scale.</summary>
    public bool IsInDecimalRange => Scale is >= 0 and <= 28 && BigInteger.Abs(Unscaled) < Bound;

    /// <summary>Reads a decimal: sign, digits with or without a point, exponent.</summary>
    /// <exception cref="InvalidQueryException">The text is none; Cassandra's words.</exception>
    public static CqlDecimal Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out CqlDecimal value) ? value : throw new InvalidQueryException($"unable to make BigDecimal from '{text}'");
    }

    /// <summary>The same number with the same scale as .NET's type.</summary>
    /// <exception cref="OverflowException">It has no room for it.</exception>
    public decimal ToDecimal()
    {
        if (!IsInDecimalRange)
            throw new OverflowException($"{this} does not fit .NET's decimal.");
        BigInteger magnitude = BigInteger.Abs(Unscaled);
        return new decimal((int)(uint)(magnitude & uint.MaxValue), (int)(uint)((magnitude >> 32) & uint.MaxValue), (int)(uint)(magnitude >> 64), Unscaled.Sign < 0, (byte)Scale);
    }

    /// <summary>The same number with the same scale.</summary>
    public static CqlDecimal FromDecimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        BigInteger magnitude = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return new CqlDecimal(bits[3] < 0 ? -magnitude : magnitude, (bits[3] >> 16) & 0xFF);
    }

    /// <summary>The same number with the same scale.</summary>
    public static implicit operator CqlDecimal(decimal value) => FromDecimal(value);

    /// <summary>The same number with the same scale as .NET's type.</summary>
    /// <exception cref="OverflowException">It has no room for it.</exception>
    public static explicit operator decimal(CqlDecimal value) => value.ToDecimal();

    /// <inheritdoc/>
    public object ToNativeForm() => IsInDecimalRange ? (object)ToDecimal() : this;

    /// <inheritdoc/>
    public int CompareTo(CqlDecimal other)
    {
        BufferWriter left = new(32);
        BufferWriter right = new(32);
        DecimalType.Write(this, left);
        DecimalType.Write(other, right);
        return CqlTypes.Decimal.Compare(left.WrittenSpan, right.WrittenSpan);
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is null ? 1 : obj is CqlDecimal other ? CompareTo(other) : throw new ArgumentException("Not a CqlDecimal.", nameof(obj));

    /// <summary>The number as Java's BigDecimal prints it: <c>1.50</c>, <c>1E+3</c>.</summary>
    public override string ToString()
    {
        BufferWriter value = new(32);
        BufferWriter text = new(32);
        DecimalType.Write(this, value);
        CqlTypes.Decimal.WriteText(value.WrittenSpan, text);
        return text.ToString();
    }

    /// <summary>[sign] (digits ["." [digits]] | "." digits) [("e" | "E") [sign] digits]</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out CqlDecimal value)
    {
        value = default;
        long exponent = 0;
        int e = text.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (e + 1 == text.Length || text.Length - e > 12 || !long.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
                return false;
            text = text[..e];
        }

        bool negative = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is '-' or '+')
            text = text[1..];
        int point = text.IndexOf('.');
        int fraction = point < 0 ? 0 : text.Length - point - 1;
        string digits = point < 0 ? text.ToString() : string.Concat(text[..point], text[(point + 1)..]);
        if (digits.Length == 0 || digits.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        long scale = fraction - exponent;
        if ((int)scale != scale)
            return false;
        BigInteger unscaled = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        value = new CqlDecimal(negative ? -unscaled : unscaled, (int)scale);
        return true;
    }
}
