using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Operands;

/// <summary>What the source of an export told, as its manifest has it: SSTables look as if they had everything, also those that were made of a cluster's answers.</summary>
internal sealed class RecordedFidelity
{
    private const int LongestManifest = 1 << 30;
    private readonly Dictionary<(string Keyspace, string Table), SourceFidelity> _tables = [];

    /// <summary>Of what nothing is recorded: files have everything.</summary>
    public static RecordedFidelity None { get; } = new();

    /// <summary>Reads it from an export's folder.</summary>
    /// <exception cref="CorruptDataException">The manifest does not decode.</exception>
    public static RecordedFidelity Read(IFileSystem files, string folder)
    {
        string path = Path.Combine(folder, OperandKinds.ManifestName);
        RecordedFidelity recorded = new();
        try
        {
            using JsonDocument manifest = JsonDocument.Parse(files.ReadAll(path, LongestManifest));
            foreach (JsonElement table in manifest.RootElement.GetProperty("tables").EnumerateArray())
            {
                if (table.TryGetProperty("fidelity", out JsonElement told) && told.ValueKind == JsonValueKind.Object)
                    recorded._tables[(table.GetProperty("keyspace").GetString() ?? "", table.GetProperty("name").GetString() ?? "")] = Of(told);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CorruptDataException(path, -1, $"is not the manifest of an export: {e.Message}", e);
        }

        return recorded;
    }

    /// <summary>What is told of a table.</summary>
    public SourceFidelity Of(TableMetadata table) => _tables.GetValueOrDefault((table.Keyspace, table.Name), SourceFidelity.Complete);

    private static SourceFidelity Of(JsonElement told) => new()
    {
        HasTombstones = Has(told, "hasTombstones"),
        HasRowLiveness = Has(told, "hasRowLiveness"),
        HasOriginalTtl = Has(told, "hasOriginalTtl"),
        HasElementTimes = Has(told, "hasElementTimes"),
        HasFrozenCollectionTimes = Has(told, "hasFrozenCollectionTimes"),
        HasListPaths = Has(told, "hasListPaths"),
        HasCounterShards = Has(told, "hasCounterShards"),
    };

    private static bool Has(JsonElement told, string name) => !told.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.False;
}
