using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

/// <summary>Whatever way a partition is read, it must show what the full scan shows; that one is held to the truth elsewhere.</summary>
public sealed class ReadPathTests
{
    [Theory]
    [CorpusTables(Theme = "types,keys,deletes,counters,wide_small,multi,random,indexes", WithSSTables = true)]
    [CorpusTables(Theme = "many,bigindex,wide,system_schema", WithSSTables = true)]
    public void Keys_ranges_slices_and_reverse_reads_show_what_the_scan_shows(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in CorpusSSTables.Find(table))
        {
            ChunkCache? cache = descriptor.Id.Timestamp % 2 == 0 ? null : new ChunkCache(1 << 22);
            using SSTable sstable = CorpusSSTables.Open(descriptor, new SSTableOptions { Cache = cache });
            ReadPaths.Require(sstable);
        }
    }
}
