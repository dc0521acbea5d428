using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Where a column's value is found in a row: its kind, and its index among the columns of that kind.</summary>
internal sealed record ColumnSource(ColumnMetadata Column, int Index)
{
    public ColumnKind Kind => Column.Kind;

    /// <summary>The source of a table's column.</summary>
    public static ColumnSource Of(TableMetadata table, ColumnMetadata column)
    {
        if (column.IsPrimaryKey)
            return new ColumnSource(column, column.Position);
        IReadOnlyList<ColumnMetadata> columns = column.Kind == ColumnKind.Static ? table.Statics : table.Regulars;
        for (int i = 0; i < columns.Count; i++)
        {
            if (ReferenceEquals(columns[i], column))
                return new ColumnSource(column, i);
        }

        throw new ArgumentException($"Column {column.Name} does not belong to {table}.", nameof(column));
    }

    /// <summary>The column of a name in a statement.</summary>
    /// <exception cref="InvalidQueryException">There is none, or it is one that statements can't name.</exception>
    public static ColumnMetadata Find(TableMetadata table, Identifier name) =>
        table.Column(name.Text) is { } column && !table.IsHidden(column)
            ? column
            : throw new InvalidQueryException($"Undefined column name {CqlIdentifier.Quote(name.Text)} in table {TableDescriber.QualifiedName(table)}");

    public override string ToString() => Column.Name;
}
