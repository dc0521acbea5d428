using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>What an SSTable that comes of others has from them.</summary>
/// <remarks>
/// Source: org/apache/cassandra/db/SerializationHeader.java (make), io/sstable/metadata/MetadataCollector.java, db/compaction/CompactionTask.java
/// (getMinRepairedAt, getPendingRepair, getIsTransient).
/// </remarks>
internal static class InheritedStatistics
{
    /// <summary>How rows are laid out: the columns that any of them has, and the smallest times of all.</summary>
    public static SerializationHeader Header(TableMetadata table, IReadOnlyList<SSTable> sources)
    {
        EncodingStats smallest = sources.Select(s => s.Statistics.Header.Stats).Aggregate((left, right) => left.Merge(right));
        return new SerializationHeader(smallest, HeaderTables.Frozen(sources[0].Statistics.Header.KeyType))
        {
            ClusteringTypes = [.. table.Clustering.Select(c => HeaderTables.Frozen(c.Type))],
            Statics = Columns(table.Statics, h => h.Statics),
            Regulars = Columns(table.Regulars, h => h.Regulars),
        };

        HeaderColumn[] Columns(IReadOnlyList<ColumnMetadata> columns, Func<SerializationHeader, IReadOnlyList<HeaderColumn>> stored)
        {
            HashSet<string> names = [.. sources.SelectMany(s => stored(s.Statistics.Header)).Select(c => c.Name)];
            return [.. columns.Where(c => names.Contains(c.Name)).Select(c => new HeaderColumn(c.Name, c.Type))];
        }
    }

    /// <summary>How to write: as the table asks for, with what the sources leave.</summary>
    /// <param name="asked">What the table asks for.</param>
    /// <param name="sources">All SSTables that are replaced, of one state of repair.</param>
    public static SSTableWriterOptions Complete(SSTableWriterOptions asked, IReadOnlyList<SSTable> sources) => asked with
    {
        // Positions in another host's log mean nothing here.
        CommitLogIntervals = CommitLogInterval.Union(sources.Select(s => s.Statistics.Stats).Where(s => s.OriginatingHostId == asked.OriginatingHostId).SelectMany(s => s.CommitLogIntervals)),
        RepairedAtMillis = sources.Min(s => s.Statistics.Stats.RepairedAtMillis),
        PendingRepair = sources[0].Statistics.Stats.PendingRepair,
        IsTransient = sources[0].Statistics.Stats.IsTransient,
    };
}
