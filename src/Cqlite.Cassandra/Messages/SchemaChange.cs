using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>What happened to a schema object.</summary>
internal enum SchemaChangeKind
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>It is another.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Dropped,
}

/// <summary>Kinds of schema objects.</summary>
internal enum SchemaTarget
{
    /// <summary>A keyspace.</summary>
    Keyspace,

    /// <summary>A table or view.</summary>
    Table,

    /// <summary>A user type.</summary>
    Type,

    /// <summary>A function.</summary>
    Function,

    /// <summary>An aggregate.</summary>
    Aggregate,
}

/// <summary>A change of the schema, as an event and as the result of the statement that made it.</summary>
/// <remarks>
/// <code>
/// [string] CREATED, UPDATED or DROPPED
/// [string] KEYSPACE, TABLE, TYPE, FUNCTION or AGGREGATE
/// [string] keyspace
/// [string] name                     all but keyspaces
/// [string list] argument types      functions and aggregates; version 3 sees their keyspace UPDATED, and an empty string after it
/// source   org/apache/cassandra/transport/Event.java
/// </code>
/// </remarks>
internal sealed record SchemaChange(SchemaChangeKind Kind, SchemaTarget Target, string Keyspace, string? Name = null, IReadOnlyList<string>? ArgumentTypes = null)
{
    private static readonly string[] s_kinds = ["CREATED", "UPDATED", "DROPPED"];
    private static readonly string[] s_targets = ["KEYSPACE", "TABLE", "TYPE", "FUNCTION", "AGGREGATE"];

    private bool HasArguments => Target is SchemaTarget.Function or SchemaTarget.Aggregate;

    /// <summary>Reads a change.</summary>
    public static SchemaChange Read(ref NotationReader reader)
    {
        var kind = (SchemaChangeKind)reader.ReadName(s_kinds, "Change");
        var target = (SchemaTarget)reader.ReadName(s_targets, "Target");
        SchemaChange change = new(kind, target, reader.ReadString());
        if (target != SchemaTarget.Keyspace)
            change = change with { Name = reader.ReadString() };
        return change.HasArguments ? change with { ArgumentTypes = reader.ReadStringList() } : change;
    }

    /// <summary>Appends the change as a version sees it.</summary>
    public void Write(BufferWriter output, ProtocolVersion version)
    {
        bool isHidden = HasArguments && !version.HasFunctionChanges;
        output.WriteString(s_kinds[(int)(isHidden ? SchemaChangeKind.Updated : Kind)]);
        output.WriteString(s_targets[(int)(isHidden ? SchemaTarget.Keyspace : Target)]);
        output.WriteString(Keyspace);
        if (isHidden)
            output.WriteString("");
        else if (Target != SchemaTarget.Keyspace)
            output.WriteString(Name ?? "");
        if (HasArguments && !isHidden)
            output.WriteStringList(ArgumentTypes ?? []);
    }
}
