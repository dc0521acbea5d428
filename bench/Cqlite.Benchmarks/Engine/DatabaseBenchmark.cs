using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Benchmarks.Writing;
using Cqlite.Core.Engine;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;
using Microsoft.Data.Sqlite;

namespace Cqlite.Benchmarks.Engine;

/// <summary>
/// A database as its users meet it, through prepared CQL, beside SQLite in the same run: durable inserts, point reads, a scan of all values; and how
/// long single writes take while flushes and compactions go on. Rows are those of bench.events.
/// </summary>
internal static class DatabaseBenchmark
{
    private const int BatchRows = 3_000;
    private const int GroupRows = 600_000;
    private const int GroupWriters = 64;
    private const int PeriodicRows = 1_500_000;
    private const int PeriodicWriters = 8;
    private const int SqliteRows = 3_000;
    private const int StoredRows = 200_000;
    private const int Reads = 50_000;
    private const int Syncs = 3_000;
    private const double LongestStallMillis = 50;

    /// <summary>What makes the keyspace and the table.</summary>
    public static readonly string[] Definitions =
    [
        "CREATE KEYSPACE bench WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE bench.events (device uuid, seq int, at timestamp, kind text, source inet, temperature double, pressure double, counter bigint, ok boolean, message text, labels map<text, text>, payload blob, PRIMARY KEY (device, seq))",
    ];

    /// <summary>Inserts a row of bench.events, all its columns.</summary>
    public const string Insert = "INSERT INTO bench.events (device, seq, at, kind, source, temperature, pressure, counter, ok, message, labels, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    public static int Run(ReadOnlySpan<string> arguments)
    {
        double stallSeconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 30;
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# A database beside SQLite\n\n{Measurement.Machine()}. Rows of bench.events, 12 columns, through prepared CQL. SQLite: Microsoft.Data.Sqlite, a file, WAL, synchronous FULL, one statement a transaction.\n");
        report.Append("Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- database`.\n\n| what | rows/s | compared |\n|---|---|---|\n");
        byte[][][] rows = MakeRows(StoredRows);

        double syncs = SyncsPerSecond();
        Row(report, "the disk's own syncs", syncs, "");
        double sqlite = InsertSqlite(rows, SqliteRows, out _, keep: false);
        Row(report, "SQLite, durable inserts", sqlite, $"{sqlite / syncs:P0} of the disk's syncs");
        double batch = InsertRows(rows, Durability.Batch, 1, BatchRows);
        Row(report, "Batch, 1 writer", batch, $"{batch / syncs:P0} of the disk's syncs, {batch / sqlite:F1} times SQLite");
        double group = InsertRows(rows, Durability.Group, GroupWriters, GroupRows);
        Row(report, "Group, 64 writers", group, $"{group / (GroupWriters * syncs):P0} of 64 times the disk's syncs, {group / sqlite:F1} times SQLite");
        double periodic = InsertRows(rows, Durability.Periodic, PeriodicWriters, PeriodicRows);
        Row(report, "Periodic, 8 writers", periodic, "");
        AddReads(report, rows);
        AddStalls(report, rows, stallSeconds);
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "database.md"), report.ToString());
        return 0;
    }

    private static void Row(StringBuilder report, string what, double rate, string compared)
    {
        report.Append(CultureInfo.InvariantCulture, $"| {what} | {rate:N0} | {compared} |\n");
        Console.Error.WriteLine($"{what}: {rate:N0} {compared}");
    }

    /// <summary>Rows of bench.events, each value serialized, in the order of <see cref="Insert"/>'s markers.</summary>
    public static byte[][][] MakeRows(int count)
    {
        BulkRow bulk = new(EventRows.Table);
        EventRows events = new(bulk);
        string[] columns = ["device", "seq", "at", "kind", "source", "temperature", "pressure", "counter", "ok", "message", "labels", "payload"];
        int[] ordinals = [.. columns.Select(bulk.OrdinalOf)];
        byte[][][] rows = new byte[count][][];
        for (int i = 0; i < count; i++)
        {
            events.Fill(bulk, i);
            rows[i] = [.. ordinals.Select(o => bulk.Get(o).ToArray())];
        }

        return rows;
    }

    private static double SyncsPerSecond()
    {
        string path = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}");
        byte[] bytes = new byte[620];
        try
        {
            using IWritableFile file = PhysicalFileSystem.Instance.CreateLog(path);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Syncs; i++)
            {
                file.Write(bytes);
                file.Sync();
            }

            return Syncs / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double InsertRows(byte[][][] rows, Durability durability, int writers, int count)
    {
        using Store store = new(new DatabaseOptions { Durability = durability });
        InsertRange(store.Engine, rows, writers, count / 10);
        long start = Stopwatch.GetTimestamp();
        InsertRange(store.Engine, rows, writers, count);
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void InsertRange(QueryEngine engine, byte[][][] rows, int writers, int count)
    {
        Thread[] threads = [.. Enumerable.Range(0, writers).Select(w => new Thread(() =>
        {
            QuerySession session = new(engine);
            PreparedQuery insert = session.Prepare(Insert);
            for (int i = w; i < count; i += writers)
                session.Execute(insert, new BindValues(rows[i % rows.Length])).Dispose();
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
    }

    private static double InsertSqlite(byte[][][] rows, int count, out string path, bool keep)
    {
        path = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}.db");
        SQLitePCL.Batteries_V2.Init();
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "PRAGMA synchronous=FULL");
        Execute(connection, "CREATE TABLE events (device BLOB, seq BLOB, at BLOB, kind BLOB, source BLOB, temperature BLOB, pressure BLOB, counter BLOB, ok BLOB, message BLOB, labels BLOB, payload BLOB, PRIMARY KEY (device, seq)) WITHOUT ROWID");
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT OR REPLACE INTO events VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        SqliteParameter[] parameters = [.. Enumerable.Range(0, 12).Select(i => insert.Parameters.AddWithValue($"${i}", DBNull.Value))];
        using SqliteTransaction? transaction = keep ? connection.BeginTransaction() : null;
        insert.Transaction = transaction;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            for (int p = 0; p < parameters.Length; p++)
                parameters[p].Value = rows[i][p];
            insert.ExecuteNonQuery();
        }

        transaction?.Commit();
        double rate = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!keep)
            DeleteSqlite(path);
        return rate;
    }

    private static void DeleteSqlite(string path)
    {
        foreach (string suffix in (string[])["", "-wal", "-shm"])
            File.Delete(path + suffix);
    }

    private static void AddReads(StringBuilder report, byte[][][] rows)
    {
        using Store store = new(new DatabaseOptions { Durability = Durability.Periodic });
        InsertRange(store.Engine, rows, 2, rows.Length);
        store.Engine.Database.Flush();
        _ = InsertSqlite(rows, rows.Length, out string path, keep: true);
        using (SqliteConnection connection = new($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            double[] ours = [];
            double[] theirs = [];
            for (int round = 0; round < 3; round++)
            {
                ours = PointReads(store.Engine, rows);
                theirs = SqliteReads(connection, rows);
            }

            Latencies(report, "point reads of all columns, CQL", ours);
            Latencies(report, "point reads of all columns, SQLite", theirs);
            double scan = 0;
            double sqlite = 0;
            for (int round = 0; round < 3; round++)
            {
                scan = Math.Max(scan, Scan(store.Engine, rows.Length));
                sqlite = Math.Max(sqlite, SqliteScan(connection, rows.Length));
            }

            Row(report, "scan of all values, CQL", scan, $"{scan / sqlite:F1} times SQLite");
            Row(report, "scan of all values, SQLite", sqlite, "");
        }

        DeleteSqlite(path);
    }

    private static void Latencies(StringBuilder report, string what, double[] micros)
    {
        double sum = micros.Sum();
        Array.Sort(micros);
        Row(report, what, micros.Length / sum * 1e6, $"p50 {At(micros, 0.5):F1} us, p99 {At(micros, 0.99):F1} us");
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];

    private static double[] PointReads(QueryEngine engine, byte[][][] rows)
    {
        QuerySession session = new(engine);
        PreparedQuery select = session.Prepare("SELECT * FROM bench.events WHERE device = ? AND seq = ?");
        Random random = new(1);
        double[] micros = new double[Reads];
        for (int i = 0; i < Reads; i++)
        {
            byte[][] row = rows[random.Next(rows.Length)];
            long start = Stopwatch.GetTimestamp();
            using (QueryResult result = session.Execute(select, new BindValues(row[0], row[1])))
            {
                _ = result.MoveNext();
                for (int c = 0; c < result.Columns.Length; c++)
                    _ = result.GetValue(c, out _);
            }

            micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return micros;
    }

    private static double[] SqliteReads(SqliteConnection connection, byte[][][] rows)
    {
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT * FROM events WHERE device = $k AND seq = $s";
        SqliteParameter key = select.Parameters.AddWithValue("$k", Array.Empty<byte>());
        SqliteParameter seq = select.Parameters.AddWithValue("$s", Array.Empty<byte>());
        Random random = new(1);
        double[] micros = new double[Reads];
        for (int i = 0; i < Reads; i++)
        {
            byte[][] row = rows[random.Next(rows.Length)];
            long start = Stopwatch.GetTimestamp();
            key.Value = row[0];
            seq.Value = row[1];
            using (SqliteDataReader reader = select.ExecuteReader())
            {
                _ = reader.Read();
                for (int c = 0; c < reader.FieldCount; c++)
                    _ = reader.GetValue(c);
            }

            micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return micros;
    }

    private static double Scan(QueryEngine engine, int count)
    {
        long start = Stopwatch.GetTimestamp();
        using QueryResult result = engine.Execute("SELECT * FROM bench.events");
        int rows = 0;
        for (; result.MoveNext(); rows++)
        {
            for (int c = 0; c < result.Columns.Length; c++)
                _ = result.GetValue(c, out _);
        }

        return rows == count ? count / Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException($"{rows} rows of {count} were read.");
    }

    private static double SqliteScan(SqliteConnection connection, int count)
    {
        long start = Stopwatch.GetTimestamp();
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT * FROM events";
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            for (int c = 0; c < reader.FieldCount; c++)
                _ = reader.GetValue(c);
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Writes at half of what Periodic takes, with little memory, so that flushes and compactions go on all the time.</summary>
    private static void AddStalls(StringBuilder report, byte[][][] rows, double seconds)
    {
        using Store store = new(new DatabaseOptions { Durability = Durability.Periodic, MemtableSizeBytes = 32 << 20 });
        const int RowsASecond = 100_000;
        const int ThrottleRows = 100;
        List<double>[] millis = [.. Enumerable.Range(0, PeriodicWriters).Select(_ => new List<double>(1 << 20))];
        long begin = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, PeriodicWriters).Select(w => new Thread(() =>
        {
            QuerySession session = new(store.Engine);
            PreparedQuery insert = session.Prepare(Insert);
            for (int i = w; Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; i += PeriodicWriters)
            {
                long start = Stopwatch.GetTimestamp();
                session.Execute(insert, new BindValues(rows[i % rows.Length])).Dispose();
                millis[w].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                double ahead = (i / (double)RowsASecond) - Stopwatch.GetElapsedTime(begin).TotalSeconds;
                if (i / PeriodicWriters % ThrottleRows == 0 && ahead > 0.001)
                    Thread.Sleep(TimeSpan.FromSeconds(ahead));
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        double[] all = [.. millis.SelectMany(m => m)];
        Array.Sort(all);
        int stalls = all.Count(m => m > LongestStallMillis);
        Row(
            report,
            "Periodic, 8 writers held to 100,000 rows/s, with flushes and compactions",
            all.Length / seconds,
            $"p50 {At(all, 0.5) * 1000:F0} us, p99 {At(all, 0.99) * 1000:F0} us, p99.99 {At(all, 0.9999):F1} ms, longest {all[^1]:F1} ms, {stalls} over {LongestStallMillis} ms; {store.SSTables} SSTables at the end");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class Store : IDisposable
    {
        private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}");

        public Store(DatabaseOptions options)
        {
            Database.Create(_folder);
            Engine = QueryEngine.Open(_folder, options);
            foreach (string definition in Definitions)
                Engine.Execute(definition).Dispose();
        }

        public QueryEngine Engine { get; }

        public int SSTables => Engine.Database.OpenTable(Engine.Database.Schema.Table("bench", "events")!).SSTables.Count;

        public void Dispose()
        {
            Engine.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
