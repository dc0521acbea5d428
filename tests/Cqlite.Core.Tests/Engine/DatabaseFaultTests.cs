using System.Buffers.Binary;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>
/// A disk that fails at each of its calls in turn, tears and reorders what was not synced, and fills up: afterwards every acknowledged
/// write is there, no write is there in part, and every definition is as it was acknowledged or as it was asked for.
/// </summary>
public class DatabaseFaultTests
{
    private const string Folder = "/databases/one";
    private const int Partitions = 3;
    private const int RowsOfAWrite = 3;

    [Fact]
    public void Nothing_acknowledged_is_lost_whichever_call_fails()
    {
        SimulatedDisk whole = NewDisk();
        new Workload(whole).Run();
        int calls = whole.Calls;
        Assert.True(calls > 300, $"the workload makes {calls} calls only.");
        Parallel.For(1, calls + 1, call =>
        {
            SimulatedDisk disk = NewDisk();
            var workload = new Workload(disk);
            disk.Fault = SimulatedDisk.FailAt(call);
            workload.Run();
            disk.Fault = null;
            workload.Check(disk.Clone(), $"call {call} failed");
            workload.Check(disk.Crash(new Random(call)), $"call {call} failed, then the plug was pulled");
        });
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_whenever_the_plug_is_pulled()
    {
        SimulatedDisk whole = NewDisk();
        new Workload(whole).Run();
        Parallel.For(1, whole.Calls + 1, call =>
        {
            SimulatedDisk disk = NewDisk();
            var workload = new Workload(disk);
            SimulatedDisk? after = null;
            disk.Fault = (_, path, number) =>
            {
                if (number < call)
                    return;
                after ??= disk.Crash(new Random(call));
                throw new StorageException(path, "the disk is unplugged.", new IOException("unplugged"));
            };
            workload.Run();
            workload.Check(after ?? disk.Crash(new Random(call)), $"the plug was pulled at call {call}");
        });
    }

    [Fact]
    public void A_full_disk_loses_nothing_and_is_named()
    {
        SimulatedDisk whole = NewDisk();
        new Workload(whole).Run();
        for (int capacity = 2_000; capacity < 60_000; capacity += 3_000)
        {
            SimulatedDisk disk = NewDisk();
            var workload = new Workload(disk);
            disk.CapacityBytes = capacity;
            workload.Run();
            if (workload.Problem is { } problem)
                Assert.True(problem.Contains("no space left", StringComparison.Ordinal) || problem.Contains("does not exist", StringComparison.Ordinal), problem);
            disk.CapacityBytes = long.MaxValue;
            workload.Check(disk.Clone(), $"the disk was full at {capacity} bytes");
        }
    }

    private static SimulatedDisk NewDisk()
    {
        SimulatedDisk disk = new();
        Database.Create(Folder, disk);
        disk.SyncDirectory("/");
        return disk;
    }

    /// <summary>Definitions, writes, flushes, reopenings; and what of them was acknowledged.</summary>
    private sealed class Workload(SimulatedDisk disk)
    {
        private readonly int[] _acknowledged = new int[Partitions];
        private readonly int[] _attempted = new int[Partitions];
        private readonly List<string> _columnsAcknowledged = [];
        private bool _tableAcknowledged;
        private bool _truncationAttempted;
        private bool _truncated;

        /// <summary>What the first failure said.</summary>
        public string? Problem { get; private set; }

        public void Run()
        {
            Session(queries =>
            {
                Attempt(() => queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"));
                Attempt(() =>
                {
                    queries.Execute("CREATE TABLE k.t (p int, c int, v int, PRIMARY KEY (p, c))");
                    _tableAcknowledged = true;
                });
                Writes(queries, 1, 4);
                Attempt(queries.Database.Flush);
                Writes(queries, 5, 7);
                Alter(queries, "a");
                Writes(queries, 8, 10);
            });
            Session(queries =>
            {
                Writes(queries, 11, 13);
                Attempt(queries.Database.Flush);
                Attempt(() => queries.Execute("CREATE TABLE k.gone (p int PRIMARY KEY)"));
                Attempt(() => queries.Execute("DROP TABLE k.gone"));
                Writes(queries, 14, 15);
            });
            Session(queries =>
            {
                Attempt(() =>
                {
                    if (queries.Database.Schema.Table("k", "t") is not { } table)
                        return;
                    queries.Database.CheckWritable();
                    _truncationAttempted = true;
                    queries.Database.Truncate(table);
                    _truncated = true;
                    Array.Clear(_acknowledged);
                });
                Alter(queries, "b");
                Writes(queries, 16, 17);
            });
        }

        public void Check(SimulatedDisk after, string when)
        {
            using QueryEngine queries = QueryEngine.Open(Folder, new DatabaseOptions { Files = after });
            TableMetadata? table = queries.Database.Schema.Table("k", "t");
            Assert.True(table is not null || !_tableAcknowledged, $"{when}: the table is gone.");
            if (table is null)
                return;
            foreach (string column in _columnsAcknowledged)
                Assert.True(table.Column(column) is not null, $"{when}: column {column} is gone.");
            Assert.True(queries.Database.Schema.Table("k", "gone") is null || Problem is not null || when.Contains("plug", StringComparison.Ordinal), $"{when}: the dropped table is back.");
            for (int partition = 0; partition < Partitions; partition++)
                CheckPartition(queries, partition, when);
        }

        private void CheckPartition(QueryEngine queries, int partition, string when)
        {
            using QueryResult rows = queries.Execute($"SELECT v FROM k.t WHERE p = {partition}");
            List<int> values = [];
            while (rows.MoveNext())
                values.Add(BinaryPrimitives.ReadInt32BigEndian(rows.GetValue(0, out _)));
            if (values.Count == 0)
            {
                Assert.True(_acknowledged[partition] == 0 || (_truncationAttempted && !_truncated), $"{when}: write {_acknowledged[partition]} of partition {partition} is gone.");
                return;
            }

            Assert.True(values.Count == RowsOfAWrite && values.Distinct().Count() == 1, $"{when}: partition {partition} has half a write: {string.Join(", ", values)}.");
            Assert.True(
                values[0] >= _acknowledged[partition] && values[0] <= Math.Max(_attempted[partition], _acknowledged[partition]),
                $"{when}: partition {partition} has write {values[0]}; {_acknowledged[partition]} was acknowledged, {_attempted[partition]} attempted.");
            Assert.True(!_truncated || values[0] > 15, $"{when}: write {values[0]} of partition {partition} is back after the truncation.");
        }

        private void Session(Action<QueryEngine> work)
        {
            QueryEngine? queries = null;
            try
            {
                // Compaction by a thread of its own would make calls in an order that is not always the same.
                queries = QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, CommitLogSegmentBytes = 4096, CompactionThreads = 0 });
                work(queries);
            }
            catch (StorageException e)
            {
                Problem ??= e.Message;
            }
            finally
            {
                Attempt(() => queries?.Dispose());
            }
        }

        private void Alter(QueryEngine queries, string column) => Attempt(() =>
        {
            if (queries.Database.Schema.Table("k", "t") is null)
                return;
            queries.Execute($"ALTER TABLE k.t ADD {column} int");
            _columnsAcknowledged.Add(column);
        });

        private void Writes(QueryEngine queries, int from, int to)
        {
            for (int value = from; value <= to; value++)
            {
                int partition = value % Partitions;
                int written = value;
                Attempt(() =>
                {
                    if (queries.Database.Schema.Table("k", "t") is not { } table)
                        return;
                    queries.Database.CheckWritable();
                    _attempted[partition] = written;
                    queries.Database.Apply(Mutation(queries.Database, table, partition, written));
                    _acknowledged[partition] = written;
                });
            }
        }

        private static Mutation Mutation(Database database, TableMetadata table, int partition, int value)
        {
            PartitionUpdateBuilder builder = new(table);
            builder.Begin(Bytes(partition));
            long timestamp = database.NextMicros();
            for (int i = 0; i < RowsOfAWrite; i++)
            {
                Row row = builder.AddRow();
                row.AddClustering(row.Store(Bytes(i)));
                row.Liveness = new Liveness(timestamp, Cell.NoTtl, Cell.NoDeletionTime);
                Slice stored = row.Store(Bytes(value));
                int column = table.Regulars.ToList().FindIndex(c => c.Name == "v");
                row.AddCell() = new Cell { Column = column, TimestampMicros = timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Value = stored, Path = Slice.Null };
            }

            return new Mutation(builder.Build());
        }

        private static byte[] Bytes(int value)
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            return bytes;
        }

        private void Attempt(Action action)
        {
            try
            {
                action();
            }
            catch (CqliteException e) when (e is StorageException or InvalidQueryException)
            {
                Problem ??= e.Message;
            }
        }
    }
}
