using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>What a field of an exported row holds.</summary>
internal enum FieldKind
{
    /// <summary>A column's value.</summary>
    Value,

    /// <summary>When it was written, in microseconds since 1970; of a multi-cell column a list, an element each.</summary>
    WriteTime,

    /// <summary>Seconds that are left to it; of a multi-cell column a list.</summary>
    Ttl,
}

/// <summary>A field of an exported row: a column's value, or <c>writetime(c)</c>, or <c>ttl(c)</c>.</summary>
internal readonly record struct ExportField(ColumnMetadata Column, FieldKind Kind)
{
    /// <summary>The field's name, which is what SELECT calls it.</summary>
    public string Name => Kind switch
    {
        FieldKind.WriteTime => $"writetime({Column.Name})",
        FieldKind.Ttl => $"ttl({Column.Name})",
        _ => Column.Name,
    };

    /// <summary>What SELECT is asked for.</summary>
    public string Selector => Kind switch
    {
        FieldKind.WriteTime => $"writetime({CqlIdentifier.Quote(Column.Name)})",
        FieldKind.Ttl => $"ttl({CqlIdentifier.Quote(Column.Name)})",
        _ => CqlIdentifier.Quote(Column.Name),
    };

    /// <summary>The fields of an export.</summary>
    /// <exception cref="ArgumentException">A column is not there.</exception>
    public static ExportField[] Of(TableMetadata table, ExportOptions options)
    {
        IEnumerable<ColumnMetadata> columns = options.Columns is null
            ? table.ColumnsInSelectOrder()
            : options.Columns.Select(name => table.Column(name) is { } column && !table.IsHidden(column)
                ? column
                : throw new ArgumentException($"table {table} has no column '{name}'; it has {string.Join(", ", table.ColumnsInSelectOrder().Select(c => c.Name))}."));
        if (options.Columns is { Count: 0 })
            throw new ArgumentException("At least one column is needed.");
        List<ExportField> fields = [];
        foreach (ColumnMetadata column in columns)
        {
            fields.Add(new ExportField(column, FieldKind.Value));
            if (column.IsPrimaryKey)
                continue;
            if (options.WithWriteTime)
                fields.Add(new ExportField(column, FieldKind.WriteTime));
            if (options.WithTtl && !table.IsCounter)
                fields.Add(new ExportField(column, FieldKind.Ttl));
        }

        return [.. fields];
    }
}
