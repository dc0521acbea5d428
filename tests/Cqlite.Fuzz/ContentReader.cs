using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Fuzz;

/// <summary>Reads an SSTable in each way that there is, and writes what it reads as bytes that can be compared.</summary>
internal static class ContentReader
{
    /// <summary>Everything.</summary>
    public static void Scan(SSTable sstable, BufferWriter output) => Read(sstable, ReadRequest.All, output);

    /// <summary>One partition by its key, from its first row to its last, then in reverse.</summary>
    public static void Lookup(SSTable sstable, byte[] key, BufferWriter output)
    {
        ReadRequest request = new() { Key = new DecoratedKey(sstable.Partitioner.TokenOf(key), key) };
        Read(sstable, request, output);
        Read(sstable, request with { Reversed = true }, output);
    }

    /// <summary>Whether there is a partition of that key.</summary>
    public static bool Has(SSTable sstable, byte[] key)
    {
        using UnfilteredCursor cursor = sstable.Read(new ReadRequest { Key = new DecoratedKey(sstable.Partitioner.TokenOf(key), key) });
        return cursor.MoveToNextPartition();
    }

    private static void Read(SSTable sstable, ReadRequest request, BufferWriter output)
    {
        using UnfilteredCursor cursor = sstable.Read(request);
        while (cursor.MoveToNextPartition())
        {
            output.Write("P"u8);
            output.WriteIntBytes(cursor.PartitionKey);
            Write(cursor.PartitionDeletion, output);
            if (cursor.StaticRow is { } staticRow)
                Write(staticRow, output);
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind == UnfilteredKind.Row)
                    Write(cursor.Row, output);
                else
                    Write(cursor.Marker, output);
            }
        }
    }

    private static void Write(Row row, BufferWriter output)
    {
        output.Write("R"u8);
        Write(row.Clustering, output);
        output.WriteInt64(row.Liveness.TimestampMicros);
        output.WriteInt32(row.Liveness.TtlSeconds);
        output.WriteInt64(row.Liveness.ExpiresAtSeconds);
        Write(row.Deletion, output);
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
        {
            output.WriteInt32(deletion.Column);
            Write(deletion.Deletion, output);
        }

        foreach (ref readonly Cell cell in row.Cells)
        {
            output.WriteInt32(cell.Column);
            output.WriteInt64(cell.TimestampMicros);
            output.WriteInt32(cell.TtlSeconds);
            output.WriteInt64(cell.LocalDeletionSeconds);
            output.WriteInt32(cell.Path.Length);
            output.Write(row.Path(cell));
            output.WriteIntBytes(row.Value(cell));
        }
    }

    private static void Write(RangeTombstoneMarker marker, BufferWriter output)
    {
        output.Write("M"u8);
        Write(marker.Clustering, output);
        Write(marker.EndDeletion, output);
        Write(marker.StartDeletion, output);
    }

    private static void Write(in ClusteringView clustering, BufferWriter output)
    {
        output.WriteByte((byte)clustering.Kind);
        for (int i = 0; i < clustering.Count; i++)
        {
            output.WriteBoolean(clustering.IsNull(i));
            output.WriteIntBytes(clustering[i]);
        }
    }

    private static void Write(in DeletionTime deletion, BufferWriter output)
    {
        output.WriteInt64(deletion.MarkedAtMicros);
        output.WriteInt64(deletion.LocalSeconds);
    }
}
