using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Modification;

/// <summary>A database on a simulated disk that is opened again and again, each time to write SSTables of some version; it compacts nothing by itself.</summary>
internal sealed class VersionedDatabase
{
    private const string Folder = "/databases/versioned";

    public VersionedDatabase() => Database.Create(Folder, Disk);

    /// <summary>Where it lies.</summary>
    public SimulatedDisk Disk { get; set; } = new();

    /// <summary>Opens it.</summary>
    /// <param name="version">The version of SSTables that are written.</param>
    /// <param name="now">The moment, in seconds since 1970; the clock's when not given.</param>
    public QueryEngine Open(string version, long? now = null) => QueryEngine.Open(Folder, new DatabaseOptions
    {
        Files = Disk,
        Durability = Durability.Batch,
        CompactionThreads = 0,
        SSTableVersion = SSTableVersion.OfName(version),
        NowSeconds = now,
    });

    /// <summary>Makes the keyspace <c>ks</c> and a table.</summary>
    public static void Define(QueryEngine engine, string table)
    {
        Execute(engine, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute(engine, table);
    }

    public static void Execute(QueryEngine engine, string cql) => engine.Execute(cql).Dispose();
}
