using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Big;

namespace Cqlite.Core.Inspection;

/// <summary>Reads all of a partition index by itself: that it decodes, that keys and positions rise, and that the summary is one of it.</summary>
internal sealed class PartitionIndexCheck(IFileSystem files, SSTable sstable, FindingSink sink, FilterCheck? filter, CancellationToken cancellation)
{
    private readonly BufferWriter _previous = new();

    private bool IsBti => sstable.Descriptor.Version.IsBti;

    private SSTableComponent Component => IsBti ? SSTableComponent.Partitions : SSTableComponent.Index;

    /// <summary>Walks the index; false when it can't be relied on, which has then been told.</summary>
    public bool Run()
    {
        try
        {
            IndexSummary? summary = ReadSummary();
            using PartitionIndexCursor cursor = sstable.PartitionIndex.Walk();
            return Walk(cursor, summary);
        }
        catch (CqliteException exception)
        {
            sink.Error(exception, Component);
            return false;
        }
    }

    private IndexSummary? ReadSummary()
    {
        if (IsBti || !sstable.Has(SSTableComponent.Summary) || !sstable.Has(SSTableComponent.Index))
            return null;
        try
        {
            return IndexSummary.Read(files, sstable.Descriptor.PathOf(SSTableComponent.Summary), files.GetLength(sstable.Descriptor.PathOf(SSTableComponent.Index)));
        }
        catch (CqliteException exception)
        {
            sink.Error(exception, SSTableComponent.Summary);
            return null;
        }
    }

    private bool Walk(PartitionIndexCursor cursor, IndexSummary? summary)
    {
        bool isWhole = true;
        long count = 0;
        int sample = 0;
        long previousPosition = -1;
        Token previousToken = default;
        while (cursor.MoveNext())
        {
            if ((count & 0xFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> key = cursor.Key;
            Token token = sstable.Partitioner.TokenOf(key);
            filter?.Add(key);
            if (count == 0 && cursor.Entry.DataPosition != 0)
            {
                sink.Error(Component, cursor.IndexFilePosition, $"the first partition is said to begin at byte {cursor.Entry.DataPosition:N0} of the data, not at 0.", key);
                isWhole = false;
            }

            if (count > 0 && sstable.Partitioner.Compare(previousToken, _previous.WrittenSpan, token, key) >= 0)
            {
                sink.Error(Component, cursor.IndexFilePosition, "the partition is out of order: it must not come before or be the one before it.", key);
                isWhole = false;
            }

            if (cursor.Entry.DataPosition <= previousPosition)
            {
                sink.Error(
                    Component,
                    cursor.IndexFilePosition,
                    $"the partition is said to begin at byte {cursor.Entry.DataPosition:N0} of the data, which is not behind {previousPosition:N0}, where the one before it begins.",
                    key);
                isWhole = false;
            }

            if (summary is not null && sample < summary.Count && !CheckSample(summary, ref sample, cursor))
                summary = null;
            previousPosition = cursor.Entry.DataPosition;
            previousToken = token;
            _previous.Clear();
            _previous.Write(key);
            count++;
        }

        if (summary is not null)
            FinishSummary(summary, sample, count);
        return isWhole;
    }

    /// <summary>Checks the next sample once its entry has been reached; false when the summary is no more worth a look.</summary>
    private bool CheckSample(IndexSummary summary, ref int sample, PartitionIndexCursor cursor)
    {
        long position = summary.PositionOf(sample);
        if (cursor.IndexFilePosition < position)
            return true;
        if (cursor.IndexFilePosition > position)
        {
            sink.Error(SSTableComponent.Summary, -1, $"sample {sample:N0} leads to byte {position:N0} of Index.db, where no entry begins.");
            return false;
        }

        if (!cursor.Key.SequenceEqual(summary.KeyOf(sample)))
        {
            sink.Error(
                SSTableComponent.Summary,
                -1,
                $"sample {sample:N0} leads to byte {position:N0} of Index.db with the key {Convert.ToHexStringLower(summary.KeyOf(sample))}; another is there.",
                cursor.Key);
            return false;
        }

        sample++;
        return true;
    }

    private void FinishSummary(IndexSummary summary, int samples, long count)
    {
        const int fullSampling = 128;
        if (samples < summary.Count)
            sink.Error(SSTableComponent.Summary, -1, $"{summary.Count - samples:N0} of its {summary.Count:N0} samples lead to no entry of Index.db.");
        if (!summary.LastKey.Span.SequenceEqual(_previous.WrittenSpan))
            sink.Error(SSTableComponent.Summary, -1, $"says that the last key is {Convert.ToHexStringLower(summary.LastKey.Span)}; in Index.db it is another.", _previous.WrittenSpan);
        long expected = ((count - 1) / summary.MinIndexInterval) + 1;
        if (count > 0 && (summary.SizeAtFullSampling != expected || (summary.SamplingLevel == fullSampling && summary.Count != expected)))
        {
            sink.Error(
                SSTableComponent.Summary,
                0,
                $"says that it has {summary.Count:N0} of {summary.SizeAtFullSampling:N0} samples at level {summary.SamplingLevel} of {fullSampling}; of {count:N0} partitions every {summary.MinIndexInterval:N0}th makes {expected:N0}.");
        }
    }
}
