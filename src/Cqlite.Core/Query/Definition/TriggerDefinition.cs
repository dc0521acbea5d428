using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE and DROP TRIGGER. Triggers are Java classes, of which there are none here: those that a node had are kept, new ones refused.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{Create,Drop}TriggerStatement.java.</remarks>
internal static class TriggerDefinition
{
    public static DdlResult Create(CreateTriggerStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Table.Keyspace);
        string tableName = statement.Table.Name.Text;
        string name = statement.Name.Text;
        if (context.FindKeyspace(keyspaceName) is not { } keyspace)
            throw DdlContext.Invalid($"Keyspace '{keyspaceName}' doesn't exist");
        if (keyspace.Table(tableName) is not { } table)
            throw DdlContext.Invalid($"Table '{tableName}' doesn't exist");
        if (table.Kind == TableKind.View)
            throw DdlContext.Invalid("Cannot CREATE TRIGGER for a materialized view");
        if (table.Triggers.ContainsKey(name))
            return statement.IfNotExists ? context.Unchanged() : throw DdlContext.Invalid($"Trigger '{name}' already exists");
        if (!context.Settings.IsRecorded)
            throw DdlContext.Invalid($"Trigger class '{statement.TriggerClass}' couldn't be loaded");
        return WithTriggers(keyspace, table, context, triggers => triggers[name] = statement.TriggerClass);
    }

    public static DdlResult Drop(DropTriggerStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Table.Keyspace);
        string tableName = statement.Table.Name.Text;
        string name = statement.Name.Text;
        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace?.Tables.GetValueOrDefault(tableName) is not { } table || !table.Triggers.ContainsKey(name))
        {
            return statement.IfExists
                ? context.Unchanged()
                : throw DdlContext.Invalid($"Trigger '{name}' on '{keyspaceName}.{tableName}' doesn't exist");
        }

        return WithTriggers(keyspace, table, context, triggers => triggers.Remove(name));
    }

    private static DdlResult WithTriggers(KeyspaceMetadata keyspace, TableMetadata table, DdlContext context, Action<SortedDictionary<string, string>> change)
    {
        var triggers = new SortedDictionary<string, string>(table.Triggers.ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal), StringComparer.Ordinal);
        change(triggers);
        return context.Changed(
            keyspace with { Tables = keyspace.Tables.SetItem(table.Name, table.WithTriggers(triggers)) },
            SchemaChangeKind.Updated,
            SchemaChangeTarget.Table,
            table.Name);
    }
}
