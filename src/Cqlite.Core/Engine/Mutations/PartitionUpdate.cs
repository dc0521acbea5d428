using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>
/// What a write does to one partition of one table, in the form in which it goes to the commit log, so that it is encoded once: the log
/// takes the bytes and the memtable the rows in them. Made by <see cref="PartitionUpdateBuilder"/>.
/// </summary>
/// <remarks>
/// <code>
/// uuid     table
/// vint     length of the partition key, then its bytes
/// byte     flags: 0x01 empty (and nothing follows), 0x02 reversed, 0x04 partition deletion, 0x08 static row, 0x10 number of rows
/// stats    smallest timestamp, deletion time and TTL (EncodingStats)
/// columns  (with a static row) vint number of static columns, then vint + name each
/// columns  vint number of regular columns, then vint + name each
/// deletion (if flagged) of the partition, relative to the stats
/// row      (if flagged) the static row
/// vint     (if flagged) number of rows
/// rows and markers without sizes, then 0x01 (UnfilteredFlags)
/// </code>
/// Source: org/apache/cassandra/db/partitions/PartitionUpdate.java (PartitionUpdateSerializer), db/rows/UnfilteredRowIteratorSerializer.java,
/// db/SerializationHeader.java (serializeForMessaging).
/// </remarks>
internal sealed class PartitionUpdate
{
    internal const int TableIdLength = 16;
    internal const int IsEmptyFlag = 0x01;
    internal const int IsReversedFlag = 0x02;
    internal const int HasPartitionDeletionFlag = 0x04;
    internal const int HasStaticRowFlag = 0x08;
    internal const int HasRowEstimateFlag = 0x10;

    internal PartitionUpdate(TableMetadata table, DecoratedKey key, byte[] content)
    {
        Table = table;
        Key = key;
        Content = content;
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>The partition.</summary>
    public DecoratedKey Key { get; }

    /// <summary>The serialized update, the table's id first.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Where the rows lie in the content, when rows are all that there is; null else.</summary>
    public PlainRows? Rows { get; init; }
}

/// <summary>The rows of an update that has nothing but rows, so that a memtable can take them as they are.</summary>
/// <param name="Start">Offset of the first one in the content.</param>
/// <param name="Ends">Offset behind each.</param>
/// <param name="Columns">The regular columns that the rows are laid out for: bit i for column i of the table.</param>
/// <param name="Stats">What their times are relative to, the smallest ones.</param>
/// <param name="LargestTimestampMicros">The largest timestamp.</param>
internal sealed record PlainRows(int Start, int[] Ends, ulong Columns, EncodingStats Stats, long LargestTimestampMicros);
