using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>A payload as it is stored after its node, held without an object of its own.</summary>
internal struct TriePayload
{
    private const int MaxBytes = 20;

    private Storage _storage;
    private readonly byte _length;

    /// <summary>Creates a payload of zeros.</summary>
    /// <param name="bits">The four bits that the node keeps of it: not zero.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    public TriePayload(int bits, int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, MaxBytes);
        Bits = (byte)bits;
        _length = (byte)lengthBytes;
    }

    /// <summary>The four bits that the node keeps of it; 0 for no payload.</summary>
    public byte Bits { get; }

    /// <summary>Length in bytes.</summary>
    public readonly int Length => _length;

    /// <summary>The bytes.</summary>
    [UnscopedRef]
    public Span<byte> Bytes => ((Span<byte>)_storage)[.._length];

    [InlineArray(MaxBytes)]
    private struct Storage
    {
        private byte _first;
    }
}
