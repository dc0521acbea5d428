using System.Text.Json;
using System.Text.Json.Serialization;
using Cqlite.Core.Errors;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Syncing;

/// <summary>What was decided about a cell or a row.</summary>
public enum SyncAction
{
    /// <summary>The database's value is written.</summary>
    Write,

    /// <summary>The cluster's cell is deleted, as in the database.</summary>
    DeleteCell,

    /// <summary>The cluster's row is deleted, as in the database.</summary>
    DeleteRow,

    /// <summary>The cluster's stays: it has changed too, and holds.</summary>
    Keep,

    /// <summary>The cluster's stays: it does not tell when it was written.</summary>
    Undecided,
}

/// <summary>One decision.</summary>
/// <param name="Action">What is done.</param>
/// <param name="PartitionKey">The partition's key as CQL.</param>
/// <param name="Clustering">The row's clustering as CQL; null for static rows, and in tables without clustering.</param>
/// <param name="Column">The column; null for whole rows.</param>
/// <param name="Element">The element of a collection or the field of a user type; null for whole columns.</param>
public sealed record SyncDecision(SyncAction Action, string PartitionKey, string? Clustering, string? Column, string? Element)
{
    /// <summary>When the database's was written or deleted, in microseconds since 1970.</summary>
    public long DatabaseMicros { get; init; }

    /// <summary>When the cluster's was written; null where it has none, or does not tell.</summary>
    public long? ClusterMicros { get; init; }

    /// <summary>Whether both sides have changed it since the time that is synced from.</summary>
    public bool IsConflict { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Action} {PartitionKey}{(Clustering is null ? "" : " AND " + Clustering)}{(Column is null ? "" : " " + Column)}{(Element is null ? "" : $"[{Element}]")}{(IsConflict ? " in conflict" : "")}";
}

/// <summary>What became of a table, or would.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Table">Its name.</param>
public sealed record TableSync(string Keyspace, string Table)
{
    /// <summary>Rows, and static rows, that are written or deleted in whole or in part.</summary>
    public long ChangedRows { get; init; }

    /// <summary>Cells that are written; a list counts as one.</summary>
    public long WrittenCells { get; init; }

    /// <summary>Cells that are deleted.</summary>
    public long DeletedCells { get; init; }

    /// <summary>Rows that are deleted.</summary>
    public long DeletedRows { get; init; }

    /// <summary>Cells and rows that both sides have changed.</summary>
    public long Conflicts { get; init; }

    /// <summary>Cells and rows in which the cluster holds.</summary>
    public long Kept { get; init; }

    /// <summary>Cells whose time the cluster does not tell, and that stay as they are.</summary>
    public long Undecided { get; init; }

    /// <summary>Cells that get a later time than the database's, so that they hold.</summary>
    public long RetimedCells { get; init; }

    /// <summary>Cells of the database whose times lie more than a minute ahead of now: a clock is wrong, and what is written later may not hold against them.</summary>
    public long FutureCells { get; init; }

    /// <summary>Rows that the target refused.</summary>
    public long RejectedRows { get; init; }

    /// <summary>The share of the table, between 0 and 1, that was gone through to its end, and that the numbers are of.</summary>
    public double Share { get; init; }

    /// <summary>Decisions in the order of tokens, not more than were asked for.</summary>
    public IReadOnlyList<SyncDecision> Decisions { get; init; } = [];

    /// <summary>Why the table was not synced, or not to its end; null where it was.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it was left out for what it is, as tables of counters are that were not named but chosen with their keyspace; the message says why.</summary>
    public bool IsLeftOut { get; init; }
}

/// <summary>What was carried back to a cluster, or would be.</summary>
/// <param name="Source">The database.</param>
/// <param name="Target">The cluster.</param>
/// <param name="Tables">The tables.</param>
public sealed record SyncReport(OperandDescription Source, OperandDescription Target, IReadOnlyList<TableSync> Tables)
{
    /// <summary>What <see cref="Format"/> says.</summary>
    public const string FormatName = "cqlite-sync";

    /// <summary><c>cqlite-sync</c>, by which a document tells what it is.</summary>
    [JsonPropertyOrder(-2)]
    public string Format => FormatName;

    /// <summary>The version of the format that is written.</summary>
    [JsonPropertyOrder(-1)]
    public int FormatVersion => 1;

    /// <summary>Whether nothing was written.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>What was written later was carried over, in microseconds since 1970.</summary>
    public required long SinceMicros { get; init; }

    /// <summary>Who held where both had changed.</summary>
    public required ConflictResolution Resolution { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Whether every table was synced.</summary>
    public bool Succeeded => Tables.All(t => t.Message is null && t.RejectedRows == 0);

    /// <summary>The report as a JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SyncJson.Default.SyncReport);

    /// <summary>Reads a report that was kept.</summary>
    /// <param name="json">The document.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <exception cref="CorruptDataException">It is none.</exception>
    public static SyncReport Parse(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SyncJson.Default.SyncReport)
                ?? throw new CorruptDataException(file, -1, "is empty where the report of a sync is expected.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new CorruptDataException(file, -1, $"is not the report of a sync: {e.Message}", e);
        }
    }

    /// <summary>Writes the report to a file, in the place of what is there; whoever reads it meanwhile finds a whole one.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <exception cref="Core.Errors.StorageException">It can't be written.</exception>
    public void Write(string path) => DocumentFile.Write(path, ToJson());
}

/// <summary>Reports as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SyncReport))]
internal sealed partial class SyncJson : JsonSerializerContext;
