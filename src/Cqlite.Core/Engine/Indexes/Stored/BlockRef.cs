using Cqlite.Core.Encoding;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>Where a block of an index file is; its checksum stands behind it.</summary>
/// <param name="Offset">Offset of its first byte in the file.</param>
/// <param name="LengthBytes">Its length, without the checksum.</param>
internal readonly record struct BlockRef(long Offset, int LengthBytes)
{
    /// <summary>Reads a reference.</summary>
    public static BlockRef Read(ref SpanReader reader) => new((long)reader.ReadUnsignedVInt(), reader.ReadUnsignedVInt32());

    /// <summary>Writes a reference.</summary>
    public void Write(BufferWriter writer)
    {
        writer.WriteUnsignedVInt((ulong)Offset);
        writer.WriteUnsignedVInt((ulong)LengthBytes);
    }
}
