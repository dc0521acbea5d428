using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Schema.SystemTables;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE, ALTER and DROP KEYSPACE.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{Create,Alter,Drop}KeyspaceStatement.java, KeyspaceAttributes.java.</remarks>
internal static class KeyspaceDefinition
{
    private const string Replication = "replication";
    private const string DurableWrites = "durable_writes";

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { Replication, DurableWrites };

    public static DdlResult Create(CreateKeyspaceStatement statement, DdlContext context)
    {
        string name = statement.Name.Text;
        if (!context.Settings.IsRecorded)
            CheckName(name);
        PropertySet properties = DdlContext.Properties(statement.Properties);
        IReadOnlyDictionary<string, string>? replication = CheckedReplication(properties);
        if (replication is null)
            throw DdlContext.Invalid("Missing mandatory option 'replication'");
        if (context.FindKeyspace(name) is { } existing)
        {
            if (statement.IfNotExists || (context.Settings.IsRecorded && existing.Tables.IsEmpty))
                return context.Unchanged();
            throw new InvalidQueryException($"Cannot add existing keyspace \"{name}\"", new ExistingObject(name, ""));
        }

        var keyspace = new KeyspaceMetadata(name)
        {
            DurableWrites = properties.Boolean(DurableWrites, absent: true),
            Replication = Parsed(replication, null, context),
        };
        Validate(keyspace, context);
        return context.Changed(keyspace, SchemaChangeKind.Created, SchemaChangeTarget.Keyspace, "");
    }

    public static DdlResult Alter(AlterKeyspaceStatement statement, DdlContext context)
    {
        string name = statement.Name.Text;
        context.CheckMayModify(name, "ALTER", $"<keyspace {name}>");
        PropertySet properties = DdlContext.Properties(statement.Properties);
        IReadOnlyDictionary<string, string>? replication = CheckedReplication(properties);
        if (context.FindKeyspace(name) is not { } before)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Keyspace '{name}' doesn't exist");

        KeyspaceMetadata after = before with
        {
            DurableWrites = properties.Boolean(DurableWrites, before.DurableWrites),
            Replication = replication is { Count: > 0 } ? Parsed(replication, before.Replication, context) : before.Replication,
        };
        Validate(after, context);
        if (ReplicationOptions.TotalFactor(before.Replication) < ReplicationOptions.TotalFactor(after.Replication))
            context.Warn("When increasing replication factor you need to run a full (-full) repair to distribute the data.");
        return context.Changed(after, SchemaChangeKind.Updated, SchemaChangeTarget.Keyspace, "");
    }

    public static DdlResult Drop(DropKeyspaceStatement statement, DdlContext context)
    {
        string name = statement.Name.Text;
        context.CheckMayModify(name, "DROP", $"<keyspace {name}>");
        if (context.FindKeyspace(name) is not null)
            return context.WithoutKeyspace(name);
        return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Keyspace '{name}' doesn't exist");
    }

    private static void CheckName(string name)
    {
        if (SystemKeyspaces.IsLocal(name))
        {
            throw SystemKeyspaces.IsVirtual(name)
                ? DdlContext.Invalid($"Virtual keyspace '{name}' is not user-modifiable")
                : DdlContext.Invalid($"System keyspace '{name}' is not user-modifiable");
        }

        if (!CqlName.IsWord(name))
            throw DdlContext.Invalid($"Keyspace name must not be empty and must contain alphanumeric or underscore characters only (got \"{name}\")");
        if (name.Length > CqlName.LongestKeyspaceName)
        {
            throw DdlContext.Invalid(
                $"Keyspace name must not be more than {CqlName.LongestKeyspaceName} characters long (got {name.Length} characters for \"{name}\")");
        }
    }

    private static IReadOnlyDictionary<string, string>? CheckedReplication(PropertySet properties)
    {
        properties.CheckNames(Names);
        IReadOnlyDictionary<string, string>? replication = properties.Map(Replication);
        return replication is { Count: > 0 } && !replication.ContainsKey("class")
            ? throw OptionErrors.Configuration("Missing replication strategy class")
            : replication;
    }

    private static IReadOnlyDictionary<string, string> Parsed(
        IReadOnlyDictionary<string, string> replication,
        IReadOnlyDictionary<string, string>? previous,
        DdlContext context) => context.Settings.IsRecorded
            ? ReplicationOptions.Keep(replication)
            : ReplicationOptions.Parse(replication, previous, context.Settings.Datacenters);

    private static void Validate(KeyspaceMetadata keyspace, DdlContext context)
    {
        if (context.Settings.IsRecorded)
            return;
        if (ReplicationOptions.IsLocal(keyspace.Replication))
            throw DdlContext.Invalid("Unable to use given strategy class: LocalStrategy is reserved for internal use.");
        foreach (string warning in ReplicationOptions.Validate(keyspace.Name, keyspace.Replication, context.Settings.Datacenters))
            context.Warn(warning);
    }
}
