namespace Cqlite.Core.Engine.CommitLog;

/// <summary>What was found in a commit log and what became of it.</summary>
/// <param name="Directory">The log's folder.</param>
/// <param name="Segments">Number of segments read.</param>
/// <param name="Mutations">Number of whole mutations in them.</param>
/// <param name="Applied">Number of updates of a table's partition that were applied.</param>
/// <param name="AlreadyStored">Number of updates that are in SSTables already, or were truncated.</param>
/// <param name="UnknownTables">Mutations left out because the schema does not have their table, such as one that was dropped: how many, by the table's id.</param>
/// <param name="TornSegment">The segment whose end a crash had torn; null when the log ended in order.</param>
/// <param name="TornAt">Offset of the torn end in that segment; what is before it was applied.</param>
public sealed record CommitLogReplay(
    string Directory,
    int Segments,
    long Mutations,
    long Applied,
    long AlreadyStored,
    IReadOnlyDictionary<Guid, long> UnknownTables,
    string? TornSegment,
    long TornAt);
