using System.Collections.Immutable;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema;

/// <summary>An argument of a masking function, behind the column itself.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Value">Its serialized value; null for null.</param>
public readonly record struct ColumnMaskArgument(CqlType Type, ReadOnlyMemory<byte>? Value);

/// <summary>A column's dynamic data mask: the function that a reader without the right to see the column gets its values through.</summary>
/// <param name="FunctionKeyspace">Keyspace of the function; <c>system</c> for those built in.</param>
/// <param name="FunctionName">Name of the function.</param>
/// <param name="Arguments">The arguments behind the column.</param>
/// <remarks>Source: org/apache/cassandra/cql3/functions/masking/ColumnMask.java.</remarks>
public sealed record ColumnMask(string FunctionKeyspace, string FunctionName, ImmutableArray<ColumnMaskArgument> Arguments)
{
    /// <inheritdoc/>
    public bool Equals(ColumnMask? other) => other is not null && string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(FunctionName);

    /// <summary>The text behind <c>MASKED WITH</c>, such as <c>system.mask_inner(1, 2)</c>.</summary>
    public override string ToString()
    {
        var arguments = new BufferWriter();
        for (int i = 0; i < Arguments.Length; i++)
        {
            if (i > 0)
                arguments.Write(", "u8);
            if (Arguments[i].Value is { } value)
                Arguments[i].Type.WriteLiteral(value.Span, arguments);
            else
                arguments.Write("null"u8);
        }

        return $"{FunctionKeyspace}.{FunctionName}({arguments})";
    }
}
