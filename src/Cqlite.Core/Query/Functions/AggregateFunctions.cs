using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>count, sum, avg of every numeric type, min and max of every type.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/AggregateFcts.java.</remarks>
internal static class AggregateFunctions
{
    /// <summary>count(*).</summary>
    public static AggregateFunction CountRows { get; } = new("count_rows", () => new CountAccumulator(), CqlTypes.BigInt) { NameOfColumn = _ => "count" };

    public static IEnumerable<Function> All()
    {
        yield return CountRows;
        yield return new AggregateFunction("countRows", () => new CountAccumulator(), CqlTypes.BigInt) { NameOfColumn = _ => "count" };
        yield return new AggregateFunction("count", () => new CountAccumulator(), CqlTypes.BigInt, CqlTypes.Blob);
        foreach (CqlType type in Numbers.Types)
        {
            yield return new AggregateFunction("sum", () => Sum(type, average: false), type, type);
            yield return new AggregateFunction("avg", () => Sum(type, average: true), type, type);
        }
    }

    public static IEnumerable<FunctionFactory> Factories()
    {
        yield return new FunctionFactory("min", [new AnyParameter(true)], (types, _) => Extreme("min", types[0], isMaximum: false));
        yield return new FunctionFactory("max", [new AnyParameter(true)], (types, _) => Extreme("max", types[0], isMaximum: true));
    }

    /// <summary>What sums numbers up, or averages them.</summary>
    public static Accumulator Sum(CqlType type, bool average) => Numbers.KindOf(type) switch
    {
        NumberKind.Integer => new IntegerSumAccumulator(Numbers.SizeOf(type), average),
        NumberKind.BigInteger => new BigIntegerSumAccumulator(average),
        NumberKind.Decimal => average ? new DecimalAverageAccumulator() : new DecimalSumAccumulator(),
        NumberKind.Single => new FloatingSumAccumulator(isSingle: true, average),
        _ => new FloatingSumAccumulator(isSingle: false, average),
    };

    /// <summary>What keeps the first or last value in a type's order.</summary>
    public static Accumulator Extreme(CqlType type, bool isMaximum) => type is IntType or BigIntType or CounterType || type.Equals(CqlTypes.Timestamp)
        ? new IntegerExtremeAccumulator(Numbers.SizeOf(type), isMaximum)
        : new ExtremeAccumulator(type, isMaximum);

    private static AggregateFunction Extreme(string name, CqlType type, bool isMaximum) => new(name, () => Extreme(type, isMaximum), type, type) { IsMadeForCall = true };
}
