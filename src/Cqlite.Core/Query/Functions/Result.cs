using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>Appends what a function computes, which is then not null: each answers true, as a <see cref="ScalarBody"/> does.</summary>
internal static class Result
{
    /// <summary>The low bytes of an integer.</summary>
    public static bool Integer(long value, int sizeBytes, BufferWriter output)
    {
        Numbers.WriteInteger(value, sizeBytes, output);
        return true;
    }

    public static bool Single(float value, BufferWriter output)
    {
        Numbers.WriteSingle(value, output);
        return true;
    }

    public static bool Double(double value, BufferWriter output)
    {
        output.WriteDouble(value);
        return true;
    }

    public static bool BigInteger(BigInteger value, BufferWriter output)
    {
        TwosComplement.Write(value, output);
        return true;
    }

    public static bool Decimal(CqlDecimal value, BufferWriter output)
    {
        DecimalType.Write(value, output);
        return true;
    }

    /// <summary>Bytes as they are.</summary>
    public static bool Bytes(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.Write(value);
        return true;
    }

    /// <summary>The date of a moment.</summary>
    public static bool Date(long millis, BufferWriter output)
    {
        DurationMath.WriteDate(millis, output);
        return true;
    }
}
