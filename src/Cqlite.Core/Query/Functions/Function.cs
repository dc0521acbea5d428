using System.Collections.Immutable;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>A function that statements can call, with the types of its arguments and of its result.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/AbstractFunction.java.</remarks>
internal abstract class Function(string keyspace, string name, CqlType returnType, params ReadOnlySpan<CqlType> argumentTypes)
{
    /// <summary>The keyspace of the functions that are built in.</summary>
    public const string System = "system";

    /// <summary>Keyspace's name.</summary>
    public string Keyspace { get; } = keyspace;

    /// <summary>The name, without keyspace.</summary>
    public string Name { get; } = name;

    /// <summary>The name as messages have it, such as <c>system.abs</c>.</summary>
    public string QualifiedName { get; } = $"{keyspace}.{name}";

    public CqlType ReturnType { get; } = returnType;

    public ImmutableArray<CqlType> ArgumentTypes { get; } = [.. argumentTypes];

    /// <summary>Whether it is computed over rows.</summary>
    public virtual bool IsAggregate => false;

    /// <summary>Whether it was made for the call's own types, so that what it returns says little of what is wanted.</summary>
    public bool IsMadeForCall { get; init; }

    /// <summary>The result column's name, where it is not <c>keyspace.name(arguments)</c>.</summary>
    public Func<IReadOnlyList<string>, string>? NameOfColumn { private get; init; }

    /// <summary>The name of the result column of a call.</summary>
    public string ColumnName(IReadOnlyList<string> arguments) => NameOfColumn?.Invoke(arguments) ?? $"{QualifiedName}({string.Join(", ", arguments)})";

    /// <summary>The signature as messages have it: <c>system.abs : (int) -> int</c>.</summary>
    public override string ToString() =>
        $"{CqlIdentifier.Quote(Keyspace)}.{CqlIdentifier.Quote(Name)} : ({string.Join(", ", ArgumentTypes.Select(FunctionSignature.TypeText))}) -> {ReturnType.Name}";
}
