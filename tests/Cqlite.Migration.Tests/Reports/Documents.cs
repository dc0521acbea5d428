using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Reports;
using Cqlite.Migration.Results;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Tests.Reports;

/// <summary>Documents as the steps of a migration leave them, made by hand, so that each says one thing.</summary>
internal static class Documents
{
    public static readonly DateTimeOffset At = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private const string Partitioner = "org.apache.cassandra.dht.Murmur3Partitioner";

    public static OperandDescription Cluster { get; } = new(OperandKind.Cluster, "10.0.0.1:9042", Partitioner) { ClusterName = "shop", Release = "5.0.9", Consistency = "LOCAL_QUORUM", ProtocolVersion = 5 };

    public static OperandDescription Target { get; } = new(OperandKind.Database, "/data/shop-db", Partitioner);

    public static TransferResult Copy(int hour, params TableTransfer[] tables) => new("copy", Cluster, Target, tables)
    {
        StartedAt = At.AddHours(hour),
        EndedAt = At.AddHours(hour).AddMinutes(5),
        Speed = [.. Enumerable.Range(0, 20).Select(i => new SpeedSample(i, i * 1000L, i * 100_000L))],
    };

    public static TableTransfer Done(string table) => new("shop", table, TransferOutcome.Completed) { Rows = 19_000, Partitions = 100, Bytes = 1_900_000, Share = 1, Seconds = 19 };

    public static TableTransfer Ended(string table, TransferOutcome outcome) => new("shop", table, outcome) { Rows = 500, Share = 0.25, Seconds = 5, Message = $"{outcome} it is." };

    public static ValidationReport Validation(int hour, params TableValidation[] tables)
    {
        CheckStatus worst = tables.Length == 0 ? CheckStatus.Passed : tables.Select(t => t.Data).MaxBy(Judgement.Severity);
        return new ValidationReport
        {
            Format = ValidationReport.FormatName,
            FormatVersion = ValidationReport.CurrentVersion,
            ReportId = Guid.Empty,
            ToolVersion = "1",
            StartedAt = At.AddHours(hour),
            EndedAt = At.AddHours(hour).AddMinutes(1),
            Source = Cluster,
            Target = Target,
            Checks = ValidationChecks.Count | ValidationChecks.Data,
            Tables = tables,
            Status = worst,
        };
    }

    public static TableValidation Same(string table) => new("shop", table)
    {
        Count = CheckStatus.Passed,
        Data = CheckStatus.Passed,
        SourceRows = 19_000,
        TargetRows = 19_000,
        MissingRows = 0,
        ExtraRows = 0,
        DifferentRows = 0,
        DifferentCells = 0,
        Coverage = 1,
        SourceDigest = new string('a', 32),
        TargetDigest = new string('a', 32),
        Terms = new ComparisonTerms { NowSeconds = 1 },
        NotChecked = ["Times of writes were not asked for."],
        Seconds = 2,
    };

    public static TableValidation Differing(string table, params Difference[] differences) => Same(table) with
    {
        Data = CheckStatus.Failed,
        DifferentRows = 1234,
        DifferentCells = 5678,
        Differences = differences,
        IsTruncated = true,
    };

    public static Difference Value(string? source, string? target) => new(DifferenceKind.Value, "id = 1", "at = 2") { Token = "-5", Column = "body", Source = source, Target = target };

    public static SyncReport Sync(bool isDryRun, params TableSync[] tables) => new(Target, Cluster, tables)
    {
        IsDryRun = isDryRun,
        SinceMicros = 1_700_000_000_000_000,
        Resolution = ConflictResolution.LastWriteWins,
        StartedAt = At,
        EndedAt = At.AddSeconds(3),
    };

    public static MigrationReport Report(IEnumerable<TransferResult>? transfers = null, IEnumerable<ValidationReport>? validations = null, IEnumerable<SyncReport>? syncs = null) => new()
    {
        Title = "Migration of shop",
        MadeAt = At,
        ToolVersion = "1",
        Transfers = [.. (transfers ?? []).Select((t, i) => new Kept<TransferResult>($"/r/transfer{i}.json", t))],
        Validations = [.. (validations ?? []).Select((v, i) => new Kept<ValidationReport>($"/r/validation{i}.json", v))],
        Syncs = [.. (syncs ?? []).Select((s, i) => new Kept<SyncReport>($"/r/sync{i}.json", s))],
    };
}
