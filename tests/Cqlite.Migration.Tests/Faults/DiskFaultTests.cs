using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Faults;

/// <summary>
/// A disk that fails at each of its calls in turn, is full or loses its power there, while tables are exported, imported and copied: the outcome is said, nothing passes
/// for done that is not there, and going on makes it whole.
/// </summary>
public sealed class DiskFaultTests : IDisposable
{
    private const string Export = "/exports/one";
    private const string Target = "/databases/target";
    private static readonly RangeRunOptions s_ranges = RangeRunOptions.Default with { Throttle = 1, RangeCount = 2 };
    private readonly QueryEngine _source;
    private readonly StoredSource _files;
    private readonly string[] _expected;

    public DiskFaultTests()
    {
        SimulatedDisk disk = NewDisk();
        _source = Open(disk, "/databases/source");
        foreach (string cql in (string[])["CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", "CREATE TABLE k.t (p int PRIMARY KEY, v text)"])
            _source.Execute(cql).Dispose();
        for (int p = 0; p < 8; p++)
            _source.Execute($"INSERT INTO k.t (p, v) VALUES ({p}, 'value {p}') USING TIMESTAMP {p + 1}").Dispose();
        _files = new StoredSource(_source, OperandKind.Database);
        _expected = Stored(_files);
    }

    /// <summary>How a disk behaves from a call on.</summary>
    public enum Manner
    {
        /// <summary>That call fails.</summary>
        Fails,

        /// <summary>From then on writes find no room.</summary>
        IsFull,

        /// <summary>It has no power any more.</summary>
        IsUnplugged,
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Manner.Fails)]
    [InlineData(Manner.IsFull)]
    [InlineData(Manner.IsUnplugged)]
    public void An_export_goes_on_where_it_ended(Manner manner)
    {
        SimulatedDisk prepared = NewDisk();
        Sweep(prepared, manner, ExportTo, (disk, when) => RequireTruth(disk, when), disk =>
        {
            using StoredSource export = StoredSource.Open(Export, new DatabaseOptions { Files = disk });
            return Stored(export);
        });
    }

    [Theory]
    [InlineData(Manner.Fails, false)]
    [InlineData(Manner.IsFull, false)]
    [InlineData(Manner.IsUnplugged, false)]
    [InlineData(Manner.Fails, true)]
    [InlineData(Manner.IsFull, true)]
    [InlineData(Manner.IsUnplugged, true)]
    public void An_import_goes_on_where_it_ended(Manner manner, bool streams)
    {
        SimulatedDisk prepared = NewDisk();
        Assert.True(ExportTo(prepared).Succeeded);
        Database.Create(Target, prepared);
        SettleDown(prepared);
        Sweep(
            prepared,
            manner,
            disk => InTarget(disk, engine => new Importer(Export, new DatabaseTarget(engine), new ImportSettings { Files = disk, StreamRows = streams, Resume = streams, Ranges = s_ranges }).RunAsync(Cancellation)),
            (disk, when) =>
            {
                // Adopted tables appear all at once.
                string[] found = InTarget(disk, TableContent);
                Assert.True(streams || found.Length == 0 || found.Length == _expected.Length, $"{when}: {found.Length} lines of {_expected.Length} are there.");
            },
            disk => InTarget(disk, TableContent));
    }

    [Theory]
    [InlineData(Manner.Fails)]
    [InlineData(Manner.IsFull)]
    [InlineData(Manner.IsUnplugged)]
    public void A_copy_goes_on_where_it_ended(Manner manner)
    {
        SimulatedDisk prepared = NewDisk();
        Database.Create(Target, prepared);
        SettleDown(prepared);
        Sweep(
            prepared,
            manner,
            disk => InTarget(disk, engine => new Copier(_files, new DatabaseTarget(engine), new CopySettings { Resume = true, Ranges = s_ranges }).RunAsync(Cancellation)),
            (disk, when) => InTarget(disk, engine => RequireDoneRanges(engine, when)),
            disk => InTarget(disk, TableContent));
    }

    public void Dispose()
    {
        _files.Dispose();
        _source.Dispose();
    }

    /// <summary>Has each call of some work fail; looks at what is left, and does the work again.</summary>
    private void Sweep(SimulatedDisk prepared, Manner manner, Func<SimulatedDisk, TransferResult> work, Action<SimulatedDisk, string> check, Func<SimulatedDisk, string[]> content)
    {
        SimulatedDisk counted = prepared.Clone();
        Assert.True(work(counted).Succeeded);
        int calls = counted.Calls;
        Assert.Equal(_expected, content(counted));
        Assert.True(calls > 50, $"only {calls} calls");
        Parallel.For(1, calls + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, call =>
        {
            string when = $"{manner} at call {call} of {calls}";
            SimulatedDisk disk = prepared.Clone();
            disk.Fault = (kind, path, number) => Fail(manner, call, kind, path, number);
            TransferResult? result = null;
            string? told = null;
            try
            {
                result = work(disk);
                told = result.Tables.Select(t => t.Message).FirstOrDefault(m => m is not null);
            }
            catch (CqliteException e) when (e is StorageException or CorruptDataException or UnsupportedFormatException or InvalidQueryException)
            {
                told = e.Message;
            }

            bool isDone = result is { Succeeded: true };
            Assert.True(isDone || !string.IsNullOrEmpty(told), $"{when}: nothing is said.");
            if (result is { Succeeded: false })
                Assert.True(result.CanBeResumed, $"{when}: {result.ToJson()}");
            if (manner == Manner.IsFull && result is { Succeeded: false })
                Assert.Contains(result.Tables, t => t.Outcome == TransferOutcome.DiskFull);
            disk.Fault = null;
            SimulatedDisk after = disk.Crash(new Random(call));
            check(after, when);
            if (isDone)
                Assert.True(_expected.SequenceEqual(content(after)), $"{when}: it was said to be done, and is not there.");
            TransferResult again = work(after);
            Assert.True(again.Succeeded, $"{when}, then again: {again.ToJson()}");
            Assert.True(_expected.SequenceEqual(content(after)), $"{when}, then again: what is there is not what was to come.");
            check(after, when);
        });
    }

    private static void Fail(Manner manner, int call, DiskCall kind, string path, int number)
    {
        bool isWrite = kind is DiskCall.Create or DiskCall.Write;
        switch (manner)
        {
            case Manner.Fails when number == call:
                throw new StorageException(path, $"injected failure of {kind}, call {number}.", new IOException("injected"));
            case Manner.IsFull when number >= call && isWrite:
                throw new StorageException(path, "can't be written: the disk is full.", new IOException("full", unchecked((int)0x80070070)));
            case Manner.IsUnplugged when number >= call:
                throw new StorageException(path, "the disk is unplugged.", new IOException("unplugged"));
        }
    }

    private TransferResult ExportTo(SimulatedDisk disk) =>
        new Exporter(_files, Export, new ExportSettings { Files = disk, Resume = true, Ranges = s_ranges }).RunAsync(Cancellation).GetAwaiter().GetResult();

    /// <summary>What a manifest names is there as it says, and what it calls done holds the rows of the source.</summary>
    private void RequireTruth(SimulatedDisk disk, string when)
    {
        if (!OperandKinds.IsExport(Export, disk))
            return;
        ExportManifest manifest = ManifestFile.Read(disk, Export);
        FileDigest digest = new(disk, null, Cancellation);
        ExportVerifier.RequireSchema(disk, Export, manifest, digest);
        foreach (ExportTable table in manifest.Tables)
        {
            foreach (ExportFile file in table.Files)
                ExportVerifier.Require(disk, Export, file, digest);
            if (table.IsComplete)
                ExportVerifier.RequireNothingElse(disk, Export, table);
        }

        using StoredSource export = StoredSource.Open(Export, new DatabaseOptions { Files = disk });
        foreach (ExportRange range in manifest.Tables.SelectMany(t => t.Ranges).Where(r => r.State == ExportRangeState.Done))
            Assert.True(Stored(_files, range.Range).SequenceEqual(Stored(export, range.Range)), $"{when}: {range.Range} is called done, and does not have the source's rows.");
    }

    private bool RequireDoneRanges(QueryEngine engine, string when)
    {
        if (engine.Database.Schema.Table("k", "t") is not { } table)
            return false;
        using StoredSource target = new(engine, OperandKind.Database);
        foreach (string[] done in engine.Database.ArrivalsOf(table).Lines.Select(l => l.Split(' ')).Where(l => l[2] == "done"))
        {
            Assert.True(TokenRange.TryParse(done[3], out Token after) & TokenRange.TryParse(done[4], out Token upTo));
            Assert.True(Stored(_files, new(after, upTo)).SequenceEqual(Stored(target, new(after, upTo))), $"{when}: ({done[3]}, {done[4]}] is called done, and does not have the source's rows.");
        }

        return true;
    }

    private static T InTarget<T>(SimulatedDisk disk, Func<QueryEngine, Task<T>> use) => InTarget(disk, engine => use(engine).GetAwaiter().GetResult());

    private static T InTarget<T>(SimulatedDisk disk, Func<QueryEngine, T> use)
    {
        using QueryEngine engine = Open(disk, Target);
        return use(engine);
    }

    private static string[] TableContent(QueryEngine engine)
    {
        if (engine.Database.Schema.Table("k", "t") is null)
            return [];
        using StoredSource stored = new(engine, OperandKind.Database);
        return Stored(stored);
    }

    private static string[] Stored(StoredSource source) => Stored(source, TokenRange.Whole);

    private static string[] Stored(StoredSource source, TokenRange range)
    {
        if (source.Database.Schema.Table("k", "t") is not { } table)
            return [];
        using UnfilteredCursor cursor = source.OpenAsync(table, Cancellation).GetAwaiter().GetResult().Read(range, Cancellation);
        return [.. StoredContent.Of(cursor)];
    }

    private static SimulatedDisk NewDisk()
    {
        SimulatedDisk disk = new();
        disk.CreateDirectory("/databases");
        disk.CreateDirectory("/exports");
        disk.SyncDirectory("/");
        return disk;
    }

    /// <summary>Opened once, so that what a new database writes by itself is there.</summary>
    private static void SettleDown(SimulatedDisk disk) => Open(disk, Target).Dispose();

    private static QueryEngine Open(SimulatedDisk disk, string path)
    {
        if (!disk.DirectoryExists(path))
            Database.Create(path, disk);
        return QueryEngine.Open(path, new DatabaseOptions { Files = disk, CompactionThreads = 0, CacheSizeBytes = 1 << 20, CommitLogSegmentBytes = 128 << 10 });
    }
}
