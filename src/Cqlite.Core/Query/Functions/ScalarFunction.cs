using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>Computes a value from serialized arguments and appends it; false for null.</summary>
internal delegate bool ScalarBody(in Arguments arguments, BufferWriter output);

/// <summary>A function of values of one row.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/ScalarFunction.java.</remarks>
internal class ScalarFunction(string keyspace, string name, ScalarBody body, CqlType returnType, params ReadOnlySpan<CqlType> argumentTypes)
    : Function(keyspace, name, returnType, argumentTypes)
{
    /// <summary>A function that is built in.</summary>
    public ScalarFunction(string name, ScalarBody body, CqlType returnType, params ReadOnlySpan<CqlType> argumentTypes)
        : this(System, name, body, returnType, argumentTypes)
    {
    }

    /// <summary>Whether equal arguments give equal results, so that a call with constants is one.</summary>
    public bool IsPure { get; init; } = true;

    /// <summary>Whether rows in the order of the first argument are in the order of the result too, so that GROUP BY may use it.</summary>
    public bool IsMonotonic { get; init; }

    /// <summary>Whether nulls, and values without bytes, are handed to the body; else nulls, and numbers and such without bytes, make the result null.</summary>
    public bool TakesNulls { get; init; }

    /// <summary>The same function under another name, which older releases had for it.</summary>
    public ScalarFunction Named(string name) => new(name, body, ReturnType, ArgumentTypes.AsSpan())
    {
        IsPure = IsPure,
        IsMonotonic = IsMonotonic,
        TakesNulls = TakesNulls,
        IsMadeForCall = IsMadeForCall,
    };

    /// <summary>Appends the result; false for null.</summary>
    /// <exception cref="InvalidQueryException">The function fails on these values.</exception>
    public bool Invoke(in Arguments arguments, BufferWriter output)
    {
        for (int i = 0; !TakesNulls && i < arguments.Count; i++)
        {
            if (arguments.IsNull(i))
                return false;
            if (arguments.IsEmpty(i))
            {
                if (ArgumentTypes[i].IsEmptyMeaningless || Numbers.IsNumeric(ArgumentTypes[i]))
                    return false;
                ArgumentTypes[i].Validate([]);
            }
            else if (arguments.IsLongTinyInt(i, ArgumentTypes[i]))
            {
                return Invoke(arguments.WithFirstByteOf(i), output);
            }
        }

        try
        {
            return body(arguments, output);
        }
        catch (ArithmeticException error)
        {
            throw new InvalidQueryException(error.Message);
        }
    }
}
