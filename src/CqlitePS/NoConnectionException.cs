namespace CqlitePS;

/// <summary>A cmdlet was given no connection and none is open in this runspace.</summary>
public sealed class NoConnectionException : InvalidOperationException
{
    /// <summary>Creates the error.</summary>
    public NoConnectionException()
        : base("No cluster is connected. Connect with Connect-Cassandra, or pass a connection with -Connection (in a parallel block or a job: $using:connection).")
    {
    }
}
