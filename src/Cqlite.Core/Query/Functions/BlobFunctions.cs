using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>X_as_blob and blob_as_X: the same bytes as another type.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/BytesConversionFcts.java.</remarks>
internal static class BlobFunctions
{
    public static IEnumerable<Function> All()
    {
        foreach ((string name, CqlType type) in CqlTypes.ByName)
        {
            if (type is BlobType)
                continue;
            CqlType argument = TypeCompatibility.OfArgument(type);
            foreach (string separator in new[] { "_as_", "as" })
            {
                string toName = $"{name}{separator}blob";
                string fromName = $"blob{separator}{name}";
                yield return new ScalarFunction(toName, Copy, CqlTypes.Blob, argument) { TakesNulls = true };
                yield return new ScalarFunction(fromName, (in a, output) => Read(fromName, name, type, a, output), argument, CqlTypes.Blob) { TakesNulls = true };
            }
        }
    }

    private static bool Copy(in Arguments arguments, BufferWriter output)
    {
        output.Write(arguments.First);
        return !arguments.IsNull(0);
    }

    private static bool Read(string function, string typeName, CqlType type, in Arguments arguments, BufferWriter output)
    {
        if (arguments.IsNull(0))
            return false;
        if (!IsValid(type, arguments.First))
        {
            throw new InvalidQueryException(
                $"In call to function {Function.System}.{function}, value 0x{Convert.ToHexStringLower(arguments.First)} is not a valid binary representation for type {typeName}");
        }

        output.Write(arguments.First);
        return true;
    }

    private static bool IsValid(CqlType type, ReadOnlySpan<byte> value)
    {
        if (type is CounterType)
            return value.Length is 0 or sizeof(long);
        try
        {
            type.Validate(value);
            return true;
        }
        catch (InvalidQueryException)
        {
            return false;
        }
    }
}
