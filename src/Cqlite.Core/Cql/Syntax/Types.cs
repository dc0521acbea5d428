using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary>A type as it is written. Printing it gives Cassandra's text of the unresolved type.</summary>
internal abstract record TypeSyntax(SourcePosition Position) : SyntaxNode(Position);

/// <summary>A native type, by its CQL name in lower case.</summary>
internal sealed record NativeTypeSyntax(string Name, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => Name;
}

/// <summary><c>list&lt;element&gt;</c></summary>
internal sealed record ListTypeSyntax(TypeSyntax Element, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => $"list<{Element}>";
}

/// <summary><c>set&lt;element&gt;</c></summary>
internal sealed record SetTypeSyntax(TypeSyntax Element, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => $"set<{Element}>";
}

/// <summary><c>map&lt;key, value&gt;</c></summary>
internal sealed record MapTypeSyntax(TypeSyntax Key, TypeSyntax Value, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => $"map<{Key}, {Value}>";
}

/// <summary><c>tuple&lt;a, b&gt;</c></summary>
internal sealed record TupleTypeSyntax(ImmutableArray<TypeSyntax> Elements, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => $"tuple<{string.Join(", ", Elements)}>";
}

/// <summary><c>vector&lt;element, dimension&gt;</c></summary>
internal sealed record VectorTypeSyntax(TypeSyntax Element, int Dimension, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => $"vector<{Element}, {Dimension}>";
}

/// <summary><c>frozen&lt;type&gt;</c></summary>
internal sealed record FrozenTypeSyntax(TypeSyntax Inner, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => $"frozen<{Inner}>";
}

/// <summary>A user type by its name.</summary>
internal sealed record UserTypeSyntax(QualifiedName Name) : TypeSyntax(Name.Position)
{
    public override string ToString() => Name.ToString();
}

/// <summary>A type by its Java class: <c>'org.apache.cassandra.db.marshal.DynamicCompositeType(...)'</c>.</summary>
internal sealed record CustomTypeSyntax(string ClassName, SourcePosition Position) : TypeSyntax(Position)
{
    public override string ToString() => $"'{ClassName}'";
}
