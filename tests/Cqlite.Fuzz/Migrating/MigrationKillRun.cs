using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Fuzz.Serving;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Validation;

namespace Cqlite.Fuzz.Migrating;

/// <summary>
/// Kills <c>cqlite migrate</c> at random moments and has it go on, until it is done: after each kill what is called done is there, what was done is not done again, and in
/// the end every cell is there.
/// </summary>
internal sealed class MigrationKillRun : IAsyncDisposable
{
    private const int Workers = 2;
    private const int RangeCount = 24;
    private const int MostFiles = 60;
    private const int LongestMillis = 1500;
    private readonly string _folder;
    private readonly Random _random;
    private readonly MigrationSide _source;
    private readonly IFileSystem _files = PhysicalFileSystem.Instance;

    /// <summary>Makes what is moved.</summary>
    /// <param name="folder">For all that is written; it must not exist.</param>
    /// <param name="random">When to kill.</param>
    public MigrationKillRun(string folder, Random random)
    {
        _folder = folder;
        _random = random;
        _source = new MigrationSide(Path.Combine(folder, "source"));
    }

    private string Exported => Path.Combine(_folder, "exported");

    /// <summary>Kills so many times, and lets the last one end.</summary>
    /// <returns>How often all was moved from beginning to end.</returns>
    /// <exception cref="InvalidDataException">Something is called done and is not there, was done twice, or is missing in the end.</exception>
    public async Task<int> ExecuteAsync(KilledMigration what, int kills, Action<int>? afterEach = null)
    {
        if (what is KilledMigration.Import or KilledMigration.StreamingImport && !Directory.Exists(Exported))
            await new Exporter(_source.Files, Exported, new ExportSettings { Ranges = RangeRunOptions.Default with { RangeCount = RangeCount } }).RunAsync();
        int killed = 0;
        int rounds = 0;
        while (killed < kills)
        {
            string place = Path.Combine(_folder, $"{what}-{rounds}");
            bool isDone = false;
            while (!isDone)
            {
                Dictionary<string, TokenRange[]> done = Done(what, place);
                _source.Handler.Pages.Clear();
                MigrationEnd end = await MigrationProcess.RunAsync(Arguments(what, place), killed < kills ? Moment(place) : null);
                _source.WaitForQuiet();
                RequireTruth(what, place, killed);
                RequireNotTwice(done, Done(what, place));
                isDone = !end.IsKilled;
                if (isDone)
                {
                    RequireRows(what, done, end);
                    continue;
                }

                killed++;
                afterEach?.Invoke(killed);
            }

            await RequireEqualAsync(what, place);
            Directory.Delete(place, recursive: true);
            rounds++;
        }

        return rounds;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private string[] Arguments(KilledMigration what, string place) => what switch
    {
        KilledMigration.Export => ["migrate", "export", "--hosts", _source.Address, "--keyspace", "k", "--output", place, "--resume-on-failure", .. Reading],
        KilledMigration.Import => ["migrate", "import", "--input", Exported, "--output", place, "--json"],
        KilledMigration.StreamingImport => ["migrate", "import", "--input", Exported, "--output", place, "--streaming-mode", "true", "--parallel-workers", $"{Workers}", "--json"],
        _ => ["migrate", "copy", "--hosts", _source.Address, "--keyspace", "k", "--output", place, "--resume", .. Reading],
    };

    private static string[] Reading => ["--parallel-workers", $"{Workers}", "--partition-count", $"{RangeCount}", "--batch-size", "100", "--json"];

    /// <summary>A moment: when so many more files are there, and a little later; or after a time.</summary>
    private Func<bool> Moment(string place)
    {
        int millis = _random.Next(LongestMillis);
        long started = Stopwatch.GetTimestamp();
        if (_random.Next(4) == 0)
            return () => Stopwatch.GetElapsedTime(started).TotalMilliseconds >= millis;
        int files = CountFiles(place) + _random.Next(1, MostFiles);
        int spins = _random.Next(20_000);
        return () =>
        {
            if (CountFiles(place) < files)
                return false;
            Thread.SpinWait(spins);
            return true;
        };
    }

    private static int CountFiles(string place)
    {
        try
        {
            return Directory.Exists(place) ? Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories).Count() : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder or file has gone while it was looked at.
            return 0;
        }
    }

    /// <summary>The ranges of each table that are called done.</summary>
    private Dictionary<string, TokenRange[]> Done(KilledMigration what, string place) => MigrationSide.Tables.ToDictionary(t => t, t => what switch
    {
        KilledMigration.Export => OperandKinds.IsExport(place, _files)
            ? [.. (ManifestFile.Read(_files, place).Table("k", t)?.Ranges ?? []).Where(r => r.State == ExportRangeState.Done).Select(r => r.Range)]
            : [],
        KilledMigration.Import => [],
        _ => Noted(place, t),
    });

    private TokenRange[] Noted(string place, string table)
    {
        string folder = Path.Combine(place, "data", "k");
        List<TokenRange> ranges = [];
        foreach (string file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, ArrivalLedger.FileName, SearchOption.AllDirectories) : [])
        {
            if (!Path.GetFileName(Path.GetDirectoryName(file)!).StartsWith(table + "-", StringComparison.Ordinal))
                continue;
            foreach (string[] line in new ArrivalLedger(_files, file).Lines.Select(l => l.Split(' ')).Where(l => l[2] == "done"))
            {
                if (!TokenRange.TryParse(line[3], out Token after) || !TokenRange.TryParse(line[4], out Token upTo))
                    throw new InvalidDataException($"'{string.Join(' ', line)}' is no range.");
                ranges.Add(new TokenRange(after, upTo));
            }
        }

        return [.. ranges];
    }

    /// <summary>What is called done is there.</summary>
    private void RequireTruth(KilledMigration what, string place, int kill)
    {
        if (what == KilledMigration.Export && OperandKinds.IsExport(place, _files))
        {
            ExportManifest manifest = ManifestFile.Read(_files, place);
            FileDigest digest = new(_files, null, CancellationToken.None);
            ExportVerifier.RequireSchema(_files, place, manifest, digest);
            foreach (ExportFile file in manifest.Tables.SelectMany(t => t.Files))
                ExportVerifier.Require(_files, place, file, digest);
        }
        else if (what == KilledMigration.Export || !_files.FileExists(DatabaseFile.PathIn(place)))
        {
            return;
        }

        Dictionary<string, TokenRange[]> done = Done(what, place);
        using StoredSource stored = StoredSource.Open(place);
        foreach (string table in MigrationSide.Tables)
        {
            long rows = MigrationSide.Read(stored, table, TokenRange.Whole).Rows;
            if (what == KilledMigration.Import && rows != 0 && rows != MigrationSide.Read(_source.Files, table, TokenRange.Whole).Rows)
                throw new InvalidDataException($"{what}, kill {kill}: {rows} rows of k.{table} are there, which are some of them.");
            if (done[table].FirstOrDefault(r => MigrationSide.Read(stored, table, r) != MigrationSide.Read(_source.Files, table, r)) is { } lost && lost != default)
                throw new InvalidDataException($"{what}, kill {kill}: {lost} of k.{table} is called done, and does not have the source's rows.");
        }
    }

    /// <summary>Nothing that was done was read again, and of what was begun no more is lost than what was under way.</summary>
    private void RequireNotTwice(Dictionary<string, TokenRange[]> before, Dictionary<string, TokenRange[]> after)
    {
        foreach (string table in MigrationSide.Tables)
        {
            AskedPage[] pages = [.. _source.Handler.Pages.Where(p => p.Text.Contains($" FROM k.{table} ", StringComparison.Ordinal))];
            if (pages.FirstOrDefault(p => before[table].Any(r => Overlaps(p, r))) is { } again)
                throw new InvalidDataException($"({again.After}, {again.UpTo}] of k.{table} was read again, and was done.");
            int lost = pages.Where(p => p.IsFirst && !after[table].Any(r => Overlaps(p, r))).Select(p => p.After).Distinct().Count();

            // An export looks at one more to see which times its rows have.
            if (after[table].Length > 0 && lost > Workers + 1)
                throw new InvalidDataException($"{lost} ranges of k.{table} were begun and are not done; {Workers} were read at once.");
        }
    }

    private static bool Overlaps(AskedPage page, TokenRange range) => page.After < range.UpTo.Value && page.UpTo > range.After.Value;

    /// <summary>The process that has ended it has moved what was not done, and nothing else.</summary>
    private void RequireRows(KilledMigration what, Dictionary<string, TokenRange[]> before, MigrationEnd end)
    {
        if (what == KilledMigration.Import)
            return;
        long there = before.Sum(t => t.Value.Sum(r => MigrationSide.Read(_source.Files, t.Key, r).Rows));
        using JsonDocument result = JsonDocument.Parse(end.Output);
        long moved = result.RootElement.GetProperty("rows").GetInt64();
        if (moved + there != MigrationSide.Rows)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{what}: {moved} rows were moved at last, and {there} of {MigrationSide.Rows} were there before."));
    }

    private async Task RequireEqualAsync(KilledMigration what, string place)
    {
        if (what == KilledMigration.Export)
            ExportVerifier.RequireAll(_files, place, CancellationToken.None);
        using StoredSource stored = StoredSource.Open(place);
        ValidationReport report = await new Validator(_source.Files, stored, new ValidationSettings { Tables = ["k"], WriteTimes = true, Ttls = true }).RunAsync();
        bool isSame = MigrationSide.Tables.All(t => MigrationSide.Read(stored, t, TokenRange.Whole) == MigrationSide.Read(_source.Files, t, TokenRange.Whole));
        if (!report.Passed || !isSame)
            throw new InvalidDataException($"{what}: the end differs from the source: {report.ToJson()}");
    }
}
