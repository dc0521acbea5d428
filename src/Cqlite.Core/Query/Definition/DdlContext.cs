using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>The schema that a statement meets, with what all definitions ask of it.</summary>
internal sealed class DdlContext(DatabaseSchema schema, string? currentKeyspace, DdlSettings settings, List<string> warnings)
{
    private const int UnauthorizedCode = 0x2100;

    /// <summary>The schema before the statement.</summary>
    public DatabaseSchema Schema { get; } = schema;

    /// <summary>What the definition depends on beside schema and statement.</summary>
    public DdlSettings Settings { get; } = settings;

    /// <summary>An error of an invalid request.</summary>
    public static InvalidQueryException Invalid(string message) => new(message);

    /// <summary>Adds a warning for the client.</summary>
    public void Warn(string text) => warnings.Add(text);

    /// <summary>The name of the keyspace that a qualified or unqualified name means.</summary>
    public string KeyspaceName(Identifier? keyspace) => KeyspaceName(keyspace?.Text);

    /// <summary>The name of the keyspace that a qualified or unqualified name means.</summary>
    public string KeyspaceName(string? keyspace) => keyspace ?? currentKeyspace
        ?? throw Invalid("No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");

    /// <summary>The keyspace of that name, or null.</summary>
    public KeyspaceMetadata? FindKeyspace(string name) => Schema.Keyspaces.GetValueOrDefault(name);

    /// <summary>The keyspace in which something is made, which must be there.</summary>
    public KeyspaceMetadata Keyspace(string name)
    {
        if (FindKeyspace(name) is { } found)
            return found;

        // schema.cql of a snapshot tells nothing of the keyspace.
        return Settings.IsRecorded
            ? new KeyspaceMetadata(name) { Replication = ReplicationOptions.Untold }
            : throw Invalid($"Keyspace '{name}' doesn't exist");
    }

    /// <summary>Refuses to change what is Cassandra's own.</summary>
    public void CheckMayModify(string keyspace, string permission, string resource)
    {
        if (Settings.IsRecorded)
            return;
        if (SystemKeyspaces.IsLocal(keyspace))
            throw new InvalidQueryException($"{keyspace} keyspace is not user-modifiable.", UnauthorizedCode);
        bool alterKeyspace = permission == "ALTER" && resource.StartsWith("<keyspace", StringComparison.Ordinal);
        if (SystemKeyspaces.IsReplicated(keyspace) && !alterKeyspace)
            throw new InvalidQueryException($"Cannot {permission} {resource}", UnauthorizedCode);
    }

    /// <summary>Refuses functions in Cassandra's own keyspaces, which it words unlike the rest.</summary>
    public void CheckMayHaveFunctions(string keyspace)
    {
        if (!Settings.IsRecorded && SystemKeyspaces.IsLocal(keyspace))
            throw Invalid($"System keyspace '{keyspace}' is not user-modifiable");
    }

    /// <summary>The result in which a keyspace was added or changed; without a change if it is as it was.</summary>
    public DdlResult Changed(KeyspaceMetadata keyspace, SchemaChangeKind kind, SchemaChangeTarget target, string name, ImmutableArray<string> argumentTypes = default)
    {
        bool same = Schema.Keyspaces.TryGetValue(keyspace.Name, out KeyspaceMetadata? before) && SchemaEquality.Same(before, keyspace);
        return same
            ? Unchanged()
            : new DdlResult(
                Schema.With(keyspace),
                new SchemaChange(kind, target, keyspace.Name, name, argumentTypes.IsDefault ? [] : argumentTypes),
                [.. warnings]);
    }

    /// <summary>The result in which nothing has changed.</summary>
    public DdlResult Unchanged() => new(Schema, null, [.. warnings]);

    /// <summary>The result in which a keyspace is gone.</summary>
    public DdlResult WithoutKeyspace(string name) => new(
        Schema with { Keyspaces = Schema.Keyspaces.Remove(name) },
        new SchemaChange(SchemaChangeKind.Dropped, SchemaChangeTarget.Keyspace, name, "", []) { Members = [.. Members(Schema.Keyspaces[name])] },
        [.. warnings]);

    // Source: org/apache/cassandra/schema/SchemaChangeNotifier.java (notifyKeyspaceDropped).
    private static IEnumerable<SchemaChange> Members(KeyspaceMetadata keyspace)
    {
        foreach (AggregateMetadata aggregate in keyspace.Aggregates.Values)
            yield return Dropped(SchemaChangeTarget.Aggregate, aggregate.Name, aggregate.ArgumentTypes);
        foreach (FunctionMetadata function in keyspace.Functions.Values)
            yield return Dropped(SchemaChangeTarget.Function, function.Name, function.ArgumentTypes);
        foreach (string table in keyspace.Views.Keys.Concat(keyspace.Tables.Keys))
            yield return Dropped(SchemaChangeTarget.Table, table, []);
        foreach (string type in keyspace.UserTypes.Keys)
            yield return Dropped(SchemaChangeTarget.Type, type, []);

        SchemaChange Dropped(SchemaChangeTarget target, string name, ImmutableArray<CqlType> arguments) =>
            new(SchemaChangeKind.Dropped, target, keyspace.Name, name, [.. arguments.Select(FunctionSignature.TypeText)]);
    }

    /// <summary>The properties behind WITH.</summary>
    public static PropertySet Properties(ImmutableArray<Property> properties)
    {
        var set = new PropertySet();
        foreach (Property property in properties)
        {
            set.Add(property.Name.Text, property.IsMap
                ? new PropertyValue(null, property.Map.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal))
                : new PropertyValue(property.Text, null));
        }

        return set;
    }
}
