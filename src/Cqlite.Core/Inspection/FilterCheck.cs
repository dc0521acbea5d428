using Cqlite.Core.SSTables;

namespace Cqlite.Core.Inspection;

/// <summary>Fills a filter of the same shape with the keys that are there, and compares it bit by bit.</summary>
internal sealed class FilterCheck(BloomFilter filter)
{
    private readonly BloomFilter _expected = filter.Emptied();
    private long _missing;
    private byte[]? _missingKey;

    /// <summary>Takes a key that is in the SSTable.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        _expected.Add(key);
        if (!filter.MightContain(key) && _missing++ == 0)
            _missingKey = key.ToArray();
    }

    /// <summary>Tells, once all keys have been taken.</summary>
    public void Finish(FindingSink sink)
    {
        if (_missing > 0)
            sink.Error(SSTableComponent.Filter, -1, $"denies {_missing:N0} partitions that are there, which reads by key would not find.", _missingKey);
        else if (_expected.FirstDifference(filter) is var offset and >= 0)
            sink.Warning(SSTableComponent.Filter, offset, "has bits that no partition accounts for.");
    }
}
