using System.Collections.Immutable;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Definition;

/// <summary>What happened to a thing of the schema.</summary>
internal enum SchemaChangeKind
{
    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was changed; also a table whose index or trigger was made or dropped.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Dropped,
}

/// <summary>What a change was about.</summary>
internal enum SchemaChangeTarget
{
    /// <summary>A keyspace.</summary>
    Keyspace,

    /// <summary>A table, or a view.</summary>
    Table,

    /// <summary>A user type.</summary>
    Type,

    /// <summary>A function.</summary>
    Function,

    /// <summary>An aggregate.</summary>
    Aggregate,
}

/// <summary>A change of the schema, as the native protocol announces it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Target">To what kind of thing.</param>
/// <param name="Keyspace">Its keyspace, or itself.</param>
/// <param name="Name">Its name; empty for a keyspace.</param>
/// <param name="ArgumentTypes">Of functions and aggregates the argument types.</param>
internal sealed record SchemaChange(
    SchemaChangeKind Kind,
    SchemaChangeTarget Target,
    string Keyspace,
    string Name,
    ImmutableArray<string> ArgumentTypes)
{
    /// <summary>Of a keyspace that was dropped, what went with it, in the order in which Cassandra tells it.</summary>
    public ImmutableArray<SchemaChange> Members { get; init; } = [];
}

/// <summary>What a statement makes of a schema.</summary>
/// <param name="Schema">The schema after it.</param>
/// <param name="Change">What has changed; null when nothing has.</param>
/// <param name="Warnings">Warnings for the client.</param>
internal sealed record DdlResult(DatabaseSchema Schema, SchemaChange? Change, ImmutableArray<string> Warnings);
