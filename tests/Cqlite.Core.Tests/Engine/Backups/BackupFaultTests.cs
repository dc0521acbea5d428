using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Backups;

/// <summary>A disk that fails at each call of a backup or restoration in turn, then loses what was not synced: there is nothing, or there is a whole one.</summary>
public class BackupFaultTests
{
    private const string Folder = "/databases/one";
    private const string Destination = "/backups/first";
    private const string Restored = "/databases/two";

    [Fact]
    public void A_backup_is_whole_or_not_there()
    {
        SimulatedDisk prepared = Prepare();
        Sweep(prepared, BackUp, (disk, when) =>
        {
            if (!disk.DirectoryExists(Destination))
                return false;
            BackupManifest manifest = BackupManifest.Read(disk, Destination);
            Assert.Contains(manifest.Files, f => f.Path.EndsWith("-Data.db", StringComparison.Ordinal));
            DatabaseRestorer.Restore(Destination, Restored, files: disk, cancellation: TestContext.Current.CancellationToken);
            Assert.True(Rows(disk, Restored) == 3, $"{when}: rows are missing in the backup.");
            return true;
        });
    }

    [Fact]
    public void A_restoration_is_whole_or_not_there()
    {
        SimulatedDisk prepared = Prepare();
        BackUp(prepared);
        Sweep(prepared, disk => DatabaseRestorer.Restore(Destination, Restored, files: disk), (disk, when) =>
        {
            bool isThere = disk.DirectoryExists(Restored);
            Assert.True(!isThere || Rows(disk, Restored) == 3, $"{when}: rows are missing in what was restored.");

            // And whatever an attempt has left, the next one comes through.
            DatabaseRestorer.Restore(Destination, Restored, replace: true, files: disk, cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(3, Rows(disk, Restored));
            return isThere;
        });
    }

    [Fact]
    public void A_database_that_is_replaced_is_the_old_one_or_the_new_one()
    {
        SimulatedDisk prepared = Prepare();
        BackUp(prepared);
        using (QueryEngine engine = QueryEngine.Open(Folder, Options(prepared)))
            engine.Execute("INSERT INTO k.t (p, v) VALUES (9, 9)").Dispose();
        Sweep(prepared, disk => DatabaseRestorer.Restore(Destination, Folder, replace: true, files: disk), (disk, when) =>
        {
            // A crash between the two renamings leaves it to the next attempt to give the old one its name back.
            if (!disk.DirectoryExists(Folder))
            {
                DatabaseRestorer.Restore(Destination, Folder, replace: true, files: disk, cancellation: TestContext.Current.CancellationToken);
                Assert.Equal(3, Rows(disk, Folder));
                return true;
            }

            int rows = Rows(disk, Folder);
            Assert.True(rows is 3 or 4, $"{when}: {rows} rows are neither the old database nor the new one.");
            return rows == 3;
        });
    }

    private static void Sweep(SimulatedDisk prepared, Action<SimulatedDisk> work, Func<SimulatedDisk, string, bool> check)
    {
        SimulatedDisk counted = prepared.Clone();
        work(counted);
        int calls = counted.Calls;
        Assert.True(check(counted, "without a fault"));
        for (int call = 1; call <= calls; call++)
        {
            string when = $"call {call} of {calls} fails";
            SimulatedDisk disk = prepared.Clone();
            disk.Fault = SimulatedDisk.FailAt(call);
            bool isDone = false;
            try
            {
                work(disk);
                isDone = true;
            }
            catch (CqliteException e) when (e is StorageException or CorruptDataException)
            {
            }

            disk.Fault = null;
            SimulatedDisk after = disk.Crash(new Random(call));
            bool isThere = check(after, when);
            Assert.True(isThere || !isDone, $"{when}: it was said to be done, and is not there after the plug was pulled.");
        }
    }

    private static SimulatedDisk Prepare()
    {
        SimulatedDisk disk = new();
        disk.CreateDirectory("/backups");
        disk.CreateDirectory("/databases");
        disk.SyncDirectory("/");
        Database.Create(Folder, disk);
        using QueryEngine engine = QueryEngine.Open(Folder, Options(disk));
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY, v int)").Dispose();
        for (int i = 0; i < 3; i++)
            engine.Execute($"INSERT INTO k.t (p, v) VALUES ({i}, {i})").Dispose();
        return disk;
    }

    private static void BackUp(SimulatedDisk disk)
    {
        using QueryEngine engine = QueryEngine.Open(Folder, Options(disk));
        engine.Database.Backup(Destination);
    }

    private static int Rows(SimulatedDisk disk, string folder)
    {
        using QueryEngine engine = QueryEngine.Open(folder, Options(disk));
        using QueryResult rows = engine.Execute("SELECT p FROM k.t");
        int count = 0;
        while (rows.MoveNext())
            count++;
        return count;
    }

    private static DatabaseOptions Options(SimulatedDisk disk) => new() { Files = disk, CompactionThreads = 0, CommitLogSegmentBytes = 4096 };
}
