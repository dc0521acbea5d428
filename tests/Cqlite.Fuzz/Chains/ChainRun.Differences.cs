using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Core.Files;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Conversions;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;

namespace Cqlite.Fuzz.Chains;

/// <content>Differences that are made on purpose, what finds and mends them, and changes that are carried back.</content>
internal sealed partial class ChainRun
{
    private const long Since = 1L << 61;

    private static readonly ValidationSettings s_values = new() { Checks = ValidationChecks.Count | ValidationChecks.Data };

    private IEnumerable<string> Expected(LookedAt target, bool withTimes, LookedAt? source = null) =>
        from table in LookedAt.Tables(Schema)
        orderby table.ToString()
        from line in (source ?? _look).Differences(target, table.ToString(), withTimes)
        select $"{table}: {line}";

    private void RequireFound(ValidationReport report, IEnumerable<string> expected, string change)
    {
        string[] wanted = [.. expected.Order(StringComparer.Ordinal)];
        string[] found = [.. Found(report).Order(StringComparer.Ordinal)];
        if (!wanted.SequenceEqual(found))
            throw Wrong($"not what was found\n  after {Short(change)}\n  expected: {string.Join("\n    ", wanted.Except(found).Take(5).Select(Short))}\n  found: {string.Join("\n    ", found.Except(wanted).Take(5).Select(Short))}");
        if (wanted.Length > 0 && report.Passed)
            throw Wrong("passed with differences");
    }

    private static string Short(string text) => text.Length > 500 ? $"{text[..250]} ... {text[^250..]}" : text;

    private async Task DifferenceAsync()
    {
        Random random = RandomOf(_step);
        (ChainDatabase changed, string change) = await ChangedAsync(random);
        using StoredSource stored = new(changed.Engine, OperandKind.Database);
        await CompareAsync(changed, stored, new DatabaseTarget(changed.Engine), change, random);
    }

    private async Task ServedDifferenceAsync()
    {
        Random random = RandomOf(_step);
        (ChainDatabase changed, string change) = await ChangedAsync(random);
        using ClusterSource cluster = new(await changed.ServeAsync(), Asking);
        await CompareAsync(changed, cluster, new ClusterTarget(changed.Connection!, WritingOf(_step)), change, random);
    }

    /// <summary>A copy in which something was written since, and the statement.</summary>
    private async Task<(ChainDatabase Database, string Change)> ChangedAsync(Random random)
    {
        ChainDatabase copy = Owned(await CopiedAsync(Place("target")));
        string change = GeneratorFor(random).Write(0);
        copy.Execute(change);
        return (copy, change);
    }

    /// <summary>A generator that knows the tables, and goes on otherwise.</summary>
    private ChainGenerator GeneratorFor(Random random)
    {
        _generator.ChooseBy(random);
        return _generator;
    }

    private async Task CompareAsync(ChainDatabase database, IMigrationSource target, IMigrationTarget into, string change, Random random)
    {
        LookedAt changed = Look();
        ValidationReport times = await ValidateAsync(target, s_values with { WriteTimes = true, Ttls = true });
        RequireFound(times, Expected(changed, withTimes: true), change);
        ValidationReport values = await ValidateAsync(target, s_values);
        RequireFound(values, Expected(changed, withTimes: false), change);

        // A database's views would not follow, and is refused; what was deleted in the future is to be seen in files only.
        bool isRefused = into is DatabaseTarget && times.Tables.Any(t => t.Data == CheckStatus.Failed && Schema.Keyspaces[t.Keyspace].ViewsOf(t.Table).Any());
        if (isRefused || (into is ClusterTarget && IsOfFuture(change)))
            return;
        Corrector corrector = new(_stored, target, random.Next(2) == 0 ? times : values, CorrectionKinds.Missing | CorrectionKinds.Mismatch);
        IReadOnlyList<TableCorrection> plan = await corrector.PlanAsync();
        if (Expected(Look(), withTimes: true, changed).Any())
            throw Wrong("a plan has changed the target");
        IReadOnlyList<TableCorrection> done = await corrector.ApplyAsync(into);
        if (plan.Zip(done).FirstOrDefault(p => (p.First.MissingRows, p.First.MismatchedRows) != (p.Second.MissingRows, p.Second.MismatchedRows)) is { First: not null } other)
            throw Wrong($"planned {other.First}, done {other.Second}");
        string[] left = [.. Expected(Look(), withTimes: false)];
        string[] wrong = [.. left.Where(l => !l.Contains(": ExtraRow ", StringComparison.Ordinal) && !IsCounter(l))];
        if (wrong.Length > 0)
            throw Wrong($"not mended\n  after {Short(change)}\n  {string.Join("\n  ", wrong.Take(5).Select(Short))}\n  {string.Join("; ", done)}");
        RequireFound(await ValidateAsync(target, s_values), left, "its correction");

        LookedAt Look() => LookedAt.Of([database.Engine], Schema, _now);
    }

    private bool IsOfFuture(string change) =>
        Timestamp().Match(change) is { Success: true } found && long.Parse(found.Groups["micros"].Value, CultureInfo.InvariantCulture) > _now * 1_000_000;

    [GeneratedRegex(@"USING TIMESTAMP (?<micros>-?\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Timestamp();

    private bool IsCounter(string line) => LookedAt.Tables(Schema).Any(t => t.IsCounter && line.StartsWith($"{t}: ", StringComparison.Ordinal));

    private async Task DefinitionsAsync()
    {
        string export = await ExportedAsync();
        string converted = Place("converted.cql");
        SchemaConverter.Convert(PhysicalFileSystem.Instance, Path.Combine(export, "schema.cql"), converted, optimize: false, overwrite: false);
        string[] files = [Path.Combine(export, "schema.cql"), converted];
        for (int i = 0; i < files.Length; i++)
        {
            ChainDatabase empty = Owned(new ChainDatabase(Place("empty")));
            foreach (Core.Cql.ScriptStatement statement in Core.Cql.StatementSplitter.Split(await File.ReadAllTextAsync(files[i])))
                empty.Engine.Execute(statement.Text).Dispose();
            using StoredSource stored = new(empty.Engine, OperandKind.Database);
            ValidationReport report = await ValidateAsync(stored, new ValidationSettings { Checks = ValidationChecks.Schema });
            SchemaDifference[] differences = [.. report.SchemaDifferences.Where(d => i == 0 || !d.Property.StartsWith("replication", StringComparison.Ordinal))];
            if (differences.Length > 0)
                throw Wrong($"definitions differ: {string.Join("; ", differences.Take(5).Select(d => d.ToString()))}");
        }
    }

    private async Task DefinitionDifferenceAsync()
    {
        ChainDatabase target = Owned(await CopiedAsync(Place("target")));
        Random random = RandomOf(_step);
        (string cql, string element, string property) = GeneratorFor(random).Difference();
        bool isDone = target.Execute(cql);
        using StoredSource stored = new(target.Engine, OperandKind.Database);
        ValidationReport report = await ValidateAsync(stored, new ValidationSettings());
        SchemaDifference[] differences = [.. report.SchemaDifferences];
        if (!isDone ? differences.Length > 0 : differences.Length == 0 || differences[0].Element != element || !differences[0].Property.StartsWith(property, StringComparison.Ordinal))
            throw Wrong($"not what differs\n  after {cql} ({isDone})\n  {string.Join("\n  ", differences.Select(d => d.ToString()))}");

        // An index of a table that is dropped goes with it, a type is that of each column which has it, and a view of all columns has those that are added.
        SchemaDifference[] others = [.. differences.Where(d => d.Element != element && !d.Element.StartsWith("view ", StringComparison.Ordinal) && !cql.StartsWith("DROP TABLE", StringComparison.Ordinal) && !cql.StartsWith("ALTER TYPE", StringComparison.Ordinal))];
        if (others.Length > 0)
            throw Wrong($"more than what differs\n  after {cql}\n  {string.Join("\n  ", others.Select(d => d.ToString()))}");
    }

    private async Task SyncAsync()
    {
        Random random = RandomOf(_step);
        ChainGenerator changes = GeneratorFor(random);
        ChainTable[] tables = [.. changes.Tables.Where(t => !t.IsCounter)];
        if (tables.Length == 0)
            return;

        // Both sides begin alike, and change since, each at times of its own.
        List<string> ours = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => changes.Write(0, Since + 1000 + (i * 2), tables[random.Next(tables.Length)]))];
        List<string> theirs = [.. Enumerable.Range(0, random.Next(3)).Select(i => changes.Write(0, Since + 1001 + (i * 2), tables[random.Next(tables.Length)]))];
        foreach (ConflictResolution resolution in Enum.GetValues<ConflictResolution>())
        {
            ChainDatabase database = await CopiedAsync(Place("database"));
            ChainDatabase cluster = await CopiedAsync(Place("cluster"));
            ChainDatabase both = await CopiedAsync(Place("both"));
            try
            {
                foreach (string cql in ours)
                {
                    if (database.Execute(cql))
                        both.Execute(cql);
                }

                foreach (string cql in theirs)
                {
                    if (cluster.Execute(cql))
                        both.Execute(cql);
                }

                await SyncAsync(database, cluster, both, resolution, theirs.Count == 0, $"ours {string.Join("; ", ours.Select(Short))}\n  theirs {string.Join("; ", theirs.Select(Short))}");
            }
            finally
            {
                await database.DisposeAsync();
                await cluster.DisposeAsync();
                await both.DisposeAsync();
            }
        }
    }

    private async Task SyncAsync(ChainDatabase database, ChainDatabase cluster, ChainDatabase both, ConflictResolution resolution, bool isAlone, string what)
    {
        using StoredSource source = new(database.Engine, OperandKind.Database);
        using ClusterSource reading = new(await cluster.ServeAsync(), Asking);
        string[] names = [.. LookedAt.Tables(Schema).Where(t => !t.IsCounter).Select(t => t.ToString())];
        if (names.Length == 0)
            return;
        SyncSettings settings = new(Since) { Tables = names, Resolution = resolution, NowSeconds = _now, MaxDecisions = 10_000, Ranges = Ranges(RandomOf(_step)) };
        Syncer syncer = new(source, reading, settings);
        LookedAt before = LookedAt.Of([cluster.Engine], Schema, _now);
        SyncReport plan = await syncer.PlanAsync();
        if (Expected(LookedAt.Of([cluster.Engine], Schema, _now), withTimes: true, before).Any())
            throw Wrong("a dry run has changed the cluster");
        SyncReport done = await syncer.ApplyAsync(new ClusterTarget(cluster.Connection!, WritingOf(_step)));
        if (!plan.Succeeded || !done.Succeeded)
            throw Wrong($"not synced: {string.Join("; ", plan.Tables.Concat(done.Tables).Select(t => $"{t.Keyspace}.{t.Table} {t.Message} {t.RejectedRows}"))}\n  {what}");
        string[] planned = [.. plan.Tables.SelectMany(t => t.Decisions.Select(d => $"{t.Keyspace}.{t.Table}: {d}"))];
        string[] decided = [.. done.Tables.SelectMany(t => t.Decisions.Select(d => $"{t.Keyspace}.{t.Table}: {d}"))];
        if (!planned.SequenceEqual(decided))
            throw Wrong($"listed and done differ: {string.Join("; ", planned.Except(decided).Take(3))} against {string.Join("; ", decided.Except(planned).Take(3))}\n  {what}");

        LookedAt after = LookedAt.Of([cluster.Engine], Schema, _now);
        LookedAt wanted = LookedAt.Of([isAlone ? database.Engine : both.Engine], Schema, _now);
        if (isAlone || resolution == ConflictResolution.LastWriteWins)
        {
            string[] wrong = [.. Expected(after, withTimes: false, wanted)];
            if (wrong.Length > 0)
                throw Wrong($"not synced as said, {resolution}\n  {what}\n  {string.Join("\n  ", wrong.Take(6).Select(Short))}\n  decisions: {string.Join("; ", decided.Take(10).Select(Short))}");
        }

        SyncReport again = await syncer.PlanAsync();

        // What the cluster has deleted since is not to be seen, and hides what was written again and again.
        if (isAlone && resolution != ConflictResolution.CassandraWins && again.Tables.FirstOrDefault(t => t.ChangedRows > 0) is { } more)
            throw Wrong($"not done at once, {resolution}\n  {what}\n  {string.Join("; ", more.Decisions.Take(5).Select(d => d.ToString()))}");
    }
}
