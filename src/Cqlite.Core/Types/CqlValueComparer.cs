using System.Collections;

namespace Cqlite.Core.Types;

/// <summary>
/// Equality of decoded values by content: arrays by their elements, floating-point numbers by their bits (0.0 and -0.0 are two
/// values in Cassandra, NaN is one).
/// </summary>
public sealed class CqlValueComparer : IEqualityComparer<object?>
{
    /// <summary>The only instance.</summary>
    public static CqlValueComparer Instance { get; } = new();

    private CqlValueComparer()
    {
    }

    /// <inheritdoc/>
    public new bool Equals(object? x, object? y)
    {
        switch (x, y)
        {
            case (double a, double b):
                return BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));
            case (float a, float b):
                return BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));
            case (byte[] a, byte[] b):
                return a.AsSpan().SequenceEqual(b);
            case (float[] a, float[] b):
                return a.Length == b.Length && a.Zip(b).All(p => Equals(p.First, p.Second));
            case (CqlMap a, CqlMap b):
                return a.Count == b.Count && a.Zip(b).All(p => Equals(p.First.Key, p.Second.Key) && Equals(p.First.Value, p.Second.Value));
            case (IList a, IList b):
                if (a.Count != b.Count)
                    return false;
                for (int i = 0; i < a.Count; i++)
                {
                    if (!Equals(a[i], b[i]))
                        return false;
                }

                return true;
            default:
                return object.Equals(x, y);
        }
    }

    /// <inheritdoc/>
    public int GetHashCode(object? obj)
    {
        HashCode hash = default;
        switch (obj)
        {
            case byte[] bytes:
                hash.AddBytes(bytes);
                break;
            case double number:
                hash.Add(double.IsNaN(number) ? 0 : BitConverter.DoubleToInt64Bits(number));
                break;
            case float number:
                hash.Add(float.IsNaN(number) ? 0 : BitConverter.SingleToInt32Bits(number));
                break;
            case CqlMap map:
                foreach (KeyValuePair<object?, object?> entry in map)
                {
                    hash.Add(GetHashCode(entry.Key));
                    hash.Add(GetHashCode(entry.Value));
                }

                break;
            case IList list:
                foreach (object? item in list)
                    hash.Add(GetHashCode(item));
                break;
            default:
                hash.Add(obj);
                break;
        }

        return hash.ToHashCode();
    }
}
