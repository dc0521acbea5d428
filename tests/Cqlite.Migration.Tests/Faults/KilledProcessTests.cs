using System.Diagnostics;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Fuzz.Migrating;
using Cqlite.Fuzz.Serving;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Xunit;

namespace Cqlite.Migration.Tests.Faults;

/// <summary>
/// Processes that are killed at random moments, the command's and the server's: what goes on is whole in the end. <c>Cqlite.Fuzz migrate-kill 50</c> does it for longer.
/// </summary>
public sealed class KilledProcessTests
{
    private const int Kills = 5;
    private const long MemtableBytes = 64 << 20;

    [Theory]
    [InlineData(nameof(KilledMigration.Export))]
    [InlineData(nameof(KilledMigration.Import))]
    [InlineData(nameof(KilledMigration.StreamingImport))]
    [InlineData(nameof(KilledMigration.Copy))]
    public async Task A_command_that_is_killed_goes_on_where_it_was(string what)
    {
        using TemporaryFolder folder = new();
        await using MigrationKillRun run = new(folder.Path, new Random());
        await run.ExecuteAsync(Enum.Parse<KilledMigration>(what), Kills);
    }

    [Fact]
    public async Task A_server_that_is_killed_while_it_is_read_and_started_again_is_read_on()
    {
        using TemporaryFolder folder = new();
        using (QueryEngine engine = Create(folder["db"]))
        {
            engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
            engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY, v text)").Dispose();
            for (int p = 0; p < FaultyCluster.Rows; p++)
                engine.Execute($"UPDATE k.t USING TIMESTAMP {p} SET v = 'value {p}' WHERE p = {p}").Dispose();
        }

        ServerProcess server = new(folder["db"], MemtableBytes);
        try
        {
            using CassandraConnection connection = await server.ConnectAsync(connections: 1);
            using ClusterSource cluster = new(connection, new ClusterReading { PageSize = 10, PageRetries = 1_000_000, LongestWait = TimeSpan.FromMilliseconds(1) });
            int ranges = 0;
            using InterruptedSource source = new(cluster, () =>
            {
                // The range's first page is on its way.
                if (++ranges % 5 == 0)
                    server = Restart(server, folder["db"]);
            });
            TransferResult result = await new Exporter(source, folder["export"], new ExportSettings { Tables = ["k.t"], Ranges = FaultyCluster.Ranges }).RunAsync(TestContext.Current.CancellationToken);
            Assert.True(result.Succeeded, result.ToJson());
            Assert.InRange(ranges, 16, 20);
            Assert.Equal(FaultyCluster.Rows, result.Rows);
        }
        finally
        {
            server.Dispose();
        }

        Exports.ExportTests.RequireTruth(folder["export"]);
        using StoredSource database = StoredSource.Open(folder["db"]);
        using StoredSource export = StoredSource.Open(folder["export"]);
        Assert.Equal(await database.StoredAsync("k", "t"), await export.StoredAsync("k", "t"));
    }

    private static QueryEngine Create(string path)
    {
        Database.Create(path);
        return QueryEngine.Open(path, new DatabaseOptions { CompactionThreads = 0 });
    }

    private static ServerProcess Restart(ServerProcess server, string folder)
    {
        server.Kill();
        server.Dispose();
        for (long started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new ServerProcess(folder, MemtableBytes, server.EndPoint);
            }
            catch (InvalidDataException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
            {
                // Where the address is not its own: somebody's connection has the port for the moment.
            }
        }
    }

    /// <summary>Does something each time a range has begun to be read.</summary>
    private sealed class InterruptedSource(IMigrationSource source, Action begun) : IMigrationSource
    {
        public OperandDescription Description => source.Description;

        public long ReadAtMicros => source.ReadAtMicros;

        public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => source.ReadSchemaAsync(cancellation);

        public IMigrationSource At(long readAtMicros) => new InterruptedSource(source.At(readAtMicros), begun);

        public async Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation) => new Interrupted(await source.OpenAsync(table, cancellation), begun);

        public void Dispose() => source.Dispose();

        private sealed class Interrupted(ITableSource table, Action begun) : ITableSource
        {
            public TableMetadata Table => table.Table;

            public SourceFidelity Fidelity => table.Fidelity;

            public Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation) => table.SplitAsync(wantedCount, cancellation);

            public UnfilteredCursor Read(TokenRange range, CancellationToken cancellation)
            {
                UnfilteredCursor cursor = table.Read(range, cancellation);
                begun();
                return cursor;
            }
        }
    }
}
