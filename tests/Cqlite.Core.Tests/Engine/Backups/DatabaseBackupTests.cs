using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Backups;

public sealed class DatabaseBackupTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();
    private readonly string _backups = Path.Combine(Path.GetTempPath(), $"cqlite-backups-{Guid.NewGuid():N}");

    public DatabaseBackupTests()
    {
        Directory.CreateDirectory(_backups);
        Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute("CREATE TABLE k.t (p int PRIMARY KEY, v text)");
        Execute("INSERT INTO k.t (p, v) VALUES (1, 'one')");
    }

    [Fact]
    public void A_backup_opens_as_it_is_and_is_restored_whole()
    {
        string backup = Path.Combine(_backups, "a");
        BackupResult made = _database.Database.Backup(backup, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((0, made.Manifest.Files.Count - 1), (made.CopiedFiles, made.Manifest.Files.Count(f => f.Path.StartsWith("data/", StringComparison.Ordinal))));
        Assert.Contains("CREATE TABLE k.t", File.ReadAllText(Path.Combine(backup, "schema.cql")), StringComparison.Ordinal);
        using (QueryEngine inPlace = QueryEngine.Open(backup))
        {
            Assert.True(inPlace.Database.IsReadOnly);
            Assert.Equal(1, Count(inPlace));
        }

        string restored = Path.Combine(_backups, "restored");
        RestoreResult result = DatabaseRestorer.Restore(backup, restored, cancellation: TestContext.Current.CancellationToken);
        using QueryEngine engine = QueryEngine.Open(restored);
        Assert.Equal(1, Count(engine));
        engine.Execute("INSERT INTO k.t (p, v) VALUES (2, 'two')").Dispose();
        Assert.Equal(2, Count(engine));
        Assert.True(result.Rows >= 1);
    }

    [Fact]
    public void An_incremental_backup_takes_over_what_has_not_changed_and_outlives_its_predecessor()
    {
        string first = Path.Combine(_backups, "1");
        string second = Path.Combine(_backups, "2");
        _database.Database.Backup(first, incremental: true, cancellation: TestContext.Current.CancellationToken);
        Execute("INSERT INTO k.t (p, v) VALUES (2, 'two')");
        BackupResult made = _database.Database.Backup(second, incremental: true, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("1", made.Manifest.Previous);
        Assert.True(made.ReusedFiles > 0);
        Assert.InRange(made.NewBytes, 1, made.Manifest.Bytes - 1);
        Directory.Delete(first, recursive: true);
        using QueryEngine engine = QueryEngine.Open(second);
        Assert.Equal(2, Count(engine));
    }

    [Fact]
    public void A_table_that_was_emptied_and_filled_again_is_not_taken_for_what_it_was()
    {
        Execute("TRUNCATE k.t");
        Execute("INSERT INTO k.t (p, v) VALUES (3, 'abc')");
        _database.Database.Backup(Path.Combine(_backups, "1"), incremental: true, cancellation: TestContext.Current.CancellationToken);
        Execute("TRUNCATE k.t");
        _database.Reopen();
        Execute("INSERT INTO k.t (p, v) VALUES (3, 'xyz')");
        _database.Database.Backup(Path.Combine(_backups, "2"), incremental: true, cancellation: TestContext.Current.CancellationToken);
        using QueryEngine engine = QueryEngine.Open(Path.Combine(_backups, "2"));
        using QueryResult rows = engine.Execute("SELECT v FROM k.t");
        Assert.True(rows.MoveNext());
        Assert.Equal("xyz"u8.ToArray(), rows.GetValue(0, out _).ToArray());
    }

    [Fact]
    public void A_damaged_backup_is_not_restored()
    {
        string backup = Path.Combine(_backups, "a");
        BackupManifest manifest = _database.Database.Backup(backup, cancellation: TestContext.Current.CancellationToken).Manifest;
        string data = Path.Combine(backup, manifest.Files.First(f => f.Path.Contains("/t-", StringComparison.Ordinal) && f.Path.EndsWith("-Data.db", StringComparison.Ordinal)).Path);
        byte[] bytes = File.ReadAllBytes(data);
        bytes[^1] ^= 1;
        File.Delete(data);
        File.WriteAllBytes(data, bytes);
        string target = Path.Combine(_backups, "restored");
        CorruptDataException error = Assert.Throws<CorruptDataException>(() => DatabaseRestorer.Restore(backup, target));
        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public void What_is_there_is_replaced_only_when_asked_for_and_never_while_it_is_open()
    {
        string backup = Path.Combine(_backups, "a");
        _database.Database.Backup(backup, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(StorageProblem.Occupied, Assert.Throws<StorageException>(() => _database.Database.Backup(backup)).Problem);
        Assert.Equal(StorageProblem.Occupied, Assert.Throws<StorageException>(() => DatabaseRestorer.Restore(backup, _database.Folder)).Problem);
        Assert.Equal(StorageProblem.Locked, Assert.Throws<StorageException>(() => DatabaseRestorer.Restore(backup, _database.Folder, replace: true)).Problem);
        Assert.Equal(StorageProblem.Occupied, Assert.Throws<StorageException>(() => DatabaseRestorer.Restore(backup, _backups, replace: true)).Problem);
        Assert.Throws<UnsupportedFormatException>(() => DatabaseRestorer.Restore(_backups, Path.Combine(_backups, "x")));
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_backups, recursive: true);
    }

    private static int Count(QueryEngine engine)
    {
        using QueryResult rows = engine.Execute("SELECT p FROM k.t");
        int count = 0;
        while (rows.MoveNext())
            count++;
        return count;
    }

    private void Execute(string cql) => _database.Queries.Execute(cql).Dispose();
}
