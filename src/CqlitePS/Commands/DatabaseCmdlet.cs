using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets on an open database share: which one.</summary>
public abstract class DatabaseCmdlet : CqliteCmdlet
{
    /// <summary>The database; the last opened one when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>The database that is meant.</summary>
    /// <exception cref="NoDatabaseException">None is given and none is open.</exception>
    private protected CqliteDatabase RequireDatabase() => Database ?? OpenDatabases.RequireDefault();

    /// <summary>The database or cluster that is meant, and the keyspace of its names without one.</summary>
    /// <param name="connection">The connection that the user gave.</param>
    /// <exception cref="NoDatabaseException">None is given and none is open.</exception>
    private protected (IQueryTarget Target, string? DefaultKeyspace) RequireTarget(IQueryTarget? connection)
    {
        if (connection is not null && Database is not null)
            throw new ArgumentException("-Connection and -Database contradict each other.");
        if (connection is not null)
            return (connection, (connection as CassandraConnection)?.Options.Keyspace);
        return (Database ?? OpenDatabases.Current.Default) is { } database
            ? (database.Engine, database.DefaultKeyspace)
            : OpenConnections.Current.Default is { } cluster ? (cluster, cluster.Options.Keyspace) : throw new NoDatabaseException();
    }

    /// <summary>The keyspaces whose names fit a pattern.</summary>
    private protected static IEnumerable<KeyspaceMetadata> Keyspaces(CqliteDatabase database, NamePatterns patterns) =>
        database.Schema.Keyspaces.Values.Where(k => patterns.Match(k.Name));
}
