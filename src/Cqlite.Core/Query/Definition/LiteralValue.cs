using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>Values of literals in definitions: arguments of masks, initial conditions of aggregates.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/Constants.java (Literal.testAssignment).</remarks>
internal static class LiteralValue
{
    /// <summary>Appends the literal's value, if such a literal may stand for the type.</summary>
    public static bool TryWrite(Literal literal, CqlType type, BufferWriter output)
    {
        if (!Suits(literal.Kind, type.Name))
            return false;
        try
        {
            type.ParseText(literal.Kind == LiteralKind.Hex ? literal.Text.AsSpan(2) : literal.Text, output);
            return true;
        }
        catch (InvalidQueryException)
        {
            return false;
        }
    }

    private static bool Suits(LiteralKind kind, string type) => kind switch
    {
        LiteralKind.String => type is "ascii" or "text" or "inet" or "timestamp" or "date" or "time",
        LiteralKind.Integer => type is "bigint" or "counter" or "date" or "decimal" or "double" or "duration" or "float" or "int" or "smallint"
            or "time" or "timestamp" or "tinyint" or "varint",
        LiteralKind.Float => type is "decimal" or "double" or "float",
        LiteralKind.Boolean => type is "boolean",
        LiteralKind.Duration => type is "duration",
        LiteralKind.Uuid => type is "uuid" or "timeuuid",
        _ => type is "blob",
    };
}
