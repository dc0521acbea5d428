using System.Text.Json.Serialization;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Results;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>What is known of a migration, from all the documents that its steps left.</summary>
internal sealed record MigrationReport
{
    /// <summary>What it is called.</summary>
    public required string Title { get; init; }

    /// <summary>When it was put together.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The version of the tool.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>What it was made of, in the order in which it was given.</summary>
    public IReadOnlyList<ReportInput> Inputs { get; init; } = [];

    /// <summary>Export directories, by their manifests.</summary>
    public IReadOnlyList<Kept<ExportManifest>> Exports { get; init; } = [];

    /// <summary>Results of exports, imports and copies.</summary>
    public IReadOnlyList<Kept<TransferResult>> Transfers { get; init; } = [];

    /// <summary>Validations, certificates among them.</summary>
    public IReadOnlyList<Kept<ValidationReport>> Validations { get; init; } = [];

    /// <summary>What was carried back.</summary>
    public IReadOnlyList<Kept<SyncReport>> Syncs { get; init; } = [];

    /// <summary>Rounds of continuous validations, those of one file together.</summary>
    public IReadOnlyList<Kept<IReadOnlyList<WatchRound>>> Watches { get; init; } = [];

    /// <summary>Progress of runs that left nothing else, or more than their results say.</summary>
    public IReadOnlyList<Kept<IReadOnlyList<SpeedSeries>>> Progress { get; init; } = [];

    /// <summary>Writes that clusters have refused.</summary>
    public IReadOnlyList<Kept<RejectSummary>> Rejects { get; init; } = [];

    /// <summary>Files of a folder that are none of these, and were left out.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}

/// <summary>A document, and where it lies.</summary>
/// <typeparam name="T">What the document is.</typeparam>
/// <param name="Path">The full path of its file.</param>
/// <param name="Content">What it says.</param>
internal sealed record Kept<T>(string Path, T Content);

/// <summary>A file that a report was made of.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hex.</param>
internal sealed record ReportInput(string Path, ReportInputKind Kind, long Bytes, string Sha256);

/// <summary>What a file can be.</summary>
internal enum ReportInputKind
{
    /// <summary>Nothing that a report is made of.</summary>
    Unknown,

    /// <summary>The manifest of an export.</summary>
    ExportManifest,

    /// <summary>The result of an export, import or copy.</summary>
    TransferResult,

    /// <summary>The report of a validation.</summary>
    ValidationReport,

    /// <summary>The report of a sync.</summary>
    SyncReport,

    /// <summary>Rounds of a continuous validation, a line each.</summary>
    ContinuousValidation,

    /// <summary>Events of progress, a line each.</summary>
    ProgressEvents,

    /// <summary>Writes that were refused, a line each.</summary>
    Rejects,
}

/// <summary>Writes that were refused, counted, and some of them by name.</summary>
internal sealed record RejectSummary
{
    /// <summary>How many there are.</summary>
    public required long Count { get; init; }

    /// <summary>How many tables and reasons there are.</summary>
    public required int GroupCount { get; init; }

    /// <summary>How many there are of each table and reason, the most frequent first; not more than 200.</summary>
    public required IReadOnlyList<RejectGroup> Groups { get; init; }
}

/// <summary>Writes into a table that were refused for one reason.</summary>
/// <param name="Table">The table, with its keyspace.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="Statement">The first of them, without its values.</param>
internal sealed record RejectGroup(string Table, string Reason, long Count, string Statement);

/// <summary>Reports as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext;
