using System.Collections.Immutable;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema;

/// <summary>A user-defined function: kept and described; its body is not run here.</summary>
/// <param name="Keyspace">Keyspace's name.</param>
/// <param name="Name">The name, without quotes.</param>
/// <param name="ArgumentNames">Names of the arguments.</param>
/// <param name="ArgumentTypes">Types of the arguments; collections and user types not frozen.</param>
/// <param name="ReturnType">Type of the result.</param>
/// <param name="CalledOnNullInput">Whether it is called with nulls, or else answers null for them.</param>
/// <param name="Language">The body's language, such as <c>java</c>.</param>
/// <param name="Body">The body.</param>
/// <remarks>Source: org/apache/cassandra/cql3/functions/UDFunction.java.</remarks>
public sealed record FunctionMetadata(
    string Keyspace,
    string Name,
    ImmutableArray<string> ArgumentNames,
    ImmutableArray<CqlType> ArgumentTypes,
    CqlType ReturnType,
    bool CalledOnNullInput,
    string Language,
    string Body)
{
    /// <summary>Name and argument types, such as <c>plus(int, int)</c>: what tells it from others of the same name.</summary>
    public string Signature { get; } = FunctionSignature.Of(Name, ArgumentTypes);
}

/// <summary>A user-defined aggregate.</summary>
/// <param name="Keyspace">Keyspace's name.</param>
/// <param name="Name">The name, without quotes.</param>
/// <param name="ArgumentTypes">Types of the arguments.</param>
/// <param name="ReturnType">Type of the result.</param>
/// <param name="StateFunction">Name of the function that takes a state and the arguments and gives the next state.</param>
/// <param name="StateType">The state's type.</param>
/// <param name="FinalFunction">Name of the function that makes the result of the last state; null for none.</param>
/// <param name="InitialCondition">The first state as a CQL literal; null for null.</param>
/// <remarks>Source: org/apache/cassandra/cql3/functions/UDAggregate.java.</remarks>
public sealed record AggregateMetadata(
    string Keyspace,
    string Name,
    ImmutableArray<CqlType> ArgumentTypes,
    CqlType ReturnType,
    string StateFunction,
    CqlType StateType,
    string? FinalFunction,
    string? InitialCondition)
{
    /// <summary>Name and argument types, such as <c>total(int)</c>.</summary>
    public string Signature { get; } = FunctionSignature.Of(Name, ArgumentTypes);
}

/// <summary>How functions are named together with their argument types.</summary>
internal static class FunctionSignature
{
    public static string Of(string name, ImmutableArray<CqlType> argumentTypes) =>
        $"{CqlIdentifier.Quote(name)}({string.Join(", ", argumentTypes.Select(TypeText))})";

    /// <summary>A type in a function's definition: tuples, which are frozen by nature, without <c>frozen</c>.</summary>
    public static string TypeText(CqlType type)
    {
        const string FrozenTuple = "frozen<tuple<";
        string name = type.Name;
        return name.StartsWith(FrozenTuple, StringComparison.Ordinal) ? name["frozen<".Length..^1] : name;
    }
}
