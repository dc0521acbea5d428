using System.Security.Cryptography;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema;

/// <summary>Gives partition keys their tokens, and so partitions their order.</summary>
/// <remarks>Source: org/apache/cassandra/dht/{Murmur3,Random,ByteOrdered,Local}Partitioner.java.</remarks>
public abstract class Partitioner
{
    /// <summary>Cassandra's default: the token is a 64-bit hash.</summary>
    public static Partitioner Murmur3 { get; } = new Murmur3Partitioner();

    /// <summary>The token is the absolute value of the key's MD5 digest.</summary>
    public static Partitioner Random { get; } = new RandomPartitioner();

    /// <summary>Partitions stand in the order of their keys' bytes.</summary>
    public static Partitioner ByteOrdered { get; } = new ByteOrderedPartitioner();

    /// <summary>Cassandra's full class name.</summary>
    public abstract string ClassName { get; }

    /// <summary>Whether tokens are keys, so that <see cref="Token.Value"/> is always zero.</summary>
    public virtual bool TokensAreKeys => false;

    /// <summary>The type whose order keys stand in, of the local partitioner; null for others.</summary>
    internal virtual CqlType? KeyType => null;

    /// <summary>The token of a serialized partition key.</summary>
    public abstract Token TokenOf(ReadOnlySpan<byte> key);

    /// <summary>The order of two keys whose tokens are known.</summary>
    public int Compare(Token leftToken, ReadOnlySpan<byte> left, Token rightToken, ReadOnlySpan<byte> right)
    {
        int byToken = leftToken.Value.CompareTo(rightToken.Value);
        return byToken != 0 ? byToken : CompareKeys(left, right);
    }

    /// <summary>Where a key stands against the end of a range; never 0 unless the position is that key exactly.</summary>
    public int Compare(Token token, ReadOnlySpan<byte> key, in RingPosition position)
    {
        int byToken = token.Value.CompareTo(position.Token.Value);
        if (byToken != 0)
            return byToken;
        if (position.Key is { } bound)
        {
            int byKey = CompareKeys(key, bound.Span);
            if (byKey != 0)
                return byKey;
        }

        return -position.Side;
    }

    /// <summary>The order of keys of equal tokens.</summary>
    protected virtual int CompareKeys(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <summary>The local partitioner of a system or index table, whose keys stand in their type's order.</summary>
    /// <param name="keyType">
    /// The partition key's type. The hidden table of an index on a collection names the collection's type, but its keys are elements.
    /// </param>
    public static Partitioner Local(CqlType keyType)
    {
        ArgumentNullException.ThrowIfNull(keyType);
        return new LocalPartitioner(!keyType.IsMultiCell ? keyType : keyType is SetType ? keyType.PathType! : keyType.CellType);
    }

    /// <summary>The partitioner of a class name as Statistics.db and system tables have it.</summary>
    /// <param name="className">Full or simple class name; of the local one with its type in parentheses.</param>
    /// <param name="keyType">The partition key's type, for the local partitioner.</param>
    /// <param name="file">The file that named it.</param>
    /// <exception cref="UnsupportedFormatException">No partitioner of Cassandra's.</exception>
    public static Partitioner FromClassName(string className, CqlType? keyType, string file)
    {
        ArgumentNullException.ThrowIfNull(className);
        string simple = className.Split('(')[0];
        simple = simple[(simple.LastIndexOf('.') + 1)..];
        return simple switch
        {
            "Murmur3Partitioner" => Murmur3,
            "RandomPartitioner" => Random,
            "ByteOrderedPartitioner" => ByteOrdered,
            "LocalPartitioner" when keyType is not null => Local(keyType),
            _ => throw new UnsupportedFormatException(
                file,
                $"partitioner '{className}' is not known; Murmur3Partitioner, RandomPartitioner, ByteOrderedPartitioner and LocalPartitioner are."),
        };
    }

    private sealed class Murmur3Partitioner : Partitioner
    {
        public override string ClassName => "org.apache.cassandra.dht.Murmur3Partitioner";

        public override Token TokenOf(ReadOnlySpan<byte> key) => new(Encoding.Murmur3.Token(key));
    }

    private sealed class RandomPartitioner : Partitioner
    {
        public override string ClassName => "org.apache.cassandra.dht.RandomPartitioner";

        public override Token TokenOf(ReadOnlySpan<byte> key)
        {
            Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
            MD5.HashData(key, digest);
            Int128 number = System.Buffers.Binary.BinaryPrimitives.ReadInt128BigEndian(digest);

            // Java's BigInteger.abs of the smallest number is 2^127, which Int128 can't hold; its own wrap keeps it last
            // only as an unsigned number, so that it is capped one below. No MD5 digest of that value is known.
            return new Token(number == Int128.MinValue ? Int128.MaxValue : Int128.Abs(number));
        }
    }

    private sealed class ByteOrderedPartitioner : Partitioner
    {
        public override string ClassName => "org.apache.cassandra.dht.ByteOrderedPartitioner";

        public override bool TokensAreKeys => true;

        public override Token TokenOf(ReadOnlySpan<byte> key) => default;
    }

    private sealed class LocalPartitioner(CqlType keyType) : Partitioner
    {
        public override string ClassName => "org.apache.cassandra.dht.LocalPartitioner";

        internal override CqlType KeyType => keyType;

        public override bool TokensAreKeys => true;

        public override Token TokenOf(ReadOnlySpan<byte> key) => default;

        protected override int CompareKeys(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => keyType.Compare(left, right);
    }
}
