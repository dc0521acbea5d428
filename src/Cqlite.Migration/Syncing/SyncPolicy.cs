using Cqlite.Core.Rows;

namespace Cqlite.Migration.Syncing;

/// <summary>Decides who holds, by times of writing.</summary>
/// <param name="Resolution">Who holds where both have changed.</param>
/// <param name="SinceMicros">The time that is synced from.</param>
internal readonly record struct SyncPolicy(ConflictResolution Resolution, long SinceMicros)
{
    /// <summary>Whether a time is one of a change.</summary>
    public bool IsChange(long micros) => micros > SinceMicros;

    /// <summary>Whether the database's cell, which is a change, holds against the cluster's.</summary>
    public bool DatabaseWins(Row database, in Cell changed, Row cluster, in Cell other) => Resolution switch
    {
        ConflictResolution.CqliteWins => true,
        ConflictResolution.CassandraWins => !IsChange(other.TimestampMicros),
        _ => CellReconciliation.LeftWins(changed, database.Value(changed), other, cluster.Value(other)),
    };

    /// <summary>Whether the database's deletion, which is a change, holds against what the cluster has.</summary>
    public bool DeletionWins(long deletedMicros, long clusterMicros) => Resolution switch
    {
        ConflictResolution.CqliteWins => true,
        ConflictResolution.CassandraWins => !IsChange(clusterMicros),
        _ => clusterMicros <= deletedMicros,
    };
}
