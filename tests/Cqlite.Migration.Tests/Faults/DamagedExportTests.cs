using System.Security.Cryptography;
using System.Text.Json;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Xunit;

namespace Cqlite.Migration.Tests.Faults;

/// <summary>An export of which one file is not as it was written: an import finds it, names it, and takes nothing, not even of another table.</summary>
public sealed class DamagedExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly QueryEngine _source;
    private readonly QueryEngine _target;
    private readonly string _export;
    private readonly Dictionary<string, byte[]> _whole = [];

    public DamagedExportTests()
    {
        _source = Open("source");
        Run("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", "CREATE TABLE k.a (p int PRIMARY KEY, v text)", "CREATE TABLE k.b (p int PRIMARY KEY, v text)");
        for (int i = 0; i < 30; i++)
            Run($"INSERT INTO k.a (p, v) VALUES ({i}, 'value {i}')", $"INSERT INTO k.b (p, v) VALUES ({i}, 'value {i}')");
        _export = _folder["export"];
        using StoredSource source = new(_source, OperandKind.Database);
        TransferResult exported = new Exporter(source, _export, new ExportSettings { Ranges = RangeRunOptions.Default with { Throttle = 1, RangeCount = 2 } }).RunAsync(Cancellation).GetAwaiter().GetResult();
        Assert.True(exported.Succeeded, exported.ToJson());
        foreach (string path in Directory.EnumerateFiles(_export, "*", SearchOption.AllDirectories).Where(p => Path.GetFileName(p) != "LOCK"))
            _whole.Add(path, File.ReadAllBytes(path));
        _target = Open("target");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One file of each kind, the SSTables' of the table that comes last.</summary>
    private IEnumerable<string> Kinds => _whole.Keys.Where(p => !p.Contains("/a-", StringComparison.Ordinal) && !p.Contains("\\a-", StringComparison.Ordinal))
        .GroupBy(p => Path.GetFileName(p).Split('-')[^1], StringComparer.Ordinal).Select(g => g.Order(StringComparer.Ordinal).Last());

    [Fact]
    public async Task One_bit_of_any_file_is_found()
    {
        Assert.Equal(10, Kinds.Count());
        foreach (string path in Kinds)
        {
            byte[] content = _whole[path];
            foreach (int at in new[] { 0, content.Length / 2, content.Length - 1 }.Distinct())
            {
                byte[] damaged = [.. content];
                damaged[at] ^= (byte)(1 << (at % 8));
                await RequireFoundAsync(path, damaged);
            }
        }
    }

    [Fact]
    public async Task Any_file_that_is_short_or_missing_is_found()
    {
        foreach (string path in Kinds)
        {
            await RequireFoundAsync(path, _whole[path][..^1]);
            await RequireFoundAsync(path, []);
            await RequireFoundAsync(path, [.. _whole[path], 0]);
            await RequireFoundAsync(path, null);
        }
    }

    [Fact]
    public async Task Any_bit_of_the_manifest_is_found()
    {
        string path = Path.Combine(_export, ExportManifest.FileName);
        byte[] content = _whole[path];
        for (int at = 0; at < content.Length; at += 3)
        {
            byte[] damaged = [.. content];
            damaged[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(path, damaged, Cancellation);
            CqliteException found = Assert.ThrowsAny<CqliteException>(() => ManifestFile.Read(PhysicalFileSystem.Instance, _export));
            Assert.True(found is CorruptDataException or UnsupportedFormatException, $"byte {at}: {found}");
        }
    }

    [Theory]
    [InlineData("nb-99-big-Data.db")]
    [InlineData("nb-1-big-SAI+aa+Meta.db")]
    [InlineData("nb_txn_compaction_0e5ba0b0-c739-11ef-8f6c-5b5b5b5b5b5b.log")]
    public async Task A_file_that_is_too_many_is_found(string name)
    {
        string folder = Path.GetDirectoryName(_whole.Keys.First(p => Path.GetFileName(p) == "nb-1-big-Data.db"))!;
        await RequireFoundAsync(Path.Combine(folder, name), [1, 2, 3]);
    }

    [Fact]
    public async Task A_manifest_of_a_newer_version_is_told()
    {
        await WriteManifestAsync(m => m with { FormatVersion = 2 });
        UnsupportedFormatException told = await Assert.ThrowsAsync<UnsupportedFormatException>(() => ImportAsync(streams: false));
        Assert.Contains("version 2; this release knows version 1", told.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_export, ExportManifest.FileName), """{"format":"cqlite-export","formatVersion":7,"all":"other"}""", Cancellation);
        await Assert.ThrowsAsync<UnsupportedFormatException>(() => ImportAsync(streams: false));
        RequireNothingTaken();
    }

    [Fact]
    public async Task Definitions_of_another_time_are_told()
    {
        string path = Path.Combine(_export, "schema.cql");
        string other = (await File.ReadAllTextAsync(path, Cancellation)).Replace("v text", "v blob", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, other, Cancellation);
        byte[] content = await File.ReadAllBytesAsync(path, Cancellation);
        await WriteManifestAsync(m => m with { Schema = new ExportFile("schema.cql", content.Length, Convert.ToHexStringLower(SHA256.HashData(content))) });
        foreach (bool streams in (bool[])[false, true])
        {
            CorruptDataException told = await Assert.ThrowsAsync<CorruptDataException>(() => ImportAsync(streams));
            Assert.Contains("is not the schema of table k.a", told.Message, StringComparison.Ordinal);
        }

        RequireNothingTaken();
    }

    [Fact]
    public async Task A_manifest_with_a_gap_is_told()
    {
        await WriteManifestAsync(m => m with { Tables = [.. m.Tables.Select(t => t with { Ranges = [t.Ranges[0]] })] });
        CorruptDataException told = await Assert.ThrowsAsync<CorruptDataException>(() => ImportAsync(streams: false));
        Assert.Contains("has not all ranges of k.a", told.Message, StringComparison.Ordinal);
        await WriteManifestAsync(m => m with { Tables = [.. m.Tables.Select(t => t with { Ranges = [t.Ranges[1]] })] });
        await Assert.ThrowsAsync<CorruptDataException>(() => ImportAsync(streams: false));
        RequireNothingTaken();
    }

    [Fact]
    public async Task The_whole_one_is_taken()
    {
        foreach (bool streams in (bool[])[false, true])
            Assert.True((await ImportAsync(streams)).Succeeded);
        using StoredSource source = new(_source, OperandKind.Database);
        using StoredSource target = new(_target, OperandKind.Database);
        foreach (string table in (string[])["a", "b"])
            Assert.Equal(await source.StoredAsync("k", table), await target.StoredAsync("k", table));
    }

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
        _folder.Dispose();
    }

    /// <summary>Puts something in a file's place, null for nothing, and requires that an import tells of it.</summary>
    private async Task RequireFoundAsync(string path, byte[]? content)
    {
        if (content is null)
            File.Delete(path);
        else
            await File.WriteAllBytesAsync(path, content, Cancellation);
        foreach (bool streams in (bool[])[false, true])
        {
            string told;
            try
            {
                TransferResult result = await ImportAsync(streams);
                TableTransfer damaged = Assert.Single(result.Tables, t => t.Outcome == TransferOutcome.SourceDamaged);
                Assert.All(result.Tables, t => Assert.Equal(ReferenceEquals(t, damaged) ? TransferOutcome.SourceDamaged : TransferOutcome.NotStarted, t.Outcome));
                told = damaged.Message!;
            }
            catch (Exception found) when (found is CorruptDataException or UnsupportedFormatException)
            {
                told = found.Message;
            }

            Assert.Contains(path.EndsWith(ExportManifest.FileName, StringComparison.Ordinal) ? _export : path, told, StringComparison.Ordinal);
            RequireNothingTaken();
        }

        if (_whole.TryGetValue(path, out byte[]? whole))
            await File.WriteAllBytesAsync(path, whole, Cancellation);
        else
            File.Delete(path);
    }

    private void RequireNothingTaken() => Assert.False(_target.Database.Schema.Keyspaces.ContainsKey("k"));

    private Task<TransferResult> ImportAsync(bool streams) => new Importer(_export, new DatabaseTarget(_target), new ImportSettings { StreamRows = streams }).RunAsync(Cancellation);

    private async Task WriteManifestAsync(Func<ExportManifest, ExportManifest> change)
    {
        string path = Path.Combine(_export, ExportManifest.FileName);
        ExportManifest manifest = JsonSerializer.Deserialize(_whole[path], ManifestJson.Default.ExportManifest)!;
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(change(manifest) with { Sha256 = ManifestSeal.Open }, ManifestJson.Default.ExportManifest);
        ManifestSeal.Close(content);
        await File.WriteAllBytesAsync(path, content, Cancellation);
    }

    private QueryEngine Open(string name)
    {
        Database.Create(_folder[name]);
        return QueryEngine.Open(_folder[name], new DatabaseOptions { Durability = Durability.Periodic, CompactionThreads = 0, CacheSizeBytes = 16 << 20 });
    }

    private void Run(params IEnumerable<string> script)
    {
        foreach (string cql in script)
            _source.Execute(cql).Dispose();
    }
}
