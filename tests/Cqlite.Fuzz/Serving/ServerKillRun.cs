using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Fuzz.Serving;

/// <summary>
/// Kills a server at random moments while clients write to it over the wire, again and again on one database, and each time compares what is there with what
/// clients were told is done.
/// </summary>
/// <param name="folder">The database's folder, which must not exist.</param>
/// <param name="writers">Concurrent writers, each with partitions of its own.</param>
/// <param name="random">When to kill.</param>
internal sealed class ServerKillRun(string folder, int writers, Random random)
{
    private const int RowsOfABatch = 3;
    private const int Connections = 8;
    private const int ShortestMillis = 1;
    private const int LongestMillis = 400;
    private const long MemtableBytes = 256 << 10;
    private const string Insert = "INSERT INTO k.t (p, c, v) VALUES (?, ?, ?)";
    private const string InsertBatch = "BEGIN BATCH INSERT INTO k.t (p, c, v) VALUES (:p, 0, :v); INSERT INTO k.t (p, c, v) VALUES (:p, 1, :v); INSERT INTO k.t (p, c, v) VALUES (:p, 2, :v) APPLY BATCH";

    /// <summary>By writer: the last value that it was told is written. The next one may be there too: nobody knows.</summary>
    private readonly int[] _acknowledged = new int[writers];

    /// <summary>Writes acknowledged in all runs.</summary>
    public long Acknowledged => _acknowledged.Sum(v => (long)v);

    /// <summary>Makes the database, and kills its server so many times.</summary>
    /// <exception cref="InvalidDataException">Something acknowledged is gone, or something is there that nobody wrote.</exception>
    public async Task ExecuteAsync(int times, Action<int>? afterEach = null)
    {
        Database.Create(folder);
        using (QueryEngine queries = QueryEngine.Open(folder))
        {
            queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
            queries.Execute("CREATE TABLE k.t (p int, c int, v int, PRIMARY KEY (p, c))").Dispose();
        }

        for (int run = 1; run <= times; run++)
        {
            await KillOnceAsync();
            Check(run);
            afterEach?.Invoke(run);
        }
    }

    private async Task KillOnceAsync()
    {
        using ServerProcess server = new(folder, MemtableBytes);
        using CassandraConnection client = await server.ConnectAsync(Connections);
        CassandraStatement insert = await client.PrepareAsync(Insert);
        CassandraStatement batch = await client.PrepareAsync(InsertBatch);
        using CancellationTokenSource killed = new();
        Task[] writing = [.. Enumerable.Range(0, writers).Select(w => WriteAsync(client, insert, batch, w, killed.Token))];
        await Task.Delay(random.Next(ShortestMillis, LongestMillis));
        server.Kill();
        await killed.CancelAsync();
        await Task.WhenAll(writing);
    }

    /// <summary>Writes value after value, each in place of the one before: odd ones as one statement a row, even ones as one batch.</summary>
    private async Task WriteAsync(CassandraConnection client, CassandraStatement insert, CassandraStatement batch, int writer, CancellationToken killed)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (!killed.IsCancellationRequested)
            {
                int value = _acknowledged[writer] + 1;
                if (value % 2 == 0)
                {
                    (await client.ExecuteAsync(batch, batch.Bind([.. batch.Markers.Select(m => (object?)(m.Name == "p" ? writer : value))]))).Dispose();
                }
                else
                {
                    for (int row = 0; row < RowsOfABatch; row++)
                        (await client.ExecuteAsync(insert, insert.Bind([writer, row, value]))).Dispose();
                }

                _acknowledged[writer] = value;
            }
        }
        catch (Exception gone) when (gone is OutcomeUnknownException or ConnectionFailedException)
        {
            // The server was killed: whether the last write was done is not known.
        }
    }

    private void Check(int run)
    {
        using QueryEngine queries = QueryEngine.Open(folder, new DatabaseOptions { ReadOnly = run % 2 == 0 });
        int[][] found = [.. Enumerable.Range(0, writers).Select(_ => new int[RowsOfABatch])];
        using QueryResult result = queries.Execute("SELECT p, c, v FROM k.t");
        while (result.MoveNext())
            found[result.GetInt32(0)][result.GetInt32(1)] = result.GetInt32(2);

        for (int writer = 0; writer < writers; writer++)
        {
            int acknowledged = _acknowledged[writer];
            foreach (int value in found[writer])
            {
                if (value < acknowledged || value > acknowledged + 1)
                    throw new InvalidDataException($"run {run}: a row of writer {writer} has write {value}, where {acknowledged} was acknowledged last.");
            }

            // A batch is there as a whole or not at all.
            bool isMixed = found[writer].Distinct().Count() > 1;
            if (isMixed && (acknowledged + 1) % 2 == 0)
                throw new InvalidDataException($"run {run}: writer {writer} has half a batch: {string.Join(", ", found[writer])}.");
            _acknowledged[writer] = found[writer].Min();
        }
    }
}
