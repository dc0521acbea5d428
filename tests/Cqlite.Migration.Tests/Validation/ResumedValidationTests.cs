using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>A validation that ended within a table, by whatever, is gone on with at the ranges that are left, and comes to the same report as one that was never interrupted.</summary>
public sealed class ResumedValidationTests : IDisposable
{
    private const string File = "/reports/report.json";

    private static readonly ValidationSettings s_settings = new() { WriteTimes = true, Ttls = true, Throttle = 2, MaxDifferences = 11, NowSeconds = TwoDatabases.Now };

    // One range after the other, so that what was done at some place of the ring is all that lies before it.
    private static readonly ValidationSettings s_inOrder = s_settings with { Throttle = 1 };

    private readonly TwoDatabases _both = new(
    [
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE k.s (p int PRIMARY KEY, v text)",
        "CREATE TABLE k.t (p int, c int, v text, PRIMARY KEY (p, c))",
        .. Enumerable.Range(0, 300).SelectMany(p => (string[])
        [
            $"INSERT INTO k.s (p, v) VALUES ({p}, 'abc') USING TIMESTAMP 1000",
            $"INSERT INTO k.t (p, c, v) VALUES ({p}, 1, 'abc') USING TIMESTAMP 1000",
        ]),
    ]);

    public ResumedValidationTests()
    {
        for (int p = 0; p < 300; p += 20)
            TwoDatabases.Run(_both.Target, $"UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = {p} AND c = 1");
        TwoDatabases.Run(_both.Target, "DELETE FROM k.t USING TIMESTAMP 1001 WHERE p = 7 AND c = 1");
        TwoDatabases.Run(_both.Target, "INSERT INTO k.t (p, c, v) VALUES (1234, 1, 'more') USING TIMESTAMP 1000");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _both.Dispose();

    [Fact]
    public async Task One_that_is_stopped_goes_on_with_the_ranges_that_are_left()
    {
        string whole = Text(await ValidateAsync(s_settings));
        int stopped = 0;
        for (int read = 1; read <= 24; read++)
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            int reads = 0;
            using WatchedSource source = new(new StoredSource(_both.Source, OperandKind.Database), (_, _) =>
            {
                if (Interlocked.Increment(ref reads) == read)
                    stop.Cancel();
            });
            using StoredSource target = new(_both.Target, OperandKind.Database);
            try
            {
                Assert.Equal(whole, Text(await new Validator(source, target, s_settings).RunAsync(cancellation: stop.Token)));
            }
            catch (ValidationStoppedException e)
            {
                stopped++;
                await RequireSameAsync(whole, ValidationReport.Parse(e.Partial.ToJson(), File));
            }
        }

        Assert.True(stopped > 15, $"Stopped {stopped} times.");
    }

    [Fact]
    public async Task One_that_loses_a_side_keeps_what_it_had()
    {
        string whole = Text(await ValidateAsync(s_settings));
        using WatchedSource source = new(new StoredSource(_both.Source, OperandKind.Database), (table, range) =>
        {
            if (IsHalfThrough(table, range))
                throw new ConnectionFailedException("127.0.0.1:9042", "the node is gone.");
        });
        using StoredSource target = new(_both.Target, OperandKind.Database);
        ValidationReport report = await new Validator(source, target, s_inOrder).RunAsync(cancellation: Cancellation);
        TableValidation table = report.Tables.Single(t => t.Unfinished is not null);
        Assert.Equal((CheckStatus.NotChecked, CheckStatus.NotChecked, "127.0.0.1:9042: the node is gone."), (table.Count, table.Data, table.Message));
        Assert.True(report.IsPartial);
        Assert.NotEqual(CheckStatus.Passed, report.Status);
        Assert.InRange(table.Coverage, 0.01, 0.99);
        Assert.Contains(table.NotChecked, n => n.Contains("was not read", StringComparison.Ordinal));
        await RequireSameAsync(whole, ValidationReport.Parse(report.ToJson(), File));
    }

    [Fact]
    public async Task One_that_is_killed_at_any_moment_has_left_the_truth()
    {
        SimulatedDisk all = NewDisk();
        ValidationSettings settings = s_inOrder with { CheckpointPath = File, CheckpointInterval = TimeSpan.Zero, CheckpointFiles = all };
        string whole = Text(await ValidateAsync(settings));
        int calls = all.Calls;
        Assert.True(calls > 30, $"only {calls} calls");
        HashSet<string> states = [];
        for (int call = 1; call <= calls; call++)
        {
            SimulatedDisk disk = NewDisk();
            int last = call;
            disk.Fault = (_, path, number) =>
            {
                if (number >= last)
                    throw new StorageException(path, "has no power any more.");
            };
            Assert.Equal(whole, Text(await ValidateAsync(settings with { CheckpointFiles = disk })));
            disk.Fault = null;
            SimulatedDisk left = disk.Crash(new Random(call));
            if (!left.FileExists(File))
                continue;
            ValidationReport report = ValidationReport.Parse(DocumentFile.Read(File, left), File);
            Assert.True(report.Tables.Count == 2 && report.Status is CheckStatus.NotChecked or CheckStatus.Failed);
            if (states.Add(Text(report)) && report.IsPartial)
                await RequireSameAsync(whole, report);
        }

        Assert.InRange(states.Count, 6, calls);
    }

    [Fact]
    public async Task One_of_another_definition_is_begun_anew()
    {
        ValidationReport partial = await StopAsync();
        TwoDatabases.Run(_both.Target, "DROP TABLE k.t");
        TwoDatabases.Run(_both.Target, "CREATE TABLE k.t (p int, c int, v text, PRIMARY KEY (p, c))");
        TableValidation table = (await ValidateAsync(s_settings with { Earlier = partial })).Tables[1];
        Assert.Equal((300, 0, 300), (table.SourceRows, table.TargetRows, table.MissingRows));
    }

    [Fact]
    public async Task One_of_other_settings_is_refused_or_begun_anew()
    {
        ValidationReport partial = await StopAsync();
        foreach (ValidationSettings other in (ValidationSettings[])
        [
            s_settings with { Checks = ValidationChecks.Data }, s_settings with { Strict = true }, s_settings with { Tolerance = 1 },
            s_settings with { SamplePercent = 10 }, s_settings with { SampleRows = 10 }, s_settings with { SamplePercent = 10, Random = true },
        ])
        {
            Assert.Throws<InvalidQueryException>(() => _both.Validator(other with { Earlier = partial }));
        }

        using WatchedSource source = new(new StoredSource(_both.Source, OperandKind.Database));
        using StoredSource target = new(_both.Target, OperandKind.Database);
        TableValidation[] tables = [.. (await new Validator(source, target, s_settings with { Ttls = false, Earlier = partial }).RunAsync(cancellation: Cancellation)).Tables];
        Assert.Equal([300, 300], tables.Select(t => t.SourceRows));
        Assert.InRange(source.Rows, 600, 1200);
    }

    [Theory]
    [InlineData("\"after\": \"begin\"", "\"after\": \"middle\"")]
    [InlineData("\"after\": \"begin\"", "\"after\": \"end\"")]
    [InlineData("\"targetDefinition\"", "\"noDefinition\"")]
    [InlineData("\"data\": \"NotChecked\"", "\"data\": \"Passed\"")]
    public async Task One_whose_ranges_are_none_is_refused(string text, string other)
    {
        string json = (await StopAsync()).ToJson();
        int table = json.IndexOf("\"table\": \"t\"", StringComparison.Ordinal);
        int place = json.IndexOf(text, table, StringComparison.Ordinal);
        Assert.True(place > 0);
        Assert.Throws<CorruptDataException>(() => ValidationReport.Parse(json[..place] + other + json[(place + text.Length)..], File));
    }

    private static SimulatedDisk NewDisk()
    {
        SimulatedDisk disk = new();
        disk.CreateDirectory("/reports");
        return disk;
    }

    /// <summary>Whether the second table is read behind the ring's middle.</summary>
    private static bool IsHalfThrough(TableMetadata table, TokenRange range) => table.Name == "t" && !range.IsFromBeginning && range.After.Value >= -1;

    private Task<ValidationReport> ValidateAsync(ValidationSettings settings) => _both.ValidateAsync(settings);

    /// <summary>What is left of one that was stopped within its second table.</summary>
    private async Task<ValidationReport> StopAsync()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using WatchedSource source = new(new StoredSource(_both.Source, OperandKind.Database), (table, range) =>
        {
            if (IsHalfThrough(table, range))
                stop.Cancel();
        });
        using StoredSource target = new(_both.Target, OperandKind.Database);
        ValidationReport partial = (await Assert.ThrowsAsync<ValidationStoppedException>(() => new Validator(source, target, s_inOrder).RunAsync(cancellation: stop.Token))).Partial;
        Assert.NotEmpty(partial.Tables[1].Unfinished!.Done);
        return partial;
    }

    /// <summary>Goes on, reads nothing again that was done, and comes to the same.</summary>
    private async Task RequireSameAsync(string whole, ValidationReport partial)
    {
        using WatchedSource source = new(new StoredSource(_both.Source, OperandKind.Database));
        using StoredSource target = new(_both.Target, OperandKind.Database);
        ValidationReport report = await new Validator(source, target, s_settings with { Earlier = partial }).RunAsync(cancellation: Cancellation);
        Assert.Equal(whole, Text(report));
        Assert.Equal(partial.StartedAt, report.StartedAt);

        // Tables are read one after the other, so that of several only the unfinished one can have ranges that were read in part.
        if (partial.Tables.All(t => t.Data != CheckStatus.NotChecked || t.Unfinished is not null))
        {
            RangeSet done = new(partial.Tables.SelectMany(t => t.Unfinished?.Done ?? []).Select(d => d.Range));
            Assert.All(source.Ranges, r => Assert.Equal([r], done.Without([r])));
        }

        long known = partial.Tables.Sum(t => t.SourceRows ?? 0);
        Assert.InRange(source.Rows, 600 - known, 600 - known + (partial.Tables[1].SourceRows is null ? 600 : 300));
    }

    private static string Text(ValidationReport report) => (report with
    {
        ReportId = Guid.Empty,
        StartedAt = default,
        EndedAt = default,
        Tables = [.. report.Tables.Select(t => t with { Seconds = 0 })],
    }).ToJson();
}
