using Cqlite.Cassandra.Client;
using Cqlite.Core.Cql;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.SSTables;
using Cqlite.Fuzz.Migrating;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Schemas;

namespace Cqlite.Fuzz.Chains;

/// <summary>Three databases as a ring, and a client of it.</summary>
internal sealed class ChainRing : IAsyncDisposable
{
    private RingServers? _servers;

    private ChainRing(QueryEngine[] engines) => Engines = engines;

    /// <summary>The nodes' databases.</summary>
    public QueryEngine[] Engines { get; }

    /// <summary>The client.</summary>
    public CassandraConnection Connection { get; private set; } = null!;

    /// <summary>Makes the nodes, and gives each its part of a source.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="source">Whose tables they have.</param>
    /// <param name="version">The version of their SSTables.</param>
    /// <param name="withRows">Whether they have its rows too.</param>
    public static async Task<ChainRing> StartAsync(string folder, IMigrationSource source, string version, bool withRows)
    {
        List<QueryEngine> engines = [];
        for (int node = 0; node < RingLayout.NodeCount; node++)
        {
            string path = Path.Combine(folder, $"node{node}");
            Database.Create(path);
            engines.Add(QueryEngine.Open(path, new DatabaseOptions { AnswersSystemTables = true, CompactionThreads = 0, CacheSizeBytes = 8 << 20, Durability = Durability.Periodic, CommitLogSegmentBytes = 1 << 20, SSTableVersion = SSTableVersion.OfName(version) }));
        }

        ChainRing ring = new([.. engines]);
        foreach ((int node, QueryEngine engine) in ring.Engines.Index())
            await FillAsync(engine, source, withRows ? RingLayout.RangesOf(node) : []);
        ring._servers = await RingServers.StartAsync(ring.Engines);
        ring.Connection = await CassandraConnection.ConnectAsync(new CassandraOptions { ContactPoints = [ring._servers.Layout.ContactPoint], ConnectTimeout = TimeSpan.FromSeconds(60) });
        return ring;
    }

    /// <summary>Gives a database the tables of a source, under the same ids, with the rows of some ranges, and then what follows tables.</summary>
    /// <exception cref="InvalidDataException">They did not all come.</exception>
    public static async Task FillAsync(QueryEngine engine, IMigrationSource source, IReadOnlyList<TokenRange> ranges, params string[] names)
    {
        DatabaseSchema schema = await source.ReadSchemaAsync(CancellationToken.None);
        IReadOnlyList<TableMetadata> tables = ChosenTables.Choose(schema, names);
        foreach (KeyspaceMetadata keyspace in tables.Select(t => schema.Keyspaces[t.Keyspace]).Distinct())
        {
            foreach (DescribedElement element in SchemaDescriber.Elements(keyspace with { Views = keyspace.Views.Clear() }, withInternals: true).Where(e => e.Type is "keyspace" or "type" or "table"))
            {
                foreach (ScriptStatement statement in StatementSplitter.Split(element.CreateStatement))
                    engine.Execute(statement.Text).Dispose();
            }
        }

        TransferResult copied = await new Copier(new RingPart(source, ranges), new DatabaseTarget(engine), new CopySettings { Tables = names }).RunAsync(CancellationToken.None);
        if (!copied.Succeeded)
            throw new InvalidDataException(copied.ToJson());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Connection?.Dispose();
        if (_servers is not null)
            await _servers.DisposeAsync();
        foreach (QueryEngine engine in Engines)
            engine.Dispose();
    }
}
