using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Microsoft.Data.Sqlite;

namespace Cqlite.Benchmarks.Storage;

/// <summary>
/// Reads of one row by its full key (device, seq), warm and cold, beside SQLite with the same rows in the same run. Takes the
/// folder that holds bench.events in the folders nb, oa and da.
/// </summary>
internal static class PointReadBenchmark
{
    private const int Reads = 200_000;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("Usage: Cqlite.Benchmarks points FOLDER (with the folders nb, oa and da of bench.events)");
            return 2;
        }

        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Point reads of bench.events\n\n{Measurement.Machine()}. One thread, {Reads:N0} reads of random rows, all columns touched. Cold: each of 300 reads by an SSTable opened for it alone (the opening is not counted; files are in the page cache).\n\n");
        report.Append("| engine | p50 | p99 | p99.9 | reads/s | allocated a read | cold p50 | cold p99 |\n|---|---|---|---|---|---|---|---|\n");
        List<byte[]> devices = [];
        foreach (string format in (string[])["nb", "oa", "da"])
        {
            SSTableDescriptor descriptor = SSTableFolder.Find(PhysicalFileSystem.Instance, Path.Combine(arguments[0], format)).Single();
            ChunkCache cache = new(256 << 20);
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Cache = cache });
            if (devices.Count == 0)
                devices = DevicesOf(sstable);
            (byte[] Key, int Seq)[] wanted = Choose(devices);
            foreach ((byte[] key, int seq) in wanted)
                Read(sstable, key, seq);
            double[] micros = new double[Reads];
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Reads; i++)
            {
                long start = Stopwatch.GetTimestamp();
                Read(sstable, wanted[i].Key, wanted[i].Seq);
                micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            long allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Reads;
            AddRow(report, format, micros, allocated, Cold(descriptor, wanted));
        }

        AddSqlite(report, arguments[0], Choose(devices));
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "points.md"), report.ToString());
        return 0;
    }

    private static void AddRow(StringBuilder report, string engine, double[] micros, long allocated, double[]? cold)
    {
        double perSecond = micros.Length / (micros.Sum() / 1e6);
        Array.Sort(micros);
        string coldText = cold is null ? "- | -" : string.Create(CultureInfo.InvariantCulture, $"{cold[cold.Length / 2]:F0} us | {cold[cold.Length * 99 / 100]:F0} us");
        report.Append(
            CultureInfo.InvariantCulture,
            $"| {engine} | {micros[Reads / 2]:F1} us | {micros[Reads * 99 / 100]:F1} us | {micros[Reads * 999L / 1000]:F1} us | {perSecond / 1000:F0} k | {allocated} bytes | {coldText} |\n");
    }

    private static double[] Cold(SSTableDescriptor descriptor, (byte[] Key, int Seq)[] wanted)
    {
        double[] micros = new double[300];
        for (int i = 0; i < micros.Length; i++)
        {
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Cache = new ChunkCache(16 << 20) });
            long start = Stopwatch.GetTimestamp();
            Read(sstable, wanted[i].Key, wanted[i].Seq);
            micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(micros);
        return micros;
    }

    private static List<byte[]> DevicesOf(SSTable sstable)
    {
        List<byte[]> devices = [];
        using UnfilteredCursor cursor = sstable.Read(new ReadRequest { Slices = [] });
        while (cursor.MoveToNextPartition())
            devices.Add(cursor.PartitionKey.ToArray());
        return devices;
    }

    private static (byte[] Key, int Seq)[] Choose(List<byte[]> devices)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, Reads).Select(_ => (devices[random.Next(devices.Count)], random.Next(100)))];
    }

    private static long Read(SSTable sstable, byte[] key, int seq)
    {
        byte[] clustering = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(clustering, seq);
        ReadRequest request = new()
        {
            Key = new DecoratedKey(sstable.Partitioner.TokenOf(key), key),
            Slices = [new ClusteringSlice(new ClusteringBound(ClusteringKind.InclusiveStart, clustering), new ClusteringBound(ClusteringKind.InclusiveEnd, clustering))],
        };
        using UnfilteredCursor cursor = sstable.Read(request);
        if (!cursor.MoveToNextPartition() || !cursor.MoveToNextUnfiltered())
            throw new InvalidOperationException("a row of the benchmark is missing.");
        long sum = 0;
        foreach (ref readonly Cell cell in cursor.Row.Cells)
            sum += cursor.Row.Value(cell).Length;
        return sum;
    }

    private static void AddSqlite(StringBuilder report, string folder, (byte[] Key, int Seq)[] wanted)
    {
        SQLitePCL.Batteries_V2.Init();
        using SqliteConnection connection = new("Data Source=:memory:");
        connection.Open();
        Execute(connection, "CREATE TABLE events (device BLOB, seq INTEGER, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, PRIMARY KEY (device, seq)) WITHOUT ROWID");
        using (SqliteTransaction transaction = connection.BeginTransaction())
        {
            using SqliteCommand insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO events VALUES ($k, $s, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9)";
            SqliteParameter[] parameters = [.. ((string[])["$k", "$s", "$0", "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9"]).Select(n => insert.Parameters.AddWithValue(n, DBNull.Value))];
            SSTableDescriptor descriptor = SSTableFolder.Find(PhysicalFileSystem.Instance, Path.Combine(folder, "nb")).Single();
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                while (cursor.MoveToNextUnfiltered())
                {
                    parameters[0].Value = cursor.PartitionKey.ToArray();
                    parameters[1].Value = BinaryPrimitives.ReadInt32BigEndian(cursor.Row.Bytes(cursor.Row.ClusteringSlices[0]));
                    MemoryStream labels = new();
                    int column = 2;
                    foreach (ref readonly Cell cell in cursor.Row.Cells)
                    {
                        if (cell.Path.IsNull)
                            parameters[column++].Value = cursor.Row.Value(cell).ToArray();
                        else
                            labels.Write(cursor.Row.Value(cell));
                    }

                    parameters[column].Value = labels.ToArray();
                    insert.ExecuteNonQuery();
                }
            }

            transaction.Commit();
        }

        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 FROM events WHERE device = $k AND seq = $s";
        SqliteParameter key = select.Parameters.AddWithValue("$k", Array.Empty<byte>());
        SqliteParameter seq = select.Parameters.AddWithValue("$s", 0);
        select.Prepare();
        double[] micros = new double[Reads];
        long before = 0;
        for (int round = 0; round < 2; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Reads; i++)
            {
                long start = Stopwatch.GetTimestamp();
                key.Value = wanted[i].Key;
                seq.Value = wanted[i].Seq;
                using SqliteDataReader reader = select.ExecuteReader();
                reader.Read();
                for (int c = 0; c < reader.FieldCount; c++)
                    _ = reader.GetValue(c);
                micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        }

        AddRow(report, "SQLite, in memory, prepared", micros, (GC.GetAllocatedBytesForCurrentThread() - before) / Reads, null);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
