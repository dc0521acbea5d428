using System.Text.Json.Serialization;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Exports;

/// <summary>A file of an export.</summary>
/// <param name="Path">Its path below the export's folder, with slashes: <c>data/shop/orders-ID/nb-1-big-Data.db</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hex.</param>
public sealed record ExportFile(string Path, long Bytes, string Sha256);

/// <summary>What has become of a range.</summary>
public enum ExportRangeState
{
    /// <summary>It is still to be read.</summary>
    Pending,

    /// <summary>All of it is in the files named, which are durable.</summary>
    Done,
}

/// <summary>A range of a table's tokens.</summary>
/// <param name="After">The token behind which it begins, as <see cref="TokenRange.Format"/> writes it.</param>
/// <param name="UpTo">The last token that it has.</param>
/// <param name="State">Whether it was read.</param>
public sealed record ExportRange(string After, string UpTo, ExportRangeState State)
{
    /// <summary>Partitions.</summary>
    public long Partitions { get; init; }

    /// <summary>Rows; a partition that has nothing but static values counts as one.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes { get; init; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>The files that hold it; none where it is empty.</summary>
    public IReadOnlyList<ExportFile> Files { get; init; } = [];

    /// <summary>The range as tokens.</summary>
    [JsonIgnore]
    public TokenRange Range => TokenRange.TryParse(After, out Core.Schema.Token after) && TokenRange.TryParse(UpTo, out Core.Schema.Token upTo)
        ? new TokenRange(after, upTo)
        : throw new FormatException($"'{After}' to '{UpTo}' are no tokens.");
}

/// <summary>A table of an export.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="SchemaDigest">A digest of what its rows look like: <see cref="Schemas.TableDigest"/>.</param>
public sealed record ExportTable(string Keyspace, string Name, Guid Id, string SchemaDigest)
{
    /// <summary>How it ended, or stands: <see cref="TransferOutcome.NotStarted"/> while it is not whole and nothing else is known.</summary>
    public TransferOutcome Outcome { get; init; } = TransferOutcome.NotStarted;

    /// <summary>Why it is not whole; null where it is, or was not begun.</summary>
    public string? Message { get; init; }

    /// <summary>When all of it was read; null while it is not.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>What the source told.</summary>
    public SourceFidelity? Fidelity { get; init; }

    /// <summary>What the source did not tell, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>All ranges, in order: those that were read, and between them those that are still to be.</summary>
    public IReadOnlyList<ExportRange> Ranges { get; init; } = [];

    /// <summary>Rows of all ranges that were read.</summary>
    public long Rows => Ranges.Sum(r => r.Rows);

    /// <summary>Partitions of all ranges that were read.</summary>
    public long Partitions => Ranges.Sum(r => r.Partitions);

    /// <summary>Bytes of keys and values of all ranges that were read.</summary>
    public long Bytes => Ranges.Sum(r => r.Bytes);

    /// <summary>Whether it is whole.</summary>
    [JsonIgnore]
    public bool IsComplete => Outcome == TransferOutcome.Completed;

    /// <summary>Whether nothing told what its rows look like, so that none were read.</summary>
    [JsonIgnore]
    public bool IsUnread => SchemaDigest.Length == 0;

    /// <summary>The folder of its SSTables below the export's, with slashes.</summary>
    [JsonIgnore]
    public string Folder => $"data/{Keyspace}/{Name}-{Id:N}";

    /// <summary>The files of all ranges.</summary>
    [JsonIgnore]
    public IEnumerable<ExportFile> Files => Ranges.SelectMany(r => r.Files);

    /// <summary>The ranges that are still to be read.</summary>
    [JsonIgnore]
    public IEnumerable<TokenRange> PendingRanges => Ranges.Where(r => r.State == ExportRangeState.Pending).Select(r => r.Range);

    /// <summary>The same with a range done; what of a pending range it does not cover stays pending.</summary>
    internal ExportTable With(ExportRange done)
    {
        TokenRange range = done.Range;
        List<ExportRange> ranges = [];
        bool isPlaced = false;
        foreach (ExportRange known in Ranges)
        {
            TokenRange other = known.Range;
            if (known.State == ExportRangeState.Done || other.UpTo.Value <= range.After.Value || other.After.Value >= range.UpTo.Value)
            {
                ranges.Add(known);
                continue;
            }

            if (other.After.Value < range.After.Value)
                ranges.Add(Pending(other.After, range.After));
            if (!isPlaced)
                ranges.Add(done);
            isPlaced = true;
            if (other.UpTo.Value > range.UpTo.Value)
                ranges.Add(Pending(range.UpTo, other.UpTo));
        }

        return this with { Ranges = ranges };
    }

    internal static ExportRange Pending(Core.Schema.Token after, Core.Schema.Token upTo) =>
        new(TokenRange.Format(after), TokenRange.Format(upTo), ExportRangeState.Pending);
}

/// <summary>What an export has written, and what it is of. It tells the truth at every moment: what it names is durable, and nothing else counts.</summary>
/// <remarks>docs/export-directory.md describes it, docs/export-manifest.schema.json formally.</remarks>
public sealed record ExportManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = OperandKinds.ManifestName;

    /// <summary>The version of the format that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary><c>cqlite-export</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The version of the format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The export's own id.</summary>
    public required Guid ExportId { get; init; }

    /// <summary>The version of the tool.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>What was read.</summary>
    public required OperandDescription Source { get; init; }

    /// <summary>The time of what has one that the source does not tell, in microseconds since 1970.</summary>
    public required long ReadAtMicros { get; init; }

    /// <summary>The version of the SSTables.</summary>
    public required string SSTableVersion { get; init; }

    /// <summary>When the export began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the manifest was written.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The file with the definitions.</summary>
    public required ExportFile Schema { get; init; }

    /// <summary>What the definitions are being replaced by: while it is there the file is as this says, or still as <see cref="Schema"/> does; else null.</summary>
    public ExportFile? NextSchema { get; init; }

    /// <summary>The tables.</summary>
    public required IReadOnlyList<ExportTable> Tables { get; init; }

    /// <summary>Whether every table is whole.</summary>
    public bool IsComplete => Tables.All(t => t.IsComplete);

    /// <summary>The tables' names, and their keyspaces' with none.</summary>
    internal IEnumerable<(string Keyspace, string Table)> Names => Tables.SelectMany(t => (IEnumerable<(string, string)>)[(t.Keyspace, ""), (t.Keyspace, t.Name)]);

    /// <summary>The SHA-256 of the manifest itself, with zeros in the place of these 64 characters: see <see cref="ManifestSeal"/>.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The table of that name; null where the export has none.</summary>
    public ExportTable? Table(string keyspace, string name) => Tables.FirstOrDefault(t => t.Keyspace == keyspace && t.Name == name);
}

/// <summary>What every version of a manifest begins with.</summary>
/// <param name="Format">The format's name.</param>
/// <param name="FormatVersion">Its version.</param>
internal sealed record ManifestHead(string? Format, int FormatVersion);

/// <summary>Manifests as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ExportManifest))]
[JsonSerializable(typeof(ManifestHead))]
internal sealed partial class ManifestJson : JsonSerializerContext;
