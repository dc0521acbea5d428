using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary>An argument of a function.</summary>
internal readonly record struct FunctionArgument(Identifier Name, TypeSyntax Type);

/// <summary>CREATE FUNCTION</summary>
internal sealed record CreateFunctionStatement(SourcePosition Position) : Statement(Position)
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }

    public required FunctionName Name { get; init; }

    public ImmutableArray<FunctionArgument> Arguments { get; init; } = [];

    /// <summary>CALLED ON NULL INPUT, as against RETURNS NULL ON NULL INPUT.</summary>
    public bool CalledOnNullInput { get; init; }

    public required TypeSyntax ReturnType { get; init; }

    /// <summary>In lower case.</summary>
    public required string Language { get; init; }

    public required string Body { get; init; }
}

/// <summary>DROP FUNCTION; without argument types (default) it must be the only one of its name.</summary>
internal sealed record DropFunctionStatement(FunctionName Name, bool IfExists, ImmutableArray<TypeSyntax> ArgumentTypes, SourcePosition Position)
    : Statement(Position);

/// <summary>CREATE AGGREGATE</summary>
internal sealed record CreateAggregateStatement(SourcePosition Position) : Statement(Position)
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }

    public required FunctionName Name { get; init; }

    public ImmutableArray<TypeSyntax> ArgumentTypes { get; init; } = [];

    public required string StateFunction { get; init; }

    public required TypeSyntax StateType { get; init; }

    public string? FinalFunction { get; init; }

    public Expression? InitialCondition { get; init; }
}

/// <summary>DROP AGGREGATE; without argument types (default) it must be the only one of its name.</summary>
internal sealed record DropAggregateStatement(FunctionName Name, bool IfExists, ImmutableArray<TypeSyntax> ArgumentTypes, SourcePosition Position)
    : Statement(Position);
