using Cqlite.Cassandra.Client;
using Cqlite.Migration.Operands;

namespace Cqlite.Cli;

/// <summary>What a command reads, with the connection that it goes over.</summary>
internal sealed class MigrationSource(IMigrationSource source, CassandraConnection? connection) : IDisposable
{
    /// <summary>The source.</summary>
    public IMigrationSource Source => source;

    /// <summary>Whether it is a cluster.</summary>
    public bool IsCluster => connection is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        source.Dispose();
        connection?.Dispose();
    }
}
