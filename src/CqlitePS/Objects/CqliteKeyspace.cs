using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;

namespace CqlitePS.Objects;

/// <summary>A keyspace of a database.</summary>
public sealed class CqliteKeyspace
{
    internal CqliteKeyspace(CqliteDatabase database, KeyspaceMetadata keyspace)
    {
        Database = database;
        Name = keyspace.Name;
        IsSystem = SystemKeyspaces.IsSystem(keyspace.Name);
        DurableWrites = keyspace.DurableWrites;
        Replication = keyspace.Replication;
        Tables = [.. keyspace.Tables.Keys];
        Views = [.. keyspace.Views.Keys];
        UserTypes = [.. keyspace.UserTypes.Keys];
        Functions = [.. keyspace.Functions.Keys, .. keyspace.Aggregates.Keys];
    }

    /// <summary>The keyspace's name.</summary>
    public string Name { get; }

    /// <summary>Whether it is one of Cassandra's own.</summary>
    public bool IsSystem { get; }

    /// <summary>Whether writes go through the commit log.</summary>
    public bool DurableWrites { get; }

    /// <summary>The replication strategy and its options, <c>class</c> included.</summary>
    public IReadOnlyDictionary<string, string> Replication { get; }

    /// <summary>Names of the tables.</summary>
    public string[] Tables { get; }

    /// <summary>Names of the materialized views.</summary>
    public string[] Views { get; }

    /// <summary>Names of the user types.</summary>
    public string[] UserTypes { get; }

    /// <summary>Functions and aggregates, with the types of their arguments.</summary>
    public string[] Functions { get; }

    /// <summary>The database.</summary>
    public CqliteDatabase Database { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
