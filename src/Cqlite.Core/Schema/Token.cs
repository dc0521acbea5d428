namespace Cqlite.Core.Schema;

/// <summary>
/// A place on the ring. For the Murmur3 and Random partitioners it is a number (<see cref="Value"/>); for the byte-ordered and
/// local ones it is the key itself, so that <see cref="Value"/> is zero and the bytes decide.
/// </summary>
/// <param name="Value">The number: a signed 64-bit one for Murmur3, 0 to 2^127 for Random.</param>
public readonly record struct Token(Int128 Value) : IComparable<Token>
{
    /// <inheritdoc/>
    public int CompareTo(Token other) => Value.CompareTo(other.Value);
}

/// <summary>A partition key with its token, owning its bytes: what outlives a cursor's current partition.</summary>
/// <param name="Token">The token.</param>
/// <param name="Key">The serialized partition key.</param>
public readonly record struct DecoratedKey(Token Token, ReadOnlyMemory<byte> Key);

/// <summary>
/// One end of a range of partitions: a key, or a token with all keys that have it on one side.
/// </summary>
/// <param name="Token">The token.</param>
/// <param name="Key">For a key's own position (and for byte-ordered tokens) the key's bytes; null when all keys of the token are meant.</param>
/// <param name="Side">-1: just before what is named; 0: exactly the key; +1: just after it.</param>
public readonly record struct RingPosition(Token Token, ReadOnlyMemory<byte>? Key, int Side)
{
    /// <summary>Before every partition.</summary>
    public static RingPosition Minimum { get; } = new(new Token(Int128.MinValue), null, -1);

    /// <summary>After every partition.</summary>
    public static RingPosition Maximum { get; } = new(new Token(Int128.MaxValue), null, +1);

    /// <summary>Just before (side -1) or after (+1) all keys of a token; 0 is not a side here.</summary>
    public static RingPosition OfToken(Token token, int side) => new(token, null, side);

    /// <summary>At a key, or just before or after it.</summary>
    public static RingPosition OfKey(DecoratedKey key, int side) => new(key.Token, key.Key, side);
}
