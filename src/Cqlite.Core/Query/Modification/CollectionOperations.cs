using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary><c>c = value</c> of a set, map or list: what there was is deleted a microsecond before, so that the new elements stay.</summary>
internal sealed record SetCollection(ColumnSource Column, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value.Bind(writer.Values);
        if (BindValues.IsUnset(value))
            return;
        if (!Column.Column.IsComplex)
        {
            if (value is null)
                writer.AddTombstone(Column.Index);
            else
                writer.AddCell(Column.Index, CollectionItems.Normalize(Column.Column.Type, value));
            return;
        }

        writer.DeleteForOverwrite(Column.Index);
        if (value is not null)
            AddElements.Write(Column, value, writer);
    }

    public override string ToString() => $"{Column} = {Value}";
}

/// <summary><c>c = c + value</c> of a multi-cell set, map or list; null adds nothing.</summary>
internal sealed record AddElements(ColumnSource Column, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value.Bind(writer.Values);

        // Of an unset list Cassandra fails within; of others it adds nothing.
        if (BindValues.IsUnset(value) && Column.Column.Type.Unreversed is ListType)
            throw new InvalidQueryException($"Invalid unset value for elements of list {Column}");
        if (value is not null && !BindValues.IsUnset(value))
            Write(Column, value, writer);
    }

    /// <summary>Adds the elements of a serialized collection as cells.</summary>
    public static void Write(ColumnSource column, byte[] value, RowWriter writer)
    {
        CqlType type = column.Column.Type.Unreversed;
        ElementReader reader = ElementReader.OfCollection(CollectionItems.Normalize(type, value), "collection", out int count);
        Span<byte> path = stackalloc byte[16];
        for (; count > 0; count--)
        {
            ReadOnlySpan<byte> element = reader.ReadValue();
            switch (type)
            {
                case MapType:
                    writer.AddCell(column.Index, element, reader.ReadValue());
                    break;
                case SetType:
                    writer.AddCell(column.Index, element, default);
                    break;
                default:
                    ListPaths.Append(path);
                    writer.AddCell(column.Index, path, element);
                    break;
            }
        }
    }

    public override string ToString() => $"{Column} += {Value}";
}

/// <summary><c>c = c - value</c> of a multi-cell set or map: each of the elements or keys is deleted.</summary>
internal sealed record RemoveElements(ColumnSource Column, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value.Bind(writer.Values);
        if (value is null || BindValues.IsUnset(value))
            return;
        ElementReader reader = ElementReader.OfCollection(value, "set", out int count);
        for (; count > 0; count--)
            writer.AddTombstone(Column.Index, reader.ReadValue());
    }

    public override string ToString() => $"{Column} -= {Value}";
}

/// <summary><c>m[key] = value</c> of a multi-cell map.</summary>
internal sealed record SetEntry(ColumnSource Column, Term Key, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? key = Key.Bind(writer.Values);
        byte[]? value = Value.Bind(writer.Values);
        if (key is null)
            throw new InvalidQueryException("Invalid null map key");
        if (BindValues.IsUnset(key))
            throw new InvalidQueryException("Invalid unset map key");
        if (value is null)
            writer.AddTombstone(Column.Index, key);
        else if (!BindValues.IsUnset(value))
            writer.AddCell(Column.Index, key, value);
    }

    public override string ToString() => $"{Column}[{Key}] = {Value}";
}

/// <summary>Deletes an element of a multi-cell set or an entry of a multi-cell map.</summary>
internal sealed record DeleteElement(ColumnSource Column, Term Key) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        bool isSet = Column.Column.Type.Unreversed is SetType;
        byte[] key = Key.Bind(writer.Values) ?? throw new InvalidQueryException(isSet ? "Invalid null set element" : "Invalid null map key");
        if (BindValues.IsUnset(key))
            throw new InvalidQueryException(isSet ? "Invalid unset set element" : "Invalid unset map key");
        writer.AddTombstone(Column.Index, key);
    }

    public override string ToString() => $"delete {Column}[{Key}]";
}
