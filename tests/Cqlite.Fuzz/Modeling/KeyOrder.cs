using Cqlite.Core.Schema;

namespace Cqlite.Fuzz.Modeling;

/// <summary>The order of clusterings; and, as <see cref="Partitions"/>, that of partitions by their tokens.</summary>
internal sealed class KeyOrder(IReadOnlyList<ModelClustering>? clustering) : IComparer<object[]>, IEqualityComparer<object[]>
{
    /// <summary>Partitions in the order of the ring.</summary>
    public static KeyOrder Partitions { get; } = new(null);

    /// <summary>Whether two keys are the same.</summary>
    public static bool Same(object[] left, object[] right) => left.AsSpan().SequenceEqual(right);

    /// <summary>The token of a partition.</summary>
    public static Token TokenOf(object[] partition)
    {
        byte[] key = partition.Length == 1
            ? ModelValue.Serialize(partition[0])
            : [.. partition.Select(ModelValue.Serialize).SelectMany(b => (byte[])[(byte)(b.Length >> 8), (byte)b.Length, .. b, 0])];
        return Partitioner.Murmur3.TokenOf(key);
    }

    /// <inheritdoc/>
    public int Compare(object[]? x, object[]? y)
    {
        if (clustering is null)
            return TokenOf(x!).CompareTo(TokenOf(y!));
        for (int i = 0; i < x!.Length; i++)
        {
            int order = ModelValue.Compare(x[i], y![i]);
            if (order != 0)
                return clustering[i].IsDescending ? -order : order;
        }

        return 0;
    }

    /// <inheritdoc/>
    public bool Equals(object[]? x, object[]? y) => Same(x!, y!);

    /// <inheritdoc/>
    public int GetHashCode(object[] obj) => obj.Aggregate(17, HashCode.Combine);
}
