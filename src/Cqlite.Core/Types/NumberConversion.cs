using System.Numerics;

namespace Cqlite.Core.Types;

/// <summary>Takes .NET's numbers for CQL's where nothing is lost.</summary>
internal static class NumberConversion
{
    /// <summary>The value as an integer; false where it is no whole number.</summary>
    public static bool TryToBigInteger(object value, out BigInteger number)
    {
        switch (value)
        {
            case sbyte v: number = v; return true;
            case byte v: number = v; return true;
            case short v: number = v; return true;
            case ushort v: number = v; return true;
            case int v: number = v; return true;
            case uint v: number = v; return true;
            case long v: number = v; return true;
            case ulong v: number = v; return true;
            case nint v: number = v; return true;
            case Int128 v: number = v; return true;
            case UInt128 v: number = v; return true;
            case BigInteger v: number = v; return true;
            case decimal v when decimal.Truncate(v) == v: number = new BigInteger(v); return true;
            case double v when Math.Truncate(v) == v && double.IsFinite(v): number = new BigInteger(v); return true;
            case float v when MathF.Truncate(v) == v && float.IsFinite(v): number = new BigInteger(v); return true;
            default: number = default; return false;
        }
    }

    /// <summary>The value as a double; false for what is no number, or not exactly a double.</summary>
    public static bool TryToDouble(object value, out double number)
    {
        switch (value)
        {
            case double v: number = v; return true;
            case float v: number = v; return true;
            case Half v: number = (double)v; return true;
            case decimal v: number = (double)v; return true;
            default:
                if (TryToBigInteger(value, out BigInteger integer))
                {
                    number = (double)integer;
                    return true;
                }

                number = 0;
                return false;
        }
    }
}
