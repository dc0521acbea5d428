using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// Reads all segments of a commit log, the oldest first, and hands over what is in them. Only the youngest segment that holds
/// anything may have a torn end; damage anywhere else is <see cref="CorruptDataException"/>.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/commitlog/{CommitLogReplayer,CommitLogReader}.java.</remarks>
internal sealed class CommitLogReplayer
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly IReadOnlyList<string> _segments;
    private readonly int _youngest;

    /// <summary>Finds the segments.</summary>
    public CommitLogReplayer(IFileSystem files, string directory)
    {
        _files = files;
        _directory = directory;
        _segments = CommitLogFiles.Find(files, directory);
        _youngest = FindYoungest();
    }

    /// <summary>Whether there is any segment.</summary>
    public bool IsEmpty => _segments.Count == 0;

    /// <summary>Reads the log.</summary>
    /// <param name="findTable">Finds a table by its id; null for one that is not known.</param>
    /// <param name="flushed">What is stored already.</param>
    /// <param name="apply">Takes an update: a cursor that stands before its partition.</param>
    /// <param name="isWanted">Whether mutations whose first update is of a table are looked at; by default all are.</param>
    /// <exception cref="CorruptDataException">A segment is damaged, other than by a torn end.</exception>
    public CommitLogReplay Replay(Func<Guid, TableMetadata?> findTable, FlushedWrites flushed, Action<UnfilteredCursor> apply, Func<Guid, bool>? isWanted = null)
    {
        var decoders = new Dictionary<int, MutationDecoder>();
        var unknownTables = new Dictionary<Guid, long>();
        long mutations = 0;
        long applied = 0;
        long stored = 0;
        CommitLogPosition position = CommitLogPosition.None;
        (string? tornSegment, long tornAt) = ForEachMutation((path, segment) =>
        {
            mutations++;
            if (isWanted is not null && MutationDecoder.FirstTable(segment.Mutation) is { } first && !isWanted(first))
                return;
            int version = segment.Descriptor.Version;
            if (!decoders.TryGetValue(version, out MutationDecoder? decoder))
                decoders.Add(version, decoder = new MutationDecoder(VersionOf(version), findTable));
            position = new CommitLogPosition(segment.Descriptor.Id, segment.PositionAfter);
            if (decoder.Read(segment.Mutation, path, Take) is { } unknown)
                unknownTables[unknown] = unknownTables.GetValueOrDefault(unknown) + 1;
        });
        return new CommitLogReplay(_directory, _segments.Count, mutations, applied, stored, unknownTables, tornSegment, tornAt);

        void Take(PartitionUpdateCursor update)
        {
            if (flushed.Contains(update.Table.Id, position))
            {
                stored++;
                return;
            }

            applied++;
            apply(update);
        }
    }

    /// <summary>Reads the log and hands over, for each whole mutation, its segment's path and the reader that stands on it.</summary>
    /// <returns>The segment that was found torn, and where; null and -1 when the log ended in order.</returns>
    /// <exception cref="CorruptDataException">A segment is damaged, other than by a torn end.</exception>
    public (string? TornSegment, long TornAt) ForEachMutation(Action<string, CommitLogSegmentReader> take)
    {
        (string? TornSegment, long TornAt) torn = (null, -1);
        for (int i = 0; i < _segments.Count; i++)
        {
            CommitLogSegmentReader segment = new(_files, _segments[i], mayBeTorn: i >= _youngest);
            while (segment.MoveNext())
                take(_segments[i], segment);
            if (segment.TornAt >= 0)
                torn = (_segments[i], segment.TornAt);
        }

        return torn;
    }

    private static MessagingVersion VersionOf(int version) => version switch
    {
        CommitLogDescriptor.Version30 => MessagingVersion.V30,
        CommitLogDescriptor.Version40 => MessagingVersion.V40,
        _ => MessagingVersion.V50,
    };

    /// <summary>
    /// Index of the youngest segment that holds anything. A node makes its next segment in advance, so that the one whose end
    /// a crash tore need not be the last.
    /// </summary>
    private int FindYoungest()
    {
        int index = _segments.Count - 1;
        while (index > 0)
        {
            CommitLogSegmentReader segment = new(_files, _segments[index], mayBeTorn: true);
            if (segment.MoveNext())
                break;
            index--;
        }

        return Math.Max(0, index);
    }
}
