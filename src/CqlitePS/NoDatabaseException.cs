namespace CqlitePS;

/// <summary>A cmdlet was given no database and none is open in this runspace.</summary>
public sealed class NoDatabaseException : InvalidOperationException
{
    /// <summary>Creates the error.</summary>
    public NoDatabaseException()
        : base("No database is open. Open one with Open-CqliteDatabase, or pass one with -Database (in a parallel block or a job: $using:db). Clusters are connected with Connect-Cassandra.")
    {
    }
}
