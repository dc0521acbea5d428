using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>Another type in reverse order: that of a DESC clustering column. All else is the other type's.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/ReversedType.java.</remarks>
internal sealed class ReversedType(CqlType inner) : CqlType
{
    private readonly CqlType _inner = inner;

    /// <inheritdoc/>
    public override string Name => _inner.Name;

    /// <inheritdoc/>
    public override string ClassName { get; } = $"{NativeType.Package}ReversedType({inner.ClassName})";

    /// <inheritdoc/>
    public override int FixedLength => _inner.FixedLength;

    /// <inheritdoc/>
    public override bool IsReversed => true;

    /// <inheritdoc/>
    public override CqlType Unreversed => _inner.Unreversed;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => _inner.IsEmptyMeaningless;

    /// <inheritdoc/>
    public override bool IsCounter => _inner.IsCounter;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new ReversedType(_inner.WithDialect(dialect));

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => _inner.Compare(right, left);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value) => _inner.Validate(value);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value) => _inner.Decode(value);

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output) => _inner.Encode(value, output);

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output) => _inner.ParseText(text, output);

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => _inner.ParseJson(value, output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => _inner.WriteText(value, output);

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => _inner.WriteLiteral(value, output);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => _inner.WriteJson(value, output);

    /// <summary>Writes the other type's form with all bits inverted; its empty forms compare right only within a sequence, whose marker tells them apart.</summary>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        int start = output.Length;
        _inner.WriteByteComparable(value, output);
        foreach (ref byte b in output.Patch(start, output.Length - start))
            b = (byte)~b;
    }
}
