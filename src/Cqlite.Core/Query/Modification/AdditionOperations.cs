using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary><c>n = n + value</c> of a counter, or its subtraction. What it writes is a difference, which <see cref="CounterResolution"/> adds to what is stored.</summary>
internal sealed record AddToCounter(ColumnSource Column, Term Value, bool IsNegated) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[] value = Value.Bind(writer.Values) ?? throw new InvalidQueryException("Invalid null value for counter increment");
        if (BindValues.IsUnset(value))
            return;
        long difference = value.Length == sizeof(long)
            ? BinaryPrimitives.ReadInt64BigEndian(value)
            : throw new InvalidQueryException("Invalid empty value for counter increment");
        if (IsNegated && difference == long.MinValue)
        {
            throw new InvalidQueryException(
                $"The negation of {difference} overflows supported counter precision (signed 8 bytes integer)");
        }

        writer.AddDifference(Column.Index, IsNegated ? -difference : difference);
    }

    public override string ToString() => $"{Column} {(IsNegated ? '-' : '+')}= {Value}";
}

/// <summary><c>c = c + value</c> of a number or text, which conditional statements can do; nothing where there is no value.</summary>
internal sealed record AddToValue(ColumnSource Column, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override bool RequiresRead => true;

    // The sum has as many digits as the scales are apart.
    private const int MaxScaleDifference = 1_000_000;

    /// <summary>Whether a type's values can be added so.</summary>
    public static bool Supports(CqlType type) =>
        type.Unreversed.Name is "tinyint" or "smallint" or "int" or "bigint" or "float" or "double" or "decimal" or "varint" or "ascii" or "text";

    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? added = Value.Bind(writer.Values);
        if (writer.Current() is not { } row)
            return;
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.Column != Column.Index || cell.IsTombstone)
                continue;
            if (added is null || BindValues.IsUnset(added))
                throw new InvalidQueryException($"Invalid null or unset value added to column {Column}");
            writer.AddCell(Column.Index, Sum(row.Value(cell), added));
            return;
        }
    }

    public override string ToString() => $"{Column} += {Value}";

    private byte[] Sum(ReadOnlySpan<byte> left, byte[] right)
    {
        CqlType type = Column.Column.Type.Unreversed;
        if (type.Name is "ascii" or "text")
            return [.. left, .. right];
        object sum = (type.Decode(left), type.Decode(right)) switch
        {
            (sbyte a, sbyte b) => unchecked((sbyte)(a + b)),
            (short a, short b) => unchecked((short)(a + b)),
            (int a, int b) => unchecked(a + b),
            (long a, long b) => unchecked(a + b),
            (float a, float b) => a + b,
            (double a, double b) => a + b,
            (BigInteger a, BigInteger b) => a + b,
            (CqlDecimal a, CqlDecimal b) => Add(a, b),
            _ => throw new InvalidQueryException($"Invalid empty value added to column {Column}"),
        };
        var output = new BufferWriter(16);
        type.Encode(sum, output);
        return output.ToArray();
    }

    // As java.math.BigDecimal: exact, with the larger of the scales.
    private static CqlDecimal Add(CqlDecimal left, CqlDecimal right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        if ((long)scale - Math.Min(left.Scale, right.Scale) > MaxScaleDifference)
            throw new InvalidQueryException($"Decimals of the scales {left.Scale} and {right.Scale} can't be added.");
        return new CqlDecimal(
            (left.Unscaled * BigInteger.Pow(10, scale - left.Scale)) + (right.Unscaled * BigInteger.Pow(10, scale - right.Scale)),
            scale);
    }
}
