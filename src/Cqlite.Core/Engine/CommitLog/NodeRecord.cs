using System.Buffers.Binary;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Partitioner = Cqlite.Core.Schema.Partitioner;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>What a node's table <c>system.local</c> tells that bears on its commit log.</summary>
/// <param name="HostId">The node's id, which its SSTables name; null where the table is missing.</param>
/// <param name="Truncations">Up to which place of the log tables were truncated, by table id.</param>
/// <remarks>
/// <code>truncated_at   map of table id to: long segment id, int position, long milliseconds since 1970</code>
/// The table is flushed at every truncation. Source: org/apache/cassandra/db/SystemKeyspace.java (saveTruncationRecord).
/// </remarks>
internal sealed record NodeRecord(Guid? HostId, IReadOnlyDictionary<Guid, CommitLogPosition> Truncations)
{
    private const int UuidLength = 16;
    private const int RecordLength = 20;

    /// <summary>Nothing.</summary>
    public static NodeRecord None { get; } = new(null, new Dictionary<Guid, CommitLogPosition>());

    /// <summary>Reads it from the SSTables of <c>system.local</c>; its definition is what their headers say, for that depends on the release.</summary>
    public static NodeRecord Read(IFileSystem files, IReadOnlyList<SSTableDescriptor> sstables)
    {
        if (sstables.Count == 0)
            return None;
        var columns = new Dictionary<string, ColumnMetadata>(StringComparer.Ordinal);
        TableMetadata? one = null;
        foreach (SSTableDescriptor descriptor in sstables)
        {
            SSTableStatistics statistics = SSTableStatistics.Read(files, descriptor.PathOf(SSTableComponent.Statistics), descriptor.Version);
            one = HeaderSchema.ToTable(statistics.Header, descriptor, Partitioner.Local(statistics.Header.KeyType));
            foreach (ColumnMetadata column in one.Columns.Values)
                columns[column.Name] = column;
        }

        TableMetadata table = new(one!.Keyspace, one.Name, one.Id, columns.Values) { Partitioner = one.Partitioner };
        var opened = new List<SSTable>();
        try
        {
            foreach (SSTableDescriptor descriptor in sstables)
                opened.Add(SSTable.Open(files, descriptor, new SSTableOptions { Table = table }));
            using MergeCursor cursor = new(table, [.. opened.Select(s => s.Read(ReadRequest.All))], reversed: false);
            return Read(cursor, table);
        }
        finally
        {
            opened.ForEach(s => s.Dispose());
        }
    }

    private static NodeRecord Read(UnfilteredCursor cursor, TableMetadata table)
    {
        Guid? hostId = null;
        var truncations = new Dictionary<Guid, CommitLogPosition>();
        while (cursor.MoveToNextPartition())
        {
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind != UnfilteredKind.Row)
                    continue;
                Row row = cursor.Row;
                foreach (ref readonly Cell cell in row.Cells)
                {
                    if (cell.IsTombstone)
                        continue;
                    ReadOnlySpan<byte> value = row.Value(cell);
                    ReadOnlySpan<byte> path = row.Path(cell);
                    string column = table.Regulars[cell.Column].Name;
                    if (column == "host_id" && value.Length == UuidLength)
                        hostId = new Guid(value, bigEndian: true);
                    else if (column == "truncated_at" && path.Length == UuidLength && value.Length == RecordLength)
                        truncations[new Guid(path, bigEndian: true)] = new CommitLogPosition(BinaryPrimitives.ReadInt64BigEndian(value), BinaryPrimitives.ReadInt32BigEndian(value[8..]));
                }
            }
        }

        return new NodeRecord(hostId, truncations);
    }
}
