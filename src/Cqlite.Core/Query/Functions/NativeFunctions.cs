using System.Collections.Frozen;

namespace Cqlite.Core.Query.Functions;

/// <summary>All functions that are built in, by name; those that depend on the table or are the user's own come from elsewhere.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/NativeFunctions.java.</remarks>
internal static class NativeFunctions
{
    private static readonly FrozenDictionary<string, Function[]> Functions =
        CastFunctions.All()
            .Concat(TimeFunctions.All())
            .Concat(ArithmeticFunctions.All())
            .Concat(AggregateFunctions.All())
            .Concat(BlobFunctions.All())
            .Concat(MathFunctions.All())
            .GroupBy(f => f.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FunctionFactory> Factories =
        JsonFunctions.Factories()
            .Concat(AggregateFunctions.Factories())
            .Concat(CollectionFunctions.Factories())
            .Concat(MaskingFunctions.Factories())
            .Concat(VectorFunctions.Factories())
            .ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>The functions of a name, which differ in their arguments.</summary>
    public static ReadOnlySpan<Function> Of(string name) => Functions.GetValueOrDefault(name);

    /// <summary>What makes functions of a name for their calls.</summary>
    public static FunctionFactory? FactoryOf(string name) => Factories.GetValueOrDefault(name);
}
