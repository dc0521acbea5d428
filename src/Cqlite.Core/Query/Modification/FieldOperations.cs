using System.Buffers.Binary;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary><c>u = value</c> of a multi-cell user type: what there was is deleted a microsecond before, and each field that is not null becomes a cell.</summary>
internal sealed record SetFields(ColumnSource Column, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value.Bind(writer.Values);
        if (BindValues.IsUnset(value))
            return;
        writer.DeleteForOverwrite(Column.Index);
        ElementReader reader = new(value, "user type");
        Span<byte> path = stackalloc byte[sizeof(short)];
        for (short field = 0; !reader.IsAtEnd; field++)
        {
            if (!reader.Read(out ReadOnlySpan<byte> element))
                continue;
            BinaryPrimitives.WriteInt16BigEndian(path, field);
            writer.AddCell(Column.Index, path, element);
        }
    }

    public override string ToString() => $"{Column} = {Value}";
}

/// <summary><c>u.field = value</c> of a multi-cell user type; without a value it deletes the field.</summary>
internal sealed record SetField(ColumnSource Column, int Field, Term? Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value?.Bind(writer.Values);
        if (BindValues.IsUnset(value))
            return;
        Span<byte> path = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(path, (short)Field);
        if (value is null)
            writer.AddTombstone(Column.Index, path);
        else
            writer.AddCell(Column.Index, path, value);
    }

    public override string ToString() => Value is null ? $"delete {Column}.{Field}" : $"{Column}.{Field} = {Value}";
}
