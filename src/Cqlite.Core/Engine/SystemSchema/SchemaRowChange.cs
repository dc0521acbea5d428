using System.Collections.Immutable;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>What is done to a row of system_schema.</summary>
internal enum SchemaRowChangeKind
{
    /// <summary>Cells are written.</summary>
    Update,

    /// <summary>The row is deleted at a timestamp just before, and then written: what is not written is gone.</summary>
    Replace,

    /// <summary>The row is deleted.</summary>
    Delete,
}

/// <summary>A change of one row of one of system_schema's tables.</summary>
/// <param name="Table">The table, such as <c>columns</c>.</param>
/// <param name="Clustering">The values of its clustering columns.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Cells">Values by column; null deletes the cell.</param>
internal sealed record SchemaRowChange(
    string Table,
    ImmutableArray<ReadOnlyMemory<byte>> Clustering,
    SchemaRowChangeKind Kind,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> Cells);

/// <summary>All changes of one keyspace: one mutation, for its name is the partition key of all tables.</summary>
/// <param name="Keyspace">The keyspace's name.</param>
/// <param name="DeletesAll">Whether the keyspace's partition is deleted in every table.</param>
/// <param name="Rows">The changes of rows.</param>
internal sealed record SchemaMutation(string Keyspace, bool DeletesAll, IReadOnlyList<SchemaRowChange> Rows);
