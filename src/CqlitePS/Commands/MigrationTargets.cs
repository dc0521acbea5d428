using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Finds what is written: the database or the cluster that a user gave.</summary>
internal static class MigrationTargets
{
    /// <summary>The target; the last opened database where neither is given.</summary>
    /// <param name="database">The database that was given.</param>
    /// <param name="connection">The connection that was given.</param>
    /// <param name="connectionName">The name of its parameter.</param>
    /// <param name="consistency">How many replicas of a cluster must have written.</param>
    /// <param name="rejectPath">The file for rows that a cluster refuses.</param>
    /// <exception cref="ArgumentException">Both are given, or a database with what is for clusters only.</exception>
    /// <exception cref="NoDatabaseException">Neither is given, and no database is open.</exception>
    public static IMigrationTarget Find(CqliteDatabase? database, CassandraConnection? connection, string connectionName, ConsistencyLevel? consistency, string? rejectPath)
    {
        if (database is not null && connection is not null)
            throw new ArgumentException($"-Database and -{connectionName} contradict each other.");
        if (connection is not null)
        {
            return new ClusterTarget(connection, new ClusterWriting
            {
                Consistency = consistency,
                RejectPath = rejectPath,
                StatePath = ClusterWriting.DefaultStatePath(connection),
            });
        }

        if (consistency is not null || rejectPath is not null)
            throw new ArgumentException($"-Consistency and -RejectPath are for clusters: -{connectionName} names one.");
        CqliteDatabase found = database ?? OpenDatabases.RequireDefault();
        found.Engine.Database.CheckWritable();
        return new DatabaseTarget(found.Engine);
    }

    /// <summary>Takes notes of work on a cluster away that say nothing any more.</summary>
    /// <param name="connection">The cluster that was written; null for none.</param>
    public static void Tidy(CassandraConnection? connection)
    {
        if (connection is not null)
            ClusterWriting.Tidy(ClusterWriting.DefaultStatePath(connection));
    }
}
