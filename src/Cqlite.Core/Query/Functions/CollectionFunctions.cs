using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>map_keys, map_values, and collection_count, _min, _max, _sum and _avg.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/CollectionFcts.java.</remarks>
internal static class CollectionFunctions
{
    public static IEnumerable<FunctionFactory> Factories()
    {
        yield return new FunctionFactory("map_keys", [new MapParameter()], (types, _) => Keys((MapType)types[0]));
        yield return new FunctionFactory("map_values", [new MapParameter()], (types, _) => Values((MapType)types[0]));
        yield return new FunctionFactory("collection_count", [new CollectionParameter()], (types, _) => Count((CollectionType)types[0]));
        yield return new FunctionFactory("collection_min", [new SetOrListParameter(numeric: false)], (types, _) => Fold("collection_min", types[0], e => AggregateFunctions.Extreme(e, false)));
        yield return new FunctionFactory("collection_max", [new SetOrListParameter(numeric: false)], (types, _) => Fold("collection_max", types[0], e => AggregateFunctions.Extreme(e, true)));
        yield return new FunctionFactory("collection_sum", [new SetOrListParameter(numeric: true)], (types, _) => Fold("collection_sum", types[0], e => AggregateFunctions.Sum(e, false)));
        yield return new FunctionFactory("collection_avg", [new SetOrListParameter(numeric: true)], (types, _) => Fold("collection_avg", types[0], e => AggregateFunctions.Sum(e, true)));
    }

    /// <summary>The elements' type of a list or set.</summary>
    public static CqlType? ElementsOf(CqlType type) => type switch
    {
        ListType list => list.Elements,
        SetType set => set.Elements,
        _ => null,
    };

    private static ScalarFunction Keys(MapType map) => Made("map_keys", (in a, output) => Copy(a.First, keys: true, output), new SetType(map.Keys, false), map);

    private static ScalarFunction Values(MapType map) => Made("map_values", (in a, output) => Copy(a.First, keys: false, output), new ListType(map.Values, false), map);

    private static ScalarFunction Count(CollectionType type)
    {
        string kind = type.Kind;
        return Made(
            "collection_count",
            (in a, output) =>
            {
                ElementReader.OfCollection(a.First, kind, out int count);
                output.WriteInt32(count);
                return true;
            },
            CqlTypes.Int,
            type);
    }

    private static ScalarFunction Fold(string name, CqlType type, Func<CqlType, Accumulator> start)
    {
        CqlType elements = ElementsOf(type)!;
        string kind = ((CollectionType)type).Kind;
        return Made(
            name,
            (in a, output) =>
            {
                Accumulator accumulator = start(elements);
                ElementReader reader = ElementReader.OfCollection(a.First, kind, out int count);
                for (; count > 0; count--)
                    accumulator.Add(reader.ReadValue());
                return accumulator.Write(output);
            },
            elements,
            type);
    }

    private static ScalarFunction Made(string name, ScalarBody body, CqlType result, CqlType argument) => new(name, body, result, argument) { IsMadeForCall = true };

    private static bool Copy(ReadOnlySpan<byte> map, bool keys, BufferWriter output)
    {
        ElementReader reader = ElementReader.OfCollection(map, "map", out int count);
        output.WriteInt32(count);
        for (; count > 0; count--)
        {
            ReadOnlySpan<byte> key = reader.ReadValue();
            ReadOnlySpan<byte> value = reader.ReadValue();
            output.WriteIntBytes(keys ? key : value);
        }

        return true;
    }
}
