using System.Text.RegularExpressions;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>What is converted has the content that the source has, by the dump of both, and is sound to the verifier.</summary>
public partial class SSTableConverterTests
{
    private static readonly string[] s_versions = ["nb", "oa", "da"];

    /// <summary>Tables of so many rows take long in three versions; one of them is converted into one.</summary>
    private const long ManyRows = 5000;

    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void Converts_every_table_without_a_change(CorpusTable table)
    {
        foreach (SSTableDescriptor source in CorpusSSTables.Find(table))
        {
            string dump = RewrittenSSTables.Dump(PhysicalFileSystem.Instance, source);
            foreach (string version in table.RowCount > ManyRows ? s_versions[..1] : s_versions)
            {
                Rewrites rewrites = new();
                if (version == "nb" && source.Version.HasUIntDeletionTime && HasTimesAfter2038(dump))
                {
                    UnsupportedFormatException refused = Assert.Throws<UnsupportedFormatException>(() => rewrites.Convert(source));
                    Assert.Contains("In partition 0000000", refused.Message, StringComparison.Ordinal);
                    Assert.Throws<UnsupportedFormatException>(() => rewrites.Scrub(source));
                    Assert.Empty(rewrites.Disk.ListFiles(Rewrites.Folder));
                    continue;
                }

                RewriteResult result = rewrites.Convert(source, o => o with { Version = SSTableVersion.OfName(version) });
                SSTableDescriptor written = Assert.Single(result.Written);
                Assert.Equal(version, written.Version.Name);
                string expected = dump;
                string actual = RewrittenSSTables.Dump(rewrites.Disk, written);

                // Releases up to 3.0.7 sort empty values first in descending columns; that later order holds is the verifier's to say.
                if (source.Version.SortsEmptyReversedFirst && actual != expected)
                    (expected, actual) = (RewrittenSSTables.WithSortedRows(expected), RewrittenSSTables.WithSortedRows(actual));
                TextDifference.Require(expected, actual, $"{source} as {version}");
                rewrites.RequireSound(written);
            }
        }
    }

    [Theory]
    [InlineData("LZ4Compressor")]
    [InlineData("SnappyCompressor")]
    [InlineData("DeflateCompressor")]
    [InlineData("ZstdCompressor")]
    [InlineData(null)]
    public void Splits_and_compresses_anew(string? compressor)
    {
        SSTableDescriptor source = CorpusSSTables.Find(Corpus.Table("5.0.9-nb", "wide_small", "rows"))[0];
        Dictionary<string, string> compression = compressor is null ? [] : new() { ["class"] = compressor, ["chunk_length_in_kb"] = "8" };
        Rewrites rewrites = new();
        RewriteResult result = rewrites.Convert(source, o => o with { Compression = compression, MaxBytes = 1000 });
        Assert.True(result.Written.Count > 1);
        foreach (SSTableDescriptor written in result.Written)
        {
            rewrites.RequireSound(written);
            using SSTable sstable = SSTable.Open(rewrites.Disk, written);
            Assert.Equal(compressor, sstable.CompressionInfo?.CompressorName);
        }

        Assert.Equal(RewrittenSSTables.Dump(PhysicalFileSystem.Instance, source), RewrittenSSTables.Dump(rewrites.Disk, result.Written));
    }

    private static bool HasTimesAfter2038(string dump) =>
        Time().Matches(dump).Any(m => long.Parse(m.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) >= int.MaxValue);

    [GeneratedRegex("\"(?:expires_at|local_delete_time)\":\"([0-9]+)\"")]
    private static partial Regex Time();
}
