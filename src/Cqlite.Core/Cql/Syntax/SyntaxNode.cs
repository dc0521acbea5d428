using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary>Any node of the syntax tree: immutable, knows where it stands in the text and nothing of a schema.</summary>
/// <param name="Position">Where the node's first token stands.</param>
internal abstract record SyntaxNode(SourcePosition Position);

/// <summary>A name: of a keyspace, table, column, field, role ...</summary>
/// <param name="Text">The name it denotes: in lower case unless it was quoted.</param>
/// <param name="IsQuoted">Whether it stood in double quotes.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record Identifier(string Text, bool IsQuoted, SourcePosition Position) : SyntaxNode(Position)
{
    public override string ToString() => Text;
}

/// <summary>A name that may be qualified with its keyspace.</summary>
internal sealed record QualifiedName(Identifier? Keyspace, Identifier Name) : SyntaxNode(Keyspace?.Position ?? Name.Position)
{
    public override string ToString() => Keyspace is null ? Name.Text : $"{Keyspace.Text}.{Name.Text}";
}

/// <summary>A function's name. Unquoted names are in lower case, but keywords keep their case, as in Cassandra.</summary>
internal sealed record FunctionName(string? Keyspace, string Name, SourcePosition Position) : SyntaxNode(Position)
{
    public override string ToString() => Keyspace is null ? Name : $"{Keyspace}.{Name}";
}

/// <summary>A statement.</summary>
internal abstract record Statement(SourcePosition Position) : SyntaxNode(Position)
{
    /// <summary>The bind markers, in the order of the text; <see cref="BindMarker.Index"/> counts in here.</summary>
    public ImmutableArray<BindMarker> BindMarkers { get; init; } = [];
}
