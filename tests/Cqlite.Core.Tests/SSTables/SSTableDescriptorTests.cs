using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

public sealed class SSTableDescriptorTests
{
    private const string Id = "7530c810e55811f1aa8659b410daf453";

    [Theory]
    [InlineData("ks/tbl-" + Id + "/nb-1-big-Data.db", "ks", "tbl", null, false, null)]
    [InlineData("ks/tbl/me-12-big-Index.db", "ks", "tbl", null, false, null)]
    [InlineData("ks/tbl-" + Id + "/snapshots/before upgrade/nb-1-big-Data.db", "ks", "tbl", "before upgrade", false, null)]
    [InlineData("ks/tbl-" + Id + "/backups/nb-1-big-Data.db", "ks", "tbl", null, true, null)]
    [InlineData("ks/tbl-" + Id + "/.by_city/nb-1-big-Data.db", "ks", "tbl", null, false, "by_city")]
    [InlineData("ks/tbl-" + Id + "/snapshots/s/.by_city/da-3h5p_0a0n_3yj6i28xtfkz4uw074-bti-Rows.db", "ks", "tbl", "s", false, "by_city")]
    public void Folders_tell_the_table(string path, string keyspace, string table, string? snapshot, bool isBackup, string? index)
    {
        SSTableDescriptor descriptor = SSTableDescriptor.Parse(Path.Combine(Path.GetTempPath(), path.Replace('/', Path.DirectorySeparatorChar)));
        Assert.Equal((keyspace, table, snapshot, isBackup, index), (descriptor.Keyspace, descriptor.Table, descriptor.Snapshot, descriptor.IsBackup, descriptor.Index));
        Assert.Equal(path.Contains(Id, StringComparison.Ordinal) ? Guid.Parse(Id) : null, descriptor.TableId);
        Assert.StartsWith(descriptor.FilePrefix, path[(path.LastIndexOf('/') + 1)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz-1-big-Data.db")]
    [InlineData("da-1-big-Data.db")]
    [InlineData("la-1-big-Data.db")]
    [InlineData("keyspace-table-jb-5-Data.db")]
    public void An_unknown_version_is_refused_by_name(string name)
    {
        UnsupportedFormatException error = Assert.Throws<UnsupportedFormatException>(() => SSTableDescriptor.TryParse(name, out _, out _));
        Assert.Contains("3.0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("nb-1-big")]
    [InlineData("nb--big-Data.db")]
    public void Other_files_are_none(string name) => Assert.False(SSTableDescriptor.TryParse(name, out _, out _));

    [Fact]
    public void Ids_sort_by_age_numbers_first()
    {
        string[] texts = ["2", "10", "3h5p_0a0n_3yj6i28xtfkz4uw074", "3h5p_0a0n_42ti228xtfkz4uw074", "3h5q_0000_0000028xtfkz4uw074"];
        List<SSTableId> ids = [.. texts.Reverse().Select(text => SSTableId.TryParse(text, out SSTableId id) ? id : throw new FormatException(text))];
        ids.Sort();
        Assert.Equal(texts, ids.Select(id => id.Text));
    }

    /// <summary>In every layout of the corpus: with and without indexes, in snapshots, loose.</summary>
    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void Every_sstable_of_the_corpus_is_found(CorpusTable table)
    {
        List<SSTableDescriptor> own = [.. CorpusSSTables.Find(table).Where(d => d.Index is null)];
        Assert.Equal(table.SSTables.Order(StringComparer.Ordinal), own.Select(d => d.FilePrefix[..^1]).Order(StringComparer.Ordinal));
        Assert.All(own, d => Assert.Equal((table.Keyspace, table.Name, (Guid?)table.Id), (d.Keyspace, d.Table, d.TableId)));
    }

    [Fact]
    public void What_a_transaction_made_void_is_not_found()
    {
        // Checksums by java.util.zip.CRC32 over path, kind, both halves of the time and the number, as LogRecord does it.
        SimulatedDisk disk = new();
        string folder = Path.Combine(Path.GetTempPath(), "ks", "tbl");
        foreach (int id in new[] { 1, 2, 3 })
            disk.Put(Path.Combine(folder, $"nb-{id}-big-Data.db"), [1]);
        string log = Path.Combine(folder, "nb_txn_compaction_7530c810-e558-11f1-aa86-59b410daf453.log");
        string add = Line("ADD", "/data/ks/tbl/nb-3-big-", 0, 1);
        string remove = Line("REMOVE", "/data/ks/tbl/nb-1-big-", 1_700_000_000_000, 1);
        string commit = Line("COMMIT", "", 0, 0);
        string abort = Line("ABORT", "", 0, 0);

        Assert.Equal(["1", "2"], Find(add + remove));
        Assert.Equal(["2", "3"], Find(add + remove + commit));
        Assert.Equal(["1", "2"], Find(add + remove + abort));
        Assert.Equal(["1", "2"], Find(add + remove + commit[..8]));
        Assert.Throws<CorruptDataException>(() => Find(add.Replace("nb-3", "nb-2", StringComparison.Ordinal) + remove + commit));
        Assert.Throws<CorruptDataException>(() => Find(add + Line("REMOVE", "/data/ks/tbl/nb-9-big-", 1_700_000_000_000, 8)));

        string[] Find(string text)
        {
            SimulatedDisk copy = disk.Clone();
            copy.Put(log, System.Text.Encoding.UTF8.GetBytes(text));
            return [.. SSTableFolder.FindIn(copy, folder).Select(d => d.Id.Text)];
        }
    }

    private static string Line(string kind, string path, long time, int count)
    {
        List<byte> bytes = [.. System.Text.Encoding.UTF8.GetBytes(path + kind)];
        foreach (int number in new[] { (int)time, (int)(time >> 32), count })
            bytes.AddRange([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        return $"{kind}:[{path},{time},{count}][{Crc32.Compute(bytes.ToArray())}]\n";
    }
}
