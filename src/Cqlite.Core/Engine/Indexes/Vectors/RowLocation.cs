using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>Which row it is: the partition's key and the clustering, owning their bytes.</summary>
/// <param name="Key">The serialized partition key.</param>
/// <param name="Clustering">The clustering's values; a null array is a null value.</param>
internal sealed record RowLocation(byte[] Key, byte[]?[] Clustering)
{
    /// <summary>Copies a row's.</summary>
    public static RowLocation Of(ReadOnlySpan<byte> key, in ClusteringView clustering)
    {
        var values = new byte[]?[clustering.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = clustering.IsNull(i) ? null : clustering[i].ToArray();
        return new RowLocation(key.ToArray(), values);
    }

    /// <summary>Writes a row's, without copying it before.</summary>
    public static void Write(ReadOnlySpan<byte> key, in ClusteringView clustering, BufferWriter output)
    {
        output.WriteVIntBytes(key);
        output.WriteUnsignedVInt((ulong)clustering.Count);
        for (int i = 0; i < clustering.Count; i++)
        {
            output.WriteBoolean(clustering.IsNull(i));
            output.WriteVIntBytes(clustering[i]);
        }
    }

    /// <summary>Reads one.</summary>
    public static RowLocation Read(ref SpanReader reader)
    {
        byte[] key = reader.ReadVIntBytes().ToArray();
        var values = new byte[]?[reader.CheckCount((long)reader.ReadUnsignedVInt(), 2)];
        for (int i = 0; i < values.Length; i++)
        {
            bool isNull = reader.ReadBoolean();
            ReadOnlySpan<byte> value = reader.ReadVIntBytes();
            values[i] = isNull ? null : value.ToArray();
        }

        return new RowLocation(key, values);
    }

    /// <summary>The slice of this row alone.</summary>
    public IReadOnlyList<ClusteringSlice> Slices => Clustering.Length == 0
        ? [ClusteringSlice.All]
        : [new ClusteringSlice(new ClusteringBound(ClusteringKind.InclusiveStart, Clustering), new ClusteringBound(ClusteringKind.InclusiveEnd, Clustering))];
}
