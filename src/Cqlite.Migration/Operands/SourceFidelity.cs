namespace Cqlite.Migration.Operands;

/// <summary>What a source can tell of a table, and what it cannot: what it cannot tell is not guessed, but said in every result and manifest.</summary>
public sealed record SourceFidelity
{
    /// <summary>Of files, which have everything.</summary>
    public static SourceFidelity Complete { get; } = new();

    /// <summary>Whether deletions are seen; CQL shows only what is left.</summary>
    public bool HasTombstones { get; init; } = true;

    /// <summary>Whether the primary key's own liveness is seen; through CQL a row has it only where it has no other value.</summary>
    public bool HasRowLiveness { get; init; } = true;

    /// <summary>Whether the TTL that a cell was written with is seen; CQL tells only what is left of it, and so when it ends.</summary>
    public bool HasOriginalTtl { get; init; } = true;

    /// <summary>Whether each element of a collection, and field of a user type, has its own time and TTL; CQL tells them from 5.0 on.</summary>
    public bool HasElementTimes { get; init; } = true;

    /// <summary>Whether frozen collections have their time and TTL; CQL tells them from 3.0.28, 3.11.14 and 4.0.5 on.</summary>
    public bool HasFrozenCollectionTimes { get; init; } = true;

    /// <summary>Whether elements of lists have the places under which they are stored; CQL shows only their order.</summary>
    public bool HasListPaths { get; init; } = true;

    /// <summary>Whether a counter's shards are seen; CQL shows their sum.</summary>
    public bool HasCounterShards { get; init; } = true;

    /// <summary>Whether everything is told.</summary>
    public bool IsComplete => this == Complete;

    /// <summary>What is not told, and what stands in its place: one sentence each.</summary>
    public IEnumerable<string> Notes()
    {
        if (!HasTombstones)
            yield return "Tombstones are not visible to queries: deletions are not carried over, only what they left.";
        if (!HasRowLiveness)
            yield return "The liveness of primary keys is not visible to queries: rows without any value get the time at which the reading began, and no TTL; other rows live by their values.";
        if (!HasOriginalTtl)
            yield return "Of a TTL only what is left is visible to queries: cells end when they end in the source, and have what was left as their TTL.";
        if (!HasElementTimes)
            yield return "Write times and TTLs of elements of collections and fields of user types are not visible to queries before Cassandra 5.0: they get the time at which the reading began, and no TTL.";
        if (!HasFrozenCollectionTimes)
            yield return "Write times and TTLs of frozen collections are not visible to queries before Cassandra 3.0.28, 3.11.14 and 4.0.5: they get the time at which the reading began, and no TTL.";
        if (!HasListPaths)
            yield return "The places of list elements are not visible to queries: they get places of their own, in the same order.";
        if (!HasCounterShards)
            yield return "Counters are carried over as one shard of the whole count; a later reading of the same source replaces it.";
    }
}
