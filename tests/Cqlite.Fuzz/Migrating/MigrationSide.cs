using System.Net;
using System.Security.Cryptography;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Fuzz.Serving;
using Cqlite.Migration.Operands;

namespace Cqlite.Fuzz.Migrating;

/// <summary>The database that is moved, and a server that makes a cluster of it.</summary>
internal sealed class MigrationSide : IAsyncDisposable
{
    /// <summary>The tables.</summary>
    public static readonly string[] Tables = ["t", "u"];

    private const int Partitions = 800;
    private const int RowsOfAPartition = 6;
    private readonly QueryEngine _engine;
    private readonly NativeServer _server;

    /// <summary>Makes the database in a folder, and serves it.</summary>
    public MigrationSide(string folder)
    {
        Database.Create(folder);
        _engine = QueryEngine.Open(folder, new DatabaseOptions { Durability = Durability.Periodic, AnswersSystemTables = true, CacheSizeBytes = 16 << 20, CompactionThreads = 0 });
        _engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        foreach (string table in Tables)
            _engine.Execute($"CREATE TABLE k.{table} (p int, c int, v text, m map<text, int>, PRIMARY KEY (p, c))").Dispose();

        // Rows that live by their values alone: that a row was inserted no cluster tells.
        for (int p = 0; p < Partitions; p++)
        {
            for (int c = 0; c < RowsOfAPartition; c++)
                _engine.Execute($"UPDATE k.t USING TIMESTAMP {1000 + p + c} SET v = 'value {p} {c} {new string('x', 100)}', m = {{'a': {p}, 'b': {c}}} WHERE p = {p} AND c = {c}").Dispose();
            if (p % 8 == 0)
                _engine.Execute($"UPDATE k.u USING TIMESTAMP {p} SET v = 'small' WHERE p = {p} AND c = 0").Dispose();
        }

        Handler = new FaultyHandler(_engine);
        _server = NativeServer.Start(new IPEndPoint(IPAddress.Loopback, 0), Handler);
        _engine.Database.Node = new NodeDescription { Port = _server.EndPoint.Port };
        Files = new StoredSource(_engine, OperandKind.Database);
    }

    /// <summary>The rows of all tables.</summary>
    public static int Rows => (Partitions * RowsOfAPartition) + (Partitions / 8);

    /// <summary>Address and port, as clients are told.</summary>
    public string Address => _server.EndPoint.ToString();

    /// <summary>Knows what was asked for.</summary>
    public FaultyHandler Handler { get; }

    /// <summary>The database without a server between.</summary>
    public StoredSource Files { get; }

    /// <summary>Waits until nobody is connected, so that all that was asked for is known.</summary>
    public void WaitForQuiet()
    {
        if (!SpinWait.SpinUntil(() => _server.ConnectionCount == 0, TimeSpan.FromSeconds(60)))
            throw new InvalidDataException("the server keeps connections of a process that has ended.");
    }

    /// <summary>How many rows a source has of a range, and a digest of all that they hold.</summary>
    public static (long Rows, string? Digest) Read(StoredSource source, string table, TokenRange range)
    {
        if (source.Database.Schema.Table("k", table) is not { } metadata)
            return default;
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long rows = 0;
        using UnfilteredCursor cursor = source.OpenAsync(metadata, CancellationToken.None).GetAwaiter().GetResult().Read(range, CancellationToken.None);
        while (cursor.MoveToNextPartition())
        {
            digest.AppendData(cursor.PartitionKey);
            while (cursor.MoveToNextUnfiltered())
            {
                rows++;
                foreach (Slice value in cursor.Row.ClusteringSlices)
                    digest.AppendData(cursor.Row.Bytes(value));
                foreach (ref readonly Cell cell in cursor.Row.Cells)
                {
                    digest.AppendData(cursor.Row.Path(cell));
                    digest.AppendData(cursor.Row.Value(cell));
                    digest.AppendData(BitConverter.GetBytes(cell.TimestampMicros));
                }
            }
        }

        return (rows, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Files.Dispose();
        _engine.Dispose();
    }
}
