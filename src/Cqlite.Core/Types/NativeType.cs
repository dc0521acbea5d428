using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>A type without parameters. Its CQL literal is its text, quoted or not, and <c>null</c> for a value without content.</summary>
internal abstract class NativeType(string name, string simpleClassName) : CqlType
{
    /// <summary>The package of all of Cassandra's types.</summary>
    public const string Package = "org.apache.cassandra.db.marshal.";

    /// <inheritdoc/>
    public sealed override string Name { get; } = name;

    /// <inheritdoc/>
    public sealed override string ClassName { get; } = Package + simpleClassName;

    /// <summary>Whether the type's literal stands in single quotes.</summary>
    protected virtual bool QuotesLiteral => false;

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
        {
            output.Write("null"u8);
            return;
        }

        if (QuotesLiteral)
            output.WriteByte((byte)'\'');
        WriteText(value, output);
        if (QuotesLiteral)
            output.WriteByte((byte)'\'');
    }

    /// <summary>The text of a JSON string, or an error that names what was expected.</summary>
    protected static string JsonText(JsonElement value, string expected)
    {
        if (value.ValueKind != JsonValueKind.String)
            MarshalError.Throw($"Expected {expected}, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
        return value.GetString()!;
    }
}
