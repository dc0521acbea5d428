using Cqlite.Cassandra.Messages;
using CoreChange = Cqlite.Core.Query.Definition.SchemaChange;

namespace Cqlite.Cassandra.Server;

/// <summary>The engine's account of a schema change as the protocol has it.</summary>
internal static class SchemaChanges
{
    /// <summary>The change as result or event.</summary>
    public static SchemaChange ToMessage(CoreChange change)
    {
        var target = (SchemaTarget)change.Target;
        return new(
            (SchemaChangeKind)change.Kind,
            target,
            change.Keyspace,
            target == SchemaTarget.Keyspace ? null : change.Name,
            target is SchemaTarget.Function or SchemaTarget.Aggregate ? change.ArgumentTypes : null);
    }
}
