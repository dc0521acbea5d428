using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// Reads back what a compaction has written, before its inputs may go: every component, the checksum of all of the data, every key of the index, the filter,
/// and that there are as many partitions and rows as were given to the writer, from the first key to the last.
/// </summary>
internal static class OutputCheck
{
    /// <summary>Requires that an SSTable is what was meant to be written.</summary>
    /// <exception cref="CorruptDataException">It is not.</exception>
    public static void Require(IFileSystem files, SSTable sstable, CompactedSSTable written, CancellationToken cancellation)
    {
        VerificationFinding? finding = null;
        new SSTableVerifier(files, sstable.Descriptor, new SSTableVerifierOptions { Depth = VerificationDepth.Digest })
            .Verify(f => finding ??= f, cancellation: cancellation);
        if (finding is not null)
            throw new CorruptDataException(finding.File, finding.Offset, $"was just written, and does not read back: {finding.Text}");

        StatsMetadata stats = sstable.Statistics.Stats;
        if (stats.PartitionSizes.Count != written.PartitionCount || stats.TotalRows != written.RowCount)
            Throw($"tells of {stats.PartitionSizes.Count:N0} partitions and {stats.TotalRows:N0} rows; {written.PartitionCount:N0} and {written.RowCount:N0} were written.");
        PartitionIndex index = sstable.PartitionIndex;
        if (!index.FirstKey.Span.SequenceEqual(written.FirstKey.Span) || !index.LastKey.Span.SequenceEqual(written.LastKey.Span))
            Throw($"is of an SSTable whose index leads from key {Hex(index.FirstKey)} to {Hex(index.LastKey)}; {Hex(written.FirstKey)} to {Hex(written.LastKey)} were written.");

        void Throw(string problem) => throw new CorruptDataException(sstable.Descriptor.PathOf(SSTableComponent.Statistics), -1, problem);

        static string Hex(ReadOnlyMemory<byte> key) => Convert.ToHexStringLower(key.Span);
    }
}
