using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>The same rows in each version that is written, read in every way: in full, by key, by ranges of the ring, by slices forward and reversed, through row indexes.</summary>
public sealed class VersionTests
{
    [Theory]
    [CorpusTables(At = "5.0.9-oa,3.11.19-me", Theme = "types,keys,deletes,counters,wide_small,multi,random", WithSSTables = true)]
    [CorpusTables(At = "5.0.9-da-bigindex,5.0.9-da-byteordered,5.0.9-nb-randompartitioner", WithSSTables = true)]
    public void Every_way_to_read_shows_what_the_scan_shows(CorpusTable table)
    {
        foreach (SSTableDescriptor source in CorpusSSTables.Find(table))
        {
            string expected = RewrittenSSTables.Dump(PhysicalFileSystem.Instance, source);
            foreach (string version in (string[])["nb", "oa", "da"])
            {
                // Blocks so small give nearly every partition a row index.
                Rewrites rewrites = new();
                SSTableDescriptor written;
                try
                {
                    written = Assert.Single(rewrites.Convert(source, o => o with { Version = SSTableVersion.OfName(version), ColumnIndexBytes = 256, MinIndexInterval = 4 }).Written);
                }
                catch (Core.Errors.UnsupportedFormatException) when (version == "nb" && source.Version.HasUIntDeletionTime)
                {
                    // Deletions after 2038, which nb has no room for; that none else is refused SSTableConverterTests see to.
                    continue;
                }

                TextDifference.Require(expected, RewrittenSSTables.Dump(rewrites.Disk, written), $"{source} as {version}");
                rewrites.RequireSound(written);
                using SSTable sstable = SSTable.Open(rewrites.Disk, written);
                ReadPaths.Require(sstable);
            }
        }
    }
}
