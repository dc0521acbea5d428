using System.Text.Json;
using System.Text.Json.Serialization;
using Cqlite.Core.Errors;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;

namespace Cqlite.Migration.Results;

/// <summary>What became of one table.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Table">Its name.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record TableTransfer(string Keyspace, string Table, TransferOutcome Outcome)
{
    /// <summary>Why it did not end well; null where it did.</summary>
    public string? Message { get; init; }

    /// <summary>Partitions that were moved this time.</summary>
    public long Partitions { get; init; }

    /// <summary>Rows that were moved this time; a partition that has nothing but static values counts as one.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes of keys and values that were moved this time.</summary>
    public long Bytes { get; init; }

    /// <summary>Writes that the target refused, and that were put aside with the reason; a row may take several.</summary>
    public long RejectedRows { get; init; }

    /// <summary>The share of the table that is there now, between 0 and 1.</summary>
    public double Share { get; init; }

    /// <summary>What the source could not tell, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Rows in a second.</summary>
    public double RowsPerSecond => Seconds > 0 ? Rows / Seconds : 0;
}

/// <summary>What became of an export, import or copy. As JSON: <see cref="ToJson"/>, which docs/results.md describes.</summary>
/// <param name="Operation"><c>export</c>, <c>import</c> or <c>copy</c>.</param>
/// <param name="Source">What was read.</param>
/// <param name="Target">What was written.</param>
/// <param name="Tables">The tables.</param>
public sealed record TransferResult(string Operation, OperandDescription Source, OperandDescription Target, IReadOnlyList<TableTransfer> Tables)
{
    /// <summary>What <see cref="Format"/> says.</summary>
    public const string FormatName = "cqlite-transfer";

    /// <summary><c>cqlite-transfer</c>, by which a document tells what it is.</summary>
    [JsonPropertyOrder(-2)]
    public string Format => FormatName;

    /// <summary>The version of the format that is written.</summary>
    [JsonPropertyOrder(-1)]
    public int FormatVersion => 1;

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>What could not be made beside the tables, such as an index that the target refuses; one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How fast it went: what had gone by at moments in order, a few hundred at most; empty where it was over at once.</summary>
    public IReadOnlyList<SpeedSample> Speed { get; init; } = [];

    /// <summary>Whether every table is there.</summary>
    public bool Succeeded => Tables.All(t => t.Outcome.IsDone());

    /// <summary>Whether it can be gone on with where it ended.</summary>
    public bool CanBeResumed => !Succeeded && Tables.All(t => t.Outcome.IsDone() || t.Outcome.CanBeResumed());

    /// <summary>Rows of all tables.</summary>
    public long Rows => Tables.Sum(t => t.Rows);

    /// <summary>Bytes of all tables.</summary>
    public long Bytes => Tables.Sum(t => t.Bytes);

    /// <summary>The result as a JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ResultJson.Default.TransferResult);

    /// <summary>Writes the result to a file, in the place of what is there; whoever reads it meanwhile finds a whole one.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <exception cref="StorageException">It can't be written.</exception>
    public void Write(string path) => DocumentFile.Write(path, ToJson());

    /// <summary>Reads a result that was kept.</summary>
    /// <param name="json">The document.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <exception cref="CorruptDataException">It is none.</exception>
    public static TransferResult Parse(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ResultJson.Default.TransferResult)
                ?? throw new CorruptDataException(file, -1, "is empty where the result of a transfer is expected.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new CorruptDataException(file, -1, $"is not the result of a transfer: {e.Message}", e);
        }
    }
}

/// <summary>Results as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TransferResult))]
internal sealed partial class ResultJson : JsonSerializerContext;
