using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>CAST, which is a function for each type: numbers to numbers as Java narrows and widens them, what has a text to text, times to days and moments.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/CastFcts.java.</remarks>
internal static class CastFunctions
{
    private static readonly CqlType[] Textual =
        [CqlTypes.Inet, CqlTypes.Boolean, CqlTypes.TimeUuid, CqlTypes.Timestamp, CqlTypes.Date, CqlTypes.Time, CqlTypes.Uuid];

    public static IEnumerable<Function> All() => Snake().SelectMany(f => new Function[] { f, Legacy(f) });

    /// <summary>The name of the function that casts to a type.</summary>
    public static string NameOf(string type) => $"cast_as_{type}";

    private static IEnumerable<ScalarFunction> Snake()
    {
        foreach (CqlType from in Numbers.Types)
        {
            foreach (CqlType to in Numbers.Types)
            {
                if (to is not CounterType && !ReferenceEquals(from, to))
                    yield return Cast(from, to, NumberBody(from, to));
            }
        }

        foreach (CqlType from in Numbers.Types.Concat(Textual))
        {
            yield return Cast(from, CqlTypes.Ascii, TextBody(from));
            yield return Cast(from, CqlTypes.Text, TextBody(from));
        }

        yield return Cast(CqlTypes.Ascii, CqlTypes.Text, (in a, output) => Result.Bytes(a.First, output));
        yield return Cast(CqlTypes.TimeUuid, CqlTypes.Date, TimeFunctions.ToDate(TimeFunctions.MillisOfUuid));
        yield return Cast(CqlTypes.TimeUuid, CqlTypes.Timestamp, TimeFunctions.ToMillis(TimeFunctions.MillisOfUuid));
        yield return Cast(CqlTypes.Timestamp, CqlTypes.Date, TimeFunctions.ToDate(TimeFunctions.MillisOfTimestamp));
        yield return Cast(CqlTypes.Date, CqlTypes.Timestamp, TimeFunctions.ToMillis(DurationMath.DateToMillis));
    }

    private static ScalarFunction Cast(CqlType from, CqlType to, ScalarBody body) =>
        new(NameOf(to.Name), body, to, from) { NameOfColumn = names => $"cast({names[0]} as {to.Name})" };

    private static ScalarFunction Legacy(ScalarFunction function)
    {
        string type = function.ReturnType.Name;
        return function.Named($"castAs{char.ToUpperInvariant(type[0])}{type[1..]}");
    }

    private static ScalarBody NumberBody(CqlType from, CqlType to)
    {
        NumberKind kind = Numbers.KindOf(from);
        int size = Numbers.SizeOf(to);
        bool isFloat = kind is NumberKind.Single or NumberKind.Double;
        return Numbers.KindOf(to) switch
        {
            NumberKind.Integer when isFloat && size < sizeof(long) => (in a, output) => Result.Integer(Numbers.ToInt(Numbers.ReadDouble(kind, a.First)), size, output),
            NumberKind.Integer => (in a, output) => Result.Integer(Numbers.ReadLong(kind, a.First), size, output),
            NumberKind.Single => (in a, output) => Result.Single(Numbers.ReadSingle(kind, a.First), output),
            NumberKind.Double => (in a, output) => Result.Double(Numbers.ReadDouble(kind, a.First), output),
            NumberKind.BigInteger => (in a, output) => Result.BigInteger(Numbers.ReadLong(kind, a.First), output),
            _ => (in a, output) => Result.Decimal(ToDecimal(kind, a.First), output),
        };
    }

    private static CqlDecimal ToDecimal(NumberKind kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case NumberKind.Integer:
                return new CqlDecimal(Numbers.ReadInteger(value), 0);
            case NumberKind.BigInteger:
                return new CqlDecimal(Numbers.ReadBigInteger(value), 0);
            default:
                double number = Numbers.ReadDouble(kind, value);
                if (!double.IsFinite(number))
                    throw new InvalidQueryException($"{(double.IsNaN(number) ? "NaN" : "An infinite number")} cannot be cast to a decimal");
                return kind == NumberKind.Single ? DecimalMath.FromSingle((float)number) : DecimalMath.FromDouble(number);
        }
    }

    // The literal without its quotes.
    private static ScalarBody TextBody(CqlType from)
    {
        CqlType type = from is CounterType ? CqlTypes.BigInt : from;
        return (in a, output) =>
        {
            int start = output.Length;
            type.WriteLiteral(a.First, output);
            Span<byte> text = output.Patch(start, output.Length - start);
            if (text.Length >= 2 && text[0] == (byte)'\'')
            {
                text[1..^1].CopyTo(text);
                output.Truncate(start + text.Length - 2);
            }

            return true;
        };
    }
}
