using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Fuzz.Modeling;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Fuzz.Chains;

/// <summary>Moves one database in every way, and looks each time at what has come.</summary>
internal sealed partial class ChainRun : IAsyncDisposable
{
    private readonly int _seed;
    private readonly long _now;
    private readonly string? _only;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-chain-{Guid.NewGuid():N}");
    private readonly ChainDatabase _source;
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<ChainFailure> _failures = [];
    private ChainGenerator _generator = null!;
    private LookedAt _look = null!;
    private StoredSource _stored = null!;
    private string _step = "";
    private string? _export;
    private string[] _versions = [];
    private int _places;

    /// <summary>Makes an empty database.</summary>
    /// <param name="seed">What everything is chosen by.</param>
    /// <param name="beginsAt">The moment at which the moving begins, in seconds since 1970; it is that at which everything is looked at.</param>
    /// <param name="only">The only step to be done; null for all.</param>
    public ChainRun(int seed, long beginsAt, string? only)
    {
        _seed = seed;
        _now = beginsAt;
        _only = only;
        _source = new ChainDatabase(Place("source"), new ModelClock { Seconds = beginsAt });
    }

    /// <summary>What went wrong.</summary>
    public IReadOnlyList<ChainFailure> Failures => _failures;

    /// <summary>How many statements of its making were refused, and how many there were.</summary>
    public (int Refused, int All) Statements { get; private set; }

    private DatabaseSchema Schema => _source.Engine.Database.Schema;

    /// <summary>Makes the database by these steps, and moves it.</summary>
    public async Task RunAsync(IReadOnlyList<ChainOperation> operations)
    {
        if (!await TryAsync("make", () => MakeAsync(operations)) || !LookedAt.Tables(Schema).Any())
            return;
        await TryAsync("export", async () => await ExportedAsync());
        await TryAsync("link", () => ImportAsync(streams: false));
        await TryAsync("stream", () => ImportAsync(streams: true));
        await TryAsync("definitions", DefinitionsAsync);
        await TryAsync("directory", () => FilesAsync("directory"));
        await TryAsync("snapshot", () => FilesAsync("snapshot"));
        await TryAsync("served", ServedAsync);
        await TryAsync("ring", RingAsync);
        await TryAsync("into served", IntoServedAsync);
        await TryAsync("into ring", IntoRingAsync);
        for (int i = 0; i < 3; i++)
            await TryAsync($"difference {i}", DifferenceAsync);
        await TryAsync("served difference", ServedDifferenceAsync);
        await TryAsync("definition difference", DefinitionDifferenceAsync);
        await TryAsync("sync", SyncAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable owned in _owned)
            await owned.DisposeAsync();
        await _source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A version of SSTables that has room for the times that there are.</summary>
    private string VersionBy(Random random) => _versions[random.Next(_versions.Length)];

    private Random RandomOf(string step) => new(unchecked((_seed * 7919) + step.Sum(c => c * 31)));

    private string Place(string name) => Path.Combine(_folder, $"{++_places}-{name}");

    private T Owned<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private async Task<bool> TryAsync(string step, Func<Task> work)
    {
        if (_only is not null && _only != step && step != "make")
            return false;
        try
        {
            _step = step;
            await work();
            return true;
        }
        catch (ChainFailure failure)
        {
            _failures.Add(failure);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _failures.Add(new ChainFailure(step, e.Message, e));
        }
        finally
        {
            foreach (IAsyncDisposable owned in _owned)
                await owned.DisposeAsync();
            _owned.Clear();
        }

        return false;
    }

    private ChainFailure Wrong(string message) => new(_step, message);

    private Task MakeAsync(IReadOnlyList<ChainOperation> operations)
    {
        // What follows, such as differences, fits what all steps would have left.
        _generator = new ChainGenerator(new Random(_seed), _now);
        _generator.Operations();
        _versions = operations.Any(o => o.Action == ChainAction.Reopen && o.Text != "nb") ? ["oa", "da"] : ["nb", "oa", "da"];
        int refused = 0;
        foreach (ChainOperation operation in operations)
            refused += _source.Do(operation, _now) ? 0 : 1;
        Statements = (refused, operations.Count);
        _look = LookedAt.Of([_source.Engine], Schema, _now);
        _stored = new StoredSource(_source.Engine, OperandKind.Database);
        return Task.CompletedTask;
    }

    /// <summary>An export of the database, made the first time.</summary>
    private async Task<string> ExportedAsync()
    {
        if (_export is not null)
            return _export;
        string place = Place("export");
        await ExportAsync(_stored, place);
        using StoredSource export = StoredSource.Open(place, Reading);
        await RequireSameAsync(export, LookedAt.Of([EngineOf(export)], Schema, _now), isComplete: true);
        return _export = place;
    }

    private DatabaseOptions Reading => new() { NowSeconds = _now, CacheSizeBytes = 8 << 20 };

    private static QueryEngine EngineOf(StoredSource source) => (QueryEngine)source.Queries;

    private async Task ExportAsync(IMigrationSource source, string place)
    {
        Random random = RandomOf(_step + " export");
        ExportSettings settings = new()
        {
            SSTableVersion = VersionBy(random),
            Compression = ((string?[])[null, "lz4", "zstd", "deflate", "none"])[random.Next(5)],
            Ranges = Ranges(random),
            Resume = true,
        };
        bool stops = random.Next(2) == 0;
        for (int attempt = 0; ; attempt++)
        {
            using CancellationTokenSource stopping = new();
            int left = random.Next(1, 12);
            StopAfter? listener = stops && attempt < 4 ? new StopAfter(() =>
            {
                if (Interlocked.Decrement(ref left) <= 0)
                    stopping.Cancel();
            }) : null;
            TransferResult result = await new Exporter(source, place, settings, listener).RunAsync(stopping.Token);
            if (result.Succeeded)
                return;
            if (listener is null || result.Tables.Any(t => t.Outcome is not (TransferOutcome.Canceled or TransferOutcome.NotStarted or TransferOutcome.Completed or TransferOutcome.AlreadyDone)))
                throw Wrong($"not exported: {Failed(result)}");
        }
    }

    private static RangeRunOptions Ranges(Random random) => RangeRunOptions.Default with
    {
        Throttle = random.Next(1, 4),
        RangeCount = random.Next(3) == 0 ? null : random.Next(1, 9),
        MaxRangeBytes = random.Next(2) == 0 ? 2000 : 256 << 20,
    };

    private static string Failed(TransferResult result) => string.Join("; ", result.Tables.Where(t => !t.Outcome.IsDone() || t.RejectedRows > 0).Select(t => $"{t.Keyspace}.{t.Table} {t.Outcome} {t.Message} {t.RejectedRows} rejected"));

    private void RequireDone(TransferResult result)
    {
        if (!result.Succeeded || result.Tables.Any(t => t.RejectedRows > 0))
            throw Wrong($"not moved: {Failed(result)}");
        if (result.Notes.Count > 0)
            throw Wrong($"noted: {string.Join("; ", result.Notes)}");
    }

    private async Task ImportAsync(bool streams)
    {
        string export = await ExportedAsync();
        ChainDatabase target = Owned(new ChainDatabase(Place("imported"), version: VersionBy(RandomOf(_step))));
        ImportSettings settings = new() { StreamRows = streams, Ranges = Ranges(RandomOf(_step)) };
        RequireDone(await new Importer(export, new DatabaseTarget(target.Engine), settings).RunAsync());
        await RequireSameAsync(target, isComplete: true);
        if (streams)
            return;
        TransferResult again = await new Importer(export, new DatabaseTarget(target.Engine), settings).RunAsync();
        if (again.Tables.FirstOrDefault(t => t.Outcome != TransferOutcome.AlreadyDone) is { } twice && _look.Rows.ContainsKey($"{twice.Keyspace}.{twice.Table}"))
            throw Wrong($"imported again: {twice}");
    }

    private async Task FilesAsync(string what)
    {
        _source.Engine.Database.Flush();
        string place = Place(what);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_source.Path, "data"), "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(Path.Combine(_source.Path, "data"), file);
            if (what == "snapshot" && Schema.Keyspaces.Values.SelectMany(k => k.Views.Values).Any(v => relative.Contains($"{v.Table.Name}-{v.Table.Id:N}", StringComparison.Ordinal)))
                continue;
            bool isSystem = relative.StartsWith("system", StringComparison.Ordinal);
            string to = what == "snapshot" && !isSystem
                ? Path.Combine(place, "data", Path.GetDirectoryName(relative)!, "snapshots", "one", Path.GetFileName(relative))
                : Path.Combine(place, "data", relative);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        // As Cassandra leaves it in each table's snapshot.
        foreach (TableMetadata table in what == "snapshot" ? LookedAt.Tables(Schema) : [])
        {
            string one = Path.Combine(place, "data", table.Keyspace, $"{table.Name}-{table.Id:N}", "snapshots", "one");
            Directory.CreateDirectory(one);
            await File.WriteAllTextAsync(Path.Combine(one, "schema.cql"), SchemaDescriber.SnapshotSchema(Schema.Keyspaces[table.Keyspace], table));
        }

        using StoredSource files = StoredSource.Open(Path.Combine(place, "data"), Reading with { Snapshot = what == "snapshot" ? "one" : null });
        if (files.Description.Kind != OperandKind.CassandraDirectory)
            throw Wrong($"is taken for {files.Description.Kind}");
        await RequireSameAsync(files, LookedAt.Of([EngineOf(files)], Schema, _now), isComplete: true, withSchema: what != "snapshot");
        string export = Place("export");
        await ExportAsync(files, export);
        using StoredSource exported = StoredSource.Open(export, Reading);
        await RequireSameAsync(exported, LookedAt.Of([EngineOf(exported)], Schema, _now), isComplete: true, withSchema: what != "snapshot");
    }

    private async Task ServedAsync()
    {
        string folder = Place("served");
        ChainDatabase served = Owned(await CopiedAsync(folder));
        using ClusterSource cluster = new(await served.ServeAsync(), Asking);
        await RequireSameAsync(cluster, LookedAt.Of([served.Engine], Schema, _now), isComplete: false);
        await FromClusterAsync(cluster);
    }

    private async Task RingAsync()
    {
        ChainRing ring = Owned(await ChainRing.StartAsync(Place("ring"), _stored, VersionBy(RandomOf(_step)), withRows: true));
        using ClusterSource cluster = new(ring.Connection, Asking);
        await RequireSameAsync(cluster, LookedAt.Of(ring.Engines, Schema, _now), isComplete: false);
        await FromClusterAsync(cluster);
    }

    /// <summary>A database with the same files.</summary>
    private async Task<ChainDatabase> CopiedAsync(string folder)
    {
        ChainDatabase copy = new(folder, version: VersionBy(RandomOf(_step)));
        await ChainRing.FillAsync(copy.Engine, _stored, [TokenRange.Whole]);
        return copy;
    }

    private ClusterReading Asking => new() { ReadAtMicros = _now * 1_000_000, PageSize = RandomOf(_step + " pages").Next(1, 50) };

    private async Task FromClusterAsync(ClusterSource cluster)
    {
        string export = Place("export");
        await ExportAsync(cluster, export);
        using (StoredSource exported = StoredSource.Open(export, Reading))
            await RequireSameAsync(exported, LookedAt.Of([EngineOf(exported)], Schema, _now), isComplete: false, told: cluster);
        ChainDatabase imported = Owned(new ChainDatabase(Place("imported"), version: VersionBy(RandomOf(_step))));
        RequireDone(await new Importer(export, new DatabaseTarget(imported.Engine)).RunAsync());
        await RequireSameAsync(imported, isComplete: false, cluster);
        ChainDatabase copied = Owned(new ChainDatabase(Place("copied"), version: VersionBy(RandomOf(_step))));
        RequireDone(await new Copier(cluster, new DatabaseTarget(copied.Engine), new CopySettings { Ranges = Ranges(RandomOf(_step)) }).RunAsync());
        await RequireSameAsync(copied, isComplete: false, cluster);
    }

    private ClusterWriting WritingOf(string step)
    {
        Random random = RandomOf(step + " writing");
        return ClusterWriting.Default with { BatchStatements = random.Next(2) == 0 ? 1 : 30, InFlight = random.Next(1, 33), StatePath = Place("state") };
    }

    private async Task IntoServedAsync()
    {
        string export = await ExportedAsync();
        ChainDatabase target = Owned(new ChainDatabase(Place("target"), version: VersionBy(RandomOf(_step))));
        ClusterTarget into = new(await target.ServeAsync(), WritingOf(_step));
        RequireDone(await new Importer(export, into, new ImportSettings { Ranges = Ranges(RandomOf(_step)) }).RunAsync());
        await RequireSameAsync(target, isComplete: false);

        // Again, over what is there, and from the database itself.
        RequireDone(await new Copier(_stored, into, new CopySettings { Ranges = Ranges(RandomOf(_step)) }).RunAsync());
        await RequireSameAsync(target, isComplete: false);
    }

    private async Task IntoRingAsync()
    {
        ChainRing ring = Owned(await ChainRing.StartAsync(Place("ring"), _stored, VersionBy(RandomOf(_step)), withRows: false));
        ClusterTarget into = new(ring.Connection, WritingOf(_step));
        RequireDone(await new Importer(await ExportedAsync(), into, new ImportSettings { Ranges = Ranges(RandomOf(_step)) }).RunAsync());
        using ClusterSource cluster = new(ring.Connection, Asking);
        await RequireSameAsync(cluster, LookedAt.Of(ring.Engines, Schema, _now), isComplete: false);
    }

    private async Task RequireSameAsync(ChainDatabase target, bool isComplete, IMigrationSource? told = null)
    {
        if (target.Connection is null)
        {
            using StoredSource stored = new(target.Engine, OperandKind.Database);
            await RequireSameAsync(stored, LookedAt.Of([target.Engine], Schema, _now), isComplete, told: told);
            return;
        }

        using ClusterSource cluster = new(target.Connection, Asking);
        await RequireSameAsync(cluster, LookedAt.Of([target.Engine], Schema, _now), isComplete: false);
    }

    /// <summary>What queries show must be the same, and the validation must say so, with the numbers of rows that queries give.</summary>
    /// <param name="target">What is compared with the database.</param>
    /// <param name="look">What queries show of it.</param>
    /// <param name="isComplete">Whether it has what queries do not show too.</param>
    /// <param name="withSchema">Whether definitions are the same too.</param>
    /// <param name="told">What it was read from, where that does not tell all that the database has; null for the database.</param>
    private async Task RequireSameAsync(IMigrationSource target, LookedAt look, bool isComplete, bool withSchema = true, IMigrationSource? told = null)
    {
        if (_look.FirstDifferences(look, withTimes: true) is { } differences)
            throw Wrong(differences);
        bool strict = isComplete && target.Description.Kind != OperandKind.Cluster;
        ValidationReport report = await ValidateAsync(target, (withSchema ? ValidationSettings.Default : s_values) with { WriteTimes = true, Ttls = true, Strict = strict }, told);
        if (!report.Passed)
            throw Wrong($"validation does not pass: {report.Status}, schema {report.Schema}, {string.Join(", ", report.Tables.Select(t => $"{t.Table} {t.Count} {t.Data}"))}; {string.Join("; ", report.Tables.SelectMany(t => t.Differences.Select(d => d.ToString())).Concat(report.SchemaDifferences.Select(d => d.ToString())).Concat(report.Tables.Select(t => t.Message)).Where(m => m is not null).Take(10))}");
        foreach (TableValidation table in report.Tables)
        {
            long rows = _look.Rows.GetValueOrDefault($"{table.Keyspace}.{table.Table}");
            if (table.SourceRows != rows || table.TargetRows != rows || table.SourceDigest != table.TargetDigest)
                throw Wrong($"validation counts {table.SourceRows} and {table.TargetRows} rows of {table.Keyspace}.{table.Table}, queries give {rows}");
        }
    }

    private async Task<ValidationReport> ValidateAsync(IMigrationSource target, ValidationSettings settings, IMigrationSource? source = null)
    {
        ValidationReport report = await new Validator(source ?? _stored, target, settings with { NowSeconds = _now, MaxDifferences = 10_000 }).RunAsync();
        ValidationReport read = ValidationReport.Parse(report.Seal().ToJson(), "report");
        return read.Status == report.Status ? report : throw Wrong("the report is another one when it is read");
    }

    /// <summary>What a validation has found, without values, and without what queries can't show.</summary>
    private IEnumerable<string> Found(ValidationReport report) =>
        from table in report.Tables
        from difference in table.Differences
        where difference.Kind is not (DifferenceKind.RowLiveness or DifferenceKind.Ttl)
        where difference.Kind != DifferenceKind.WriteTime || Schema.Table(table.Keyspace, table.Table) is not { IsCounter: true }
        let line = (difference with { Source = null, Target = null }).ToString()
        orderby $"{table.Keyspace}.{table.Table}", line
        select $"{table.Keyspace}.{table.Table}: {line}";

    private sealed class StopAfter(Action report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report();
    }
}
