using Cqlite.Migration.Validation;

namespace CqlitePS.Objects;

/// <summary>One difference between two sides of a table.</summary>
public sealed class MigrationDifference
{
    private readonly Difference _difference;

    internal MigrationDifference(TableValidation table, Difference difference)
    {
        _difference = difference;
        Keyspace = table.Keyspace;
        Table = table.Table;
        Kind = difference.Kind;
        PartitionKey = difference.PartitionKey;
        Clustering = difference.Clustering;
        IsStatic = difference.IsStatic;
        Column = difference.Column;
        Element = difference.Element;
        Source = difference.Source;
        Target = difference.Target;
        Token = difference.Token;
    }

    /// <summary>The table's keyspace.</summary>
    public string Keyspace { get; }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>What is different.</summary>
    public DifferenceKind Kind { get; }

    /// <summary>The partition's key as CQL, ready for a WHERE.</summary>
    public string PartitionKey { get; }

    /// <summary>The row's clustering as CQL; null for static rows, and in tables without clustering.</summary>
    public string? Clustering { get; }

    /// <summary>Whether it is of the static row.</summary>
    public bool IsStatic { get; }

    /// <summary>The column; null for whole rows.</summary>
    public string? Column { get; }

    /// <summary>The element of a collection or the field of a user type; null for whole columns.</summary>
    public string? Element { get; }

    /// <summary>What the source has: a value as CQL, or a time; null where it has nothing.</summary>
    public string? Source { get; }

    /// <summary>What the target has; null where it has nothing.</summary>
    public string? Target { get; }

    /// <summary>The partition's token.</summary>
    public string Token { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Keyspace}.{Table}: {_difference}";
}
