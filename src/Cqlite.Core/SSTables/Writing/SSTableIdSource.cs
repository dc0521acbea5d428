namespace Cqlite.Core.SSTables.Writing;

/// <summary>Gives new SSTables of a folder their ids: numbers above all that are there, or time-based UUIDs.</summary>
/// <remarks>Source: org/apache/cassandra/io/sstable/{SequenceBasedSSTableId,UUIDBasedSSTableId}.java.</remarks>
internal sealed class SSTableIdSource
{
    private readonly bool _useUuids;
    private long _last;

    /// <summary>Creates a source.</summary>
    /// <param name="existing">Ids that are taken.</param>
    /// <param name="useUuids">Whether ids are UUIDs.</param>
    public SSTableIdSource(IEnumerable<SSTableId> existing, bool useUuids)
    {
        _useUuids = useUuids;
        foreach (SSTableId id in existing)
        {
            if (!id.IsUuid)
                _last = Math.Max(_last, id.Timestamp);
        }
    }

    /// <summary>The next id. Any thread may ask.</summary>
    public SSTableId Next() => _useUuids ? SSTableId.NewUuid() : SSTableId.OfNumber(Interlocked.Increment(ref _last));
}
