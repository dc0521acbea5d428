using System.Numerics;

namespace Cqlite.Cassandra.Frames;

/// <summary>Memory that is used again and again; what one large message needed is let go with the next small one.</summary>
internal sealed class ScratchBuffer
{
    /// <summary>The most bytes that are kept.</summary>
    public const int KeptBytes = 1 << 20;

    private byte[] _bytes = [];

    /// <summary>So many bytes, with any content; what was taken before is void.</summary>
    public Memory<byte> Take(int lengthBytes)
    {
        if (_bytes.Length < lengthBytes || (_bytes.Length > KeptBytes && lengthBytes <= KeptBytes))
            _bytes = GC.AllocateUninitializedArray<byte>(lengthBytes > KeptBytes ? lengthBytes : (int)BitOperations.RoundUpToPowerOf2((uint)lengthBytes));
        return _bytes.AsMemory(0, lengthBytes);
    }
}
