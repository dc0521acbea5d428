using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>What a statement does to one static or regular column of the rows that it names.</summary>
/// <param name="Column">The column.</param>
/// <remarks>Source: org/apache/cassandra/cql3/{Operation,Constants,Lists,Sets,Maps,UserTypes}.java.</remarks>
internal abstract record Operation(ColumnSource Column)
{
    /// <summary>Whether it concerns the static row.</summary>
    public bool IsStatic => Column.Kind == ColumnKind.Static;

    /// <summary>Whether it depends on what is stored.</summary>
    public virtual bool RequiresRead => false;

    /// <summary>Does it to the row that the writer fills.</summary>
    /// <exception cref="InvalidQueryException">A value does not suit.</exception>
    public abstract void Apply(RowWriter writer);
}

/// <summary><c>c = value</c> of a column that has one cell; null deletes it.</summary>
internal sealed record SetValue(ColumnSource Column, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value.Bind(writer.Values);
        if (value is null)
            writer.AddTombstone(Column.Index);
        else if (!BindValues.IsUnset(value))
            writer.AddCell(Column.Index, value);
    }

    public override string ToString() => $"{Column} = {Value}";
}

/// <summary>Deletes a column, all elements of it if it is multi-cell.</summary>
internal sealed record DeleteColumn(ColumnSource Column) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        if (Column.Column.IsComplex)
            writer.DeleteAll(Column.Index);
        else
            writer.AddTombstone(Column.Index);
    }

    public override string ToString() => $"delete {Column}";
}

/// <summary>The empty value that rows of a COMPACT STORAGE table without other columns hold.</summary>
internal sealed record SetEmpty(ColumnSource Column) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer) => writer.AddCell(Column.Index, default);

    public override string ToString() => $"{Column} = empty";
}
