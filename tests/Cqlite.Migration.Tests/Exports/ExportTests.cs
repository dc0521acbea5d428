using System.Security.Cryptography;
using System.Text.Json;
using Cqlite.Core.Engine;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Exports;

/// <summary>Exports have what their source has, and manifests tell the truth about them.</summary>
public sealed class ExportTests
{
    public static TheoryData<string> Keyspaces => [.. Corpus.Node("5.0.9-nb").Keyspaces.Where(k => Corpus.Tables.Any(t => t.At == "5.0.9-nb" && t.Keyspace == k))];

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task An_export_over_the_wire_has_every_cell(string keyspace)
    {
        CorpusNode node = Corpus.Node("5.0.9-nb");
        long nowSeconds = node.Tables.Where(t => t.Keyspace == keyspace).Max(t => t.ReadAtMillis ?? 0) / 1000;
        await using ServedFolder served = await ServedFolder.StartAsync(node.DataDirectory, nowSeconds, schemaPath: Path.Combine(node.Folder, "truth", keyspace, "schema.cql"));
        using ClusterSource cluster = new(served.Connection, new ClusterReading { ReadAtMicros = nowSeconds * 1_000_000 });
        using StoredSource files = new(served.Engine, OperandKind.CassandraDirectory);
        using TemporaryFolder folder = new();
        TransferResult result = await new Exporter(cluster, folder["export"], new ExportSettings
        {
            Tables = [keyspace],
            SSTableVersion = "oa",
            Ranges = RangeRunOptions.Default with { Throttle = 2, RangeCount = 3, MaxRangeBytes = 1 << 20 },
        }).RunAsync(TestContext.Current.CancellationToken);
        Assert.All(result.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        Assert.NotEqual(0, result.Rows);

        ExportManifest manifest = RequireTruth(folder["export"]);
        Assert.True(manifest.IsComplete);
        Assert.Empty(await SchemaViolationsAsync(folder["export"]));
        Assert.Equal(result.Rows, manifest.Tables.Sum(t => t.Rows));
        using StoredSource export = StoredSource.Open(folder["export"], new DatabaseOptions { NowSeconds = nowSeconds });
        Assert.Equal(OperandKind.ExportDirectory, export.Description.Kind);
        foreach (ExportTable table in manifest.Tables)
            Assert.Equal(await files.LiveAsync(keyspace, table.Name, nowSeconds), await export.LiveAsync(keyspace, table.Name, nowSeconds));
    }

    [Theory]
    [InlineData("deletes")]
    [InlineData("counters")]
    [InlineData("random")]
    public async Task An_export_of_files_has_deletions_too(string keyspace)
    {
        CorpusNode node = Corpus.Node("5.0.9-nb");
        using StoredSource files = StoredSource.Open(node.DataDirectory, new DatabaseOptions { SchemaPath = Path.Combine(node.Folder, "truth", keyspace, "schema.cql") });
        using TemporaryFolder folder = new();
        TransferResult result = await new Exporter(files, folder["export"], new ExportSettings { Tables = [keyspace] }).RunAsync(TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded, result.ToJson());
        using StoredSource export = StoredSource.Open(folder["export"]);
        foreach (TableTransfer table in result.Tables)
        {
            Assert.Empty(table.Notes);
            Assert.Equal(await files.StoredAsync(keyspace, table.Table), await export.StoredAsync(keyspace, table.Table));
        }
    }

    /// <summary>Requires that every file which a manifest names is there as it says.</summary>
    internal static ExportManifest RequireTruth(string folder)
    {
        ExportManifest manifest = ManifestFile.Read(Core.Files.PhysicalFileSystem.Instance, folder);
        foreach (ExportFile file in manifest.Tables.SelectMany(t => t.Files).Append(manifest.Schema))
        {
            byte[] content = File.ReadAllBytes(Path.Combine(folder, file.Path));
            Assert.Equal((file.Bytes, file.Sha256), (content.LongLength, Convert.ToHexStringLower(SHA256.HashData(content))));
        }

        return manifest;
    }

    private static async Task<IReadOnlyList<string>> SchemaViolationsAsync(string export)
    {
        using JsonDocument manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(export, ExportManifest.FileName), TestContext.Current.CancellationToken));
        return JsonSchema.Violations(manifest.RootElement, "export-manifest");
    }
}
