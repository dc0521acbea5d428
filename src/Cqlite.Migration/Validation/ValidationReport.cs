using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cqlite.Core.Errors;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Validation;

/// <summary>What was found about one table.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Table">Its name.</param>
public sealed record TableValidation(string Keyspace, string Table)
{
    /// <summary>Whether both sides have as many rows.</summary>
    public CheckStatus Count { get; init; }

    /// <summary>Whether both sides have the same rows.</summary>
    public CheckStatus Data { get; init; }

    /// <summary>Why a check was not done; null where all were that were asked for.</summary>
    public string? Message { get; init; }

    /// <summary>Rows of the source in what was read; a partition that has nothing but static values counts as one. Null where none were counted.</summary>
    public long? SourceRows { get; init; }

    /// <summary>Rows of the target in what was read; null where none were counted.</summary>
    public long? TargetRows { get; init; }

    /// <summary>Partitions of the source in what was read; null where none were counted.</summary>
    public long? SourcePartitions { get; init; }

    /// <summary>Partitions of the target in what was read; null where none were counted.</summary>
    public long? TargetPartitions { get; init; }

    /// <summary>The share of the ring that was read, between 0 and 1; what is beyond that was not checked.</summary>
    public double Coverage { get; init; }

    /// <summary>Rows that only the source has; null where data were not compared.</summary>
    public long? MissingRows { get; init; }

    /// <summary>Rows that only the target has; null where data were not compared.</summary>
    public long? ExtraRows { get; init; }

    /// <summary>Rows, and static rows, that both have and that differ; null where data were not compared.</summary>
    public long? DifferentRows { get; init; }

    /// <summary>Cells that differ in these; null where data were not compared.</summary>
    public long? DifferentCells { get; init; }

    /// <summary>The digest of what was read of the source, 32 hex digits; null where data were not compared.</summary>
    public string? SourceDigest { get; init; }

    /// <summary>The digest of what was read of the target; null where data were not compared.</summary>
    public string? TargetDigest { get; init; }

    /// <summary>What digests and comparison are of; null where nothing was read.</summary>
    public ComparisonTerms? Terms { get; init; }

    /// <summary>Differences, in the order of tokens; not more than were asked for.</summary>
    public IReadOnlyList<Difference> Differences { get; init; } = [];

    /// <summary>Whether there are more differences than are listed.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>What was not checked, one sentence each.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Fails where a table that is not finished has no ranges that can be left out, or numbers that are not of such ranges.</summary>
    internal void RequireUnfinished(string file)
    {
        if (Unfinished is null)
            return;
        Int128 upTo = Int128.MinValue;
        foreach (TokenRange range in Unfinished.Done.Select(d => d.Range))
        {
            if (range.After.Value < upTo)
                throw new CorruptDataException(file, -1, $"has ranges of {Keyspace}.{Table} that are done in no order.");
            upTo = range.UpTo.Value;
        }

        bool hasAll = Terms is not null && SourceRows is not null && TargetRows is not null && SourceDefinition is not null && TargetDefinition is not null
            && Count == CheckStatus.NotChecked && Data == CheckStatus.NotChecked && (SourceDigest is null) == (MissingRows is null) && (TargetDigest is null) == (MissingRows is null);
        if (!hasAll || Unfinished.Differing.Any(d => !Unfinished.Done.Any(r => r.Range.After.Value <= d.Range.After.Value && r.Range.UpTo.Value >= d.Range.UpTo.Value)))
            throw new CorruptDataException(file, -1, $"has not all that belongs to the ranges of {Keyspace}.{Table} that are done.");
    }

    /// <summary>Whether both sides tell all that there is of live rows; deletions and places of list elements are no part of what can be seen.</summary>
    internal bool IsFullyTold => Terms is { WriteTimes: true, Ttls: true, ElementTimes: true, FrozenCollectionTimes: true };

    /// <summary>A digest of what rows of the source look like (<see cref="Schemas.TableDigest"/>); null where nothing was read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SourceDefinition { get; init; }

    /// <summary>The same of the target.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TargetDefinition { get; init; }

    /// <summary>Where the comparison stands; null where it has come to the table's end, or was not begun.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UnfinishedTable? Unfinished { get; init; }

    /// <summary>The ranges in which the sides differ.</summary>
    [JsonIgnore]
    public IReadOnlyList<TokenRange> DifferingRanges { get; init; } = [];
}

/// <summary>
/// What a validation has found. Signed off with <see cref="Seal"/> it is a certificate, whose text and whose operands can be verified again later.
/// </summary>
/// <remarks>docs/validation-report.md describes it, docs/validation-report.schema.json formally.</remarks>
public sealed record ValidationReport
{
    /// <summary>What <see cref="Format"/> says.</summary>
    public const string FormatName = "cqlite-validation";

    /// <summary>The version of the format that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary><c>cqlite-validation</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The version of the format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The report's own id.</summary>
    public required Guid ReportId { get; init; }

    /// <summary>The version of the tool.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The source.</summary>
    public required OperandDescription Source { get; init; }

    /// <summary>The target.</summary>
    public required OperandDescription Target { get; init; }

    /// <summary>What was asked for.</summary>
    public required ValidationChecks Checks { get; init; }

    /// <summary>Whether nothing was overlooked.</summary>
    public bool Strict { get; init; }

    /// <summary>Rows by which tables may differ.</summary>
    public long Tolerance { get; init; }

    /// <summary>What random samples were drawn by; null where none were.</summary>
    public long? Seed { get; init; }

    /// <summary>About how many rows of each table were to be compared; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SampleRows { get; init; }

    /// <summary>How much of each table was to be compared, in percent of the ring; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SamplePercent { get; init; }

    /// <summary>Whether definitions are the same.</summary>
    public CheckStatus Schema { get; init; }

    /// <summary>How definitions differ.</summary>
    public IReadOnlyList<SchemaDifference> SchemaDifferences { get; init; } = [];

    /// <summary>What of the definitions was not compared, one sentence each.</summary>
    public IReadOnlyList<string> SchemaNotChecked { get; init; } = [];

    /// <summary>Whether both sides answered all queries with as many rows.</summary>
    public CheckStatus Performance { get; init; }

    /// <summary>The queries that were timed.</summary>
    public IReadOnlyList<QueryTiming> Timings { get; init; } = [];

    /// <summary>The tables.</summary>
    public required IReadOnlyList<TableValidation> Tables { get; init; }

    /// <summary>The whole: failed where any check has; not checked where one that was asked for was not done.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>Whether all that was asked for was done, and nothing failed.</summary>
    public bool Passed => Status is CheckStatus.Passed or CheckStatus.Warning;

    /// <summary>Whether a check was not done that was asked for, such as by a run that was stopped.</summary>
    internal bool IsPartial => (Checks.HasFlag(ValidationChecks.Performance) && Performance == CheckStatus.NotChecked)
        || Tables.Any(t => (Checks.HasFlag(ValidationChecks.Count) && t.Count == CheckStatus.NotChecked) || (Checks.HasFlag(ValidationChecks.Data) && t.Data == CheckStatus.NotChecked));

    /// <summary>SHA-256 of the report without this, in hex; null where it is not signed off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Digest { get; init; }

    /// <summary>The same, signed off.</summary>
    public ValidationReport Seal() => this with { Digest = ComputeDigest() };

    /// <summary>The report as a JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ValidationJson.Default.ValidationReport);

    /// <summary>Reads a report.</summary>
    /// <param name="json">The document.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <exception cref="CorruptDataException">It is none, or says of itself what its tables do not.</exception>
    /// <exception cref="UnsupportedFormatException">A newer release wrote it.</exception>
    public static ValidationReport Parse(string json, string file)
    {
        try
        {
            DocumentFile.RequireFormat(json, file, FormatName);
            ValidationReport report = JsonSerializer.Deserialize(json, ValidationJson.Default.ValidationReport)
                ?? throw new CorruptDataException(file, -1, "is empty where a report of a validation is expected.");
            if (report.FormatVersion != CurrentVersion)
                throw new UnsupportedFormatException(file, $"the report has format version {report.FormatVersion}; this release knows version {CurrentVersion}.");
            if (report.Status != report.Judge())
                throw new CorruptDataException(file, -1, $"says {report.Status} of the whole, but what it has of the parts comes to {report.Judge()}.");
            foreach (TableValidation table in report.Tables)
                table.RequireUnfinished(file);
            return report;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            throw new CorruptDataException(file, -1, $"is not the report of a validation: {e.Message}", e);
        }
    }

    /// <summary>Reads a report from a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StorageException">It is not there, or can't be read.</exception>
    /// <exception cref="CorruptDataException">It is none, or says of itself what its tables do not.</exception>
    /// <exception cref="UnsupportedFormatException">A newer release wrote it.</exception>
    public static ValidationReport Read(string path) => Parse(DocumentFile.Read(path), path);

    /// <summary>Writes the report to a file, in the place of what is there; whoever reads it meanwhile finds a whole one.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <exception cref="StorageException">It can't be written.</exception>
    public void Write(string path) => DocumentFile.Write(path, ToJson());

    /// <summary>What the parts come to: failed where any check has; not checked where one that was asked for was not done.</summary>
    internal CheckStatus Judge()
    {
        List<CheckStatus> all = [];
        if (Checks.HasFlag(ValidationChecks.Schema))
            all.Add(Schema);
        if (Checks.HasFlag(ValidationChecks.Performance))
            all.Add(Performance);
        if (Checks.HasFlag(ValidationChecks.Count))
            all.AddRange(Tables.Select(t => t.Count));
        if (Checks.HasFlag(ValidationChecks.Data))
            all.AddRange(Tables.Select(t => t.Data));
        if (Strict && Checks.HasFlag(ValidationChecks.Data) && Tables.Any(t => !t.IsFullyTold))
            all.Add(CheckStatus.NotChecked);
        return Worst(all);
    }

    /// <summary>The worst of some: failed, then not checked, then within the tolerance.</summary>
    internal static CheckStatus Worst(IEnumerable<CheckStatus> all)
    {
        CheckStatus[] known = [.. all];
        return known.Contains(CheckStatus.Failed) ? CheckStatus.Failed
            : known.Contains(CheckStatus.NotChecked) || known.Length == 0 ? CheckStatus.NotChecked
            : known.Max();
    }

    internal string ComputeDigest() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Digest = null }, ValidationJson.Default.ValidationReport)));
}

/// <summary>Reports as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ValidationReport))]
internal sealed partial class ValidationJson : JsonSerializerContext;
