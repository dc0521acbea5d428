using System.Diagnostics.CodeAnalysis;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Types;

/// <summary>Throws for values that are not of their type, in the words of Cassandra's MarshalException.</summary>
internal static class MarshalError
{
    /// <summary>Fails with a message.</summary>
    /// <exception cref="InvalidQueryException">Always.</exception>
    [DoesNotReturn]
    public static void Throw(string message) => throw new InvalidQueryException(message);

    /// <summary>Fails because a .NET object can't be a value of a type.</summary>
    /// <exception cref="InvalidQueryException">Always.</exception>
    [DoesNotReturn]
    public static void ThrowObject(CqlType type, object value) =>
        throw new InvalidQueryException($"A value of .NET type {value.GetType().FullName} can't be a {type.Name}.");

    /// <summary>Fails because a number is out of a type's range.</summary>
    /// <exception cref="InvalidQueryException">Always.</exception>
    [DoesNotReturn]
    public static void ThrowRange(CqlType type, object value) =>
        throw new InvalidQueryException($"The value {value} is out of the range of {type.Name}.");
}
