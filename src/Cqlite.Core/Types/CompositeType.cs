using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>A composite whose components have the types that it lists.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/CompositeType.java.</remarks>
internal sealed class CompositeType(IReadOnlyList<CqlType> components)
    : AbstractCompositeType($"{NativeType.Package}CompositeType({string.Join(',', components.Select(c => c.ClassName))})")
{
    /// <summary>The components' types.</summary>
    public IReadOnlyList<CqlType> Components { get; } = components;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new CompositeType([.. Components.Select(c => c.WithDialect(dialect))]);

    /// <inheritdoc/>
    protected override bool SkipStatic(ref ReadOnlySpan<byte> value)
    {
        if (value.Length < 2 || value[0] != 0xFF || value[1] != 0xFF)
            return false;
        value = value[2..];
        return true;
    }

    /// <inheritdoc/>
    protected override CqlType ReadType(int index, ref ReadOnlySpan<byte> value)
    {
        if (index >= Components.Count)
            MarshalError.Throw("Too many bytes for comparator");
        return Components[index];
    }

    /// <inheritdoc/>
    protected override CqlType ParseType(int index, string part, out string rest, BufferWriter output)
    {
        if (index >= Components.Count)
            MarshalError.Throw("Too many bytes for comparator");
        rest = part;
        return Components[index];
    }
}
