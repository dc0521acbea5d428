using System.Collections.Immutable;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>The bind markers of a prepared statement.</summary>
/// <remarks>
/// <code>
/// [int] flags: 0x01 one table for all markers
/// [int] number of markers
/// [int] number of components of the partition key; each: [short] its marker    from version 4 on
/// columns    see ColumnList
/// source     org/apache/cassandra/cql3/ResultSet.java (PreparedMetadata.Codec)
/// </code>
/// </remarks>
/// <param name="Markers">Names and types.</param>
/// <param name="PartitionKey">The marker of each component of the partition key; empty unless all have one.</param>
internal sealed record MarkerMetadata(ImmutableArray<ResultColumn> Markers, ImmutableArray<ushort> PartitionKey)
{
    private const int OneTableFlag = 0x01;

    /// <summary>Reads markers.</summary>
    public static MarkerMetadata Read(ref NotationReader reader, ProtocolVersion version)
    {
        int flags = reader.ReadInt32();
        int count = reader.ReadInt32();
        ImmutableArray<ushort> partitionKey = [];
        if (version.HasPartitionKeyIndexes)
        {
            ushort[] indexes = new ushort[reader.CheckCount(reader.ReadInt32(), sizeof(ushort))];
            for (int i = 0; i < indexes.Length; i++)
                indexes[i] = reader.ReadUInt16();
            partitionKey = [.. indexes];
        }

        return new(ColumnList.Read(ref reader, count, (flags & OneTableFlag) != 0), partitionKey);
    }

    /// <summary>Appends the markers.</summary>
    public void Write(BufferWriter output, ProtocolVersion version)
    {
        bool hasOneTable = ColumnList.HasOneTable(Markers);
        output.WriteInt32(hasOneTable ? OneTableFlag : 0);
        output.WriteInt32(Markers.Length);
        if (version.HasPartitionKeyIndexes)
        {
            output.WriteInt32(hasOneTable ? PartitionKey.Length : 0);
            if (hasOneTable)
            {
                foreach (ushort index in PartitionKey)
                    output.WriteUInt16(index);
            }
        }

        ColumnList.Write(output, Markers, hasOneTable, version);
    }
}
