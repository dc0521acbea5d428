using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>What is converted has the content that the source has, by the dump of both, and is sound to the verifier.</summary>
public class SSTableConverterTests
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
}
