namespace Cqlite.Core.Cql.Syntax;

/// <summary>What a DESCRIBE describes.</summary>
internal enum DescribeKind
{
    /// <summary>DESCRIBE CLUSTER</summary>
    Cluster,

    /// <summary>DESCRIBE SCHEMA</summary>
    Schema,

    /// <summary>DESCRIBE FULL SCHEMA</summary>
    FullSchema,

    /// <summary>DESCRIBE KEYSPACES</summary>
    Keyspaces,

    /// <summary>DESCRIBE KEYSPACE</summary>
    Keyspace,

    /// <summary>DESCRIBE ONLY KEYSPACE</summary>
    OnlyKeyspace,

    /// <summary>DESCRIBE TABLES</summary>
    Tables,

    /// <summary>DESCRIBE TABLE</summary>
    Table,

    /// <summary>DESCRIBE INDEX</summary>
    Index,

    /// <summary>DESCRIBE MATERIALIZED VIEW</summary>
    View,

    /// <summary>DESCRIBE TYPES</summary>
    Types,

    /// <summary>DESCRIBE TYPE</summary>
    Type,

    /// <summary>DESCRIBE FUNCTIONS</summary>
    Functions,

    /// <summary>DESCRIBE FUNCTION</summary>
    Function,

    /// <summary>DESCRIBE AGGREGATES</summary>
    Aggregates,

    /// <summary>DESCRIBE AGGREGATE</summary>
    Aggregate,

    /// <summary>DESCRIBE name: a keyspace, table, index or view, whichever there is.</summary>
    Generic,
}

/// <summary>DESCRIBE and DESC</summary>
/// <param name="Kind">What is described.</param>
/// <param name="Keyspace">The keyspace, if one is named.</param>
/// <param name="Name">The element within the keyspace, or the generic name.</param>
/// <param name="WithInternals">WITH INTERNALS</param>
/// <param name="Position">Where it stands.</param>
internal sealed record DescribeStatement(DescribeKind Kind, string? Keyspace, string? Name, bool WithInternals, SourcePosition Position)
    : Statement(Position);
