using System.Buffers.Binary;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Fuzz.Killing;

/// <summary>
/// The process that is killed: many threads write, each to partitions of its own, and tell of each write on standard output once it is
/// acknowledged. Memory is so small that flushes go on all the time.
/// </summary>
internal static class KilledWriter
{
    /// <summary>Partitions of each thread.</summary>
    public const int PartitionsOfAWriter = 8;

    /// <summary>Rows of each write, which must all be there or none.</summary>
    public const int RowsOfAWrite = 3;

    /// <summary>Length of what is told of a write: partition and value, each as int32.</summary>
    public const int ReportLength = 8;

    /// <summary>Writes until the process is killed.</summary>
    /// <param name="folder">The database.</param>
    /// <param name="writers">Number of threads.</param>
    /// <param name="firstValue">What the values count from.</param>
    public static void Run(string folder, int writers, int firstValue)
    {
        using QueryEngine queries = QueryEngine.Open(folder, new DatabaseOptions { MemtableSizeBytes = 256 << 10, CommitLogSegmentBytes = 128 << 10 });
        TableMetadata table = queries.Database.Schema.Table(KillRun.Keyspace, KillRun.Table)!;
        using Stream output = Console.OpenStandardOutput();
        Thread[] threads = new Thread[writers];
        for (int i = 0; i < writers; i++)
        {
            int writer = i;
            threads[i] = new Thread(() => Write(queries.Database, table, output, writer, firstValue));
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
    }

    private static void Write(Database database, TableMetadata table, Stream output, int writer, int firstValue)
    {
        PartitionUpdateBuilder builder = new(table);
        byte[] report = new byte[ReportLength];
        byte[] number = new byte[4];
        for (int value = firstValue; ; value++)
        {
            int partition = (writer * PartitionsOfAWriter) + (value % PartitionsOfAWriter);
            BinaryPrimitives.WriteInt32BigEndian(report, partition);
            BinaryPrimitives.WriteInt32BigEndian(report.AsSpan(4), value);
            builder.Begin(report.AsMemory(0, 4).ToArray());
            long timestamp = database.NextMicros();
            for (int i = 0; i < RowsOfAWrite; i++)
            {
                Row row = builder.AddRow();
                BinaryPrimitives.WriteInt32BigEndian(number, i);
                row.AddClustering(row.Store(number));
                row.Liveness = new Liveness(timestamp, Cell.NoTtl, Cell.NoDeletionTime);
                Slice stored = row.Store(report.AsSpan(4));
                row.AddCell() = new Cell { Column = 0, TimestampMicros = timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Value = stored, Path = Slice.Null };
            }

            database.Apply(new Mutation(builder.Build()));
            lock (output)
                output.Write(report);
        }
    }
}
