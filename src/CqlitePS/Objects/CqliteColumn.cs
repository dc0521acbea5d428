using Cqlite.Core.Schema;

namespace CqlitePS.Objects;

/// <summary>A column of a table.</summary>
public sealed class CqliteColumn
{
    internal CqliteColumn(TableMetadata table, ColumnMetadata column)
    {
        Keyspace = table.Keyspace;
        Table = table.Name;
        Name = column.Name;
        Kind = column.Kind;
        Position = column.IsPrimaryKey ? column.Position : null;
        Type = column.Type.Unreversed.Name;
        IsDescending = column.IsDescending;
    }

    /// <summary>The keyspace's name.</summary>
    public string Keyspace { get; }

    /// <summary>The table's name.</summary>
    public string Table { get; }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The part it plays.</summary>
    public ColumnKind Kind { get; }

    /// <summary>Position in the partition key or the clustering, from 0; null for other columns.</summary>
    public int? Position { get; }

    /// <summary>The type, as CQL spells it.</summary>
    public string Type { get; }

    /// <summary>Whether rows come in descending order of it.</summary>
    public bool IsDescending { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type}";
}
