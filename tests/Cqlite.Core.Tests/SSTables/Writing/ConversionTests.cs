using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>Cassandra's rows written in other versions, with other compressors and smaller blocks, read back as they were: in full and by key.</summary>
public sealed class ConversionTests
{
    private const string Target = "/data/ks/table";

    private static readonly Dictionary<string, string>[] s_compressions =
    [
        new() { ["class"] = "LZ4Compressor", ["chunk_length_in_kb"] = "4" },
        new() { ["class"] = "LZ4Compressor", ["lz4_compressor_type"] = "high", ["min_compress_ratio"] = "1.5" },
        new() { ["class"] = "org.apache.cassandra.io.compress.SnappyCompressor", ["chunk_length_in_kb"] = "64" },
        new() { ["class"] = "DeflateCompressor", ["min_compress_ratio"] = "4" },
        new() { ["class"] = "ZstdCompressor", ["compression_level"] = "1", ["chunk_length_in_kb"] = "1" },
        new() { ["class"] = "NoopCompressor" },
        new() { ["enabled"] = "false" },
    ];

    [Theory]
    [CorpusTables(At = "5.0.9-nb,4.1.10-nb,4.0-rc1-na,3.11.19-me,3.0.31-me,5.0.9-da", Theme = "types,keys,deletes,counters,random,multi,wide_small", WithSSTables = true)]
    public void Rows_are_the_same_in_every_version(CorpusTable table)
    {
        int turn = 0;
        foreach (SSTableDescriptor descriptor in SSTableFolder.FindIn(PhysicalFileSystem.Instance, table.DataDirectory))
        {
            using SSTable source = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            List<string> expected = RowText.Of(source.Read(ReadRequest.All));
            foreach (string version in (string[])["nb", "oa", "da"])
            {
                SSTableWriterOptions options = Rewriting.SettingsOf(source) with
                {
                    Version = SSTableVersion.OfName(version),
                    Header = SerializationHeader.Of(source.Table, source.Statistics.Header.Stats),
                    Compression = WriterCompression.FromTable(s_compressions[turn++ % s_compressions.Length]),
                    ColumnIndexBytes = 256,
                    MinIndexInterval = 3,
                };
                CheckSame(source, options, expected);
            }
        }
    }

    private static void CheckSame(SSTable source, SSTableWriterOptions options, List<string> expected)
    {
        SimulatedDisk disk = new();
        disk.CreateDirectory(Target);
        SSTableDescriptor written;
        using (SSTableTransaction transaction = new(disk, Target, options.Version, "write"))
        {
            using (SSTableWriter writer = new(disk, transaction, SSTableId.OfNumber(1), source.Table, options))
            {
                using (UnfilteredCursor cursor = source.Read(ReadRequest.All))
                    writer.Append(cursor, CancellationToken.None);
                writer.Finish();
                written = writer.Descriptor;
            }

            transaction.Commit();
        }

        using SSTable target = SSTable.Open(disk, written, new SSTableOptions { Table = source.Table });
        Assert.Equal(expected, RowText.Of(target.Read(ReadRequest.All)));
        Assert.Equal(source.Statistics.Stats.TotalRows, target.Statistics.Stats.TotalRows);

        List<string> byKey = [];
        using UnfilteredCursor keys = source.Read(ReadRequest.All with { Slices = [] });
        while (keys.MoveToNextPartition())
            byKey.AddRange(RowText.Of(target.Read(new ReadRequest { Key = new Schema.DecoratedKey(keys.Token, keys.PartitionKey.ToArray()) })));
        Assert.Equal(expected, byKey);
    }
}
