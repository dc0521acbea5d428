using System.Numerics;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>abs, exp, log, log10 and round of every numeric type, in that type.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/MathFcts.java and the number types of db/marshal.</remarks>
internal static class MathFunctions
{
    public static IEnumerable<Function> All()
    {
        foreach (CqlType type in Numbers.Types)
        {
            yield return Make("abs", type, x => unchecked(x < 0 ? -x : x), MathF.Abs, Math.Abs, BigInteger.Abs, x => x with { Unscaled = BigInteger.Abs(x.Unscaled) });
            yield return Make("exp", type, null, x => (float)Math.Exp(x), Math.Exp, null, DecimalExponentials.Exp);
            yield return Make("log", type, null, x => (float)Math.Log(x), Math.Log, null, DecimalExponentials.Log);
            yield return Make("log10", type, null, x => (float)Math.Log10(x), Math.Log10, null, DecimalExponentials.Log10);
            yield return Make("round", type, x => x, RoundSingle, RoundDouble, x => x, x => DecimalMath.ToScale(x, 0, halfEven: false));
        }
    }

    // Integers without a form of their own go through the double or the decimal, and lose what is behind the point.
    private static ScalarFunction Make(
        string name,
        CqlType type,
        Func<long, long>? onInteger,
        Func<float, float> onSingle,
        Func<double, double> onDouble,
        Func<BigInteger, BigInteger>? onBigInteger,
        Func<CqlDecimal, CqlDecimal> onDecimal)
    {
        int size = Numbers.SizeOf(type);
        onInteger ??= x => size < sizeof(long) ? Numbers.ToInt(onDouble(x)) : Numbers.ToLong(onDouble(x));
        onBigInteger ??= x => DecimalMath.Truncate(onDecimal(new CqlDecimal(x, 0)));
        return new ScalarFunction(
            name,
            Numbers.KindOf(type) switch
            {
                NumberKind.Integer => (in a, output) => Result.Integer(onInteger(Numbers.ReadInteger(a.First)), size, output),
                NumberKind.Single => (in a, output) => Result.Single(onSingle(Numbers.ReadSingle(NumberKind.Single, a.First)), output),
                NumberKind.Double => (in a, output) => Result.Double(onDouble(Numbers.ReadDouble(NumberKind.Double, a.First)), output),
                NumberKind.BigInteger => (in a, output) => Result.BigInteger(onBigInteger(Numbers.ReadBigInteger(a.First)), output),
                _ => (in a, output) => Result.Decimal(onDecimal(Numbers.ReadDecimal(a.First)), output),
            },
            type,
            type);
    }

    // Half up, to the nearest int or long there is (Math.round).
    private static float RoundSingle(float value) => Numbers.ToInt(RoundHalfUp(value));

    private static double RoundDouble(double value) => Numbers.ToLong(RoundHalfUp(value));

    private static double RoundHalfUp(double value)
    {
        double floor = Math.Floor(value);
        return value - floor >= 0.5 ? floor + 1 : floor;
    }
}
