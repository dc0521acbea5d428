using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>The numbers and checksums that reader and writer of segments share.</summary>
/// <remarks>
/// <code>
/// segment   head (CommitLogDescriptor), then sections, each begun by a sync marker:
///
/// marker    int32  position of the next marker, which ends this section; 0 after the last
///           int32  CRC32 over the low half of the segment's id, the high half, this marker's own position (each as int32)
/// section   plain:      mutations
///           compressed: int32 length of the mutations, then the mutations compressed
/// mutation  int32  size; 0 ends the section
///           int32  CRC32 of the size
///           bytes  the mutation
///           int32  CRC32 of size and mutation
/// </code>
/// Source: org/apache/cassandra/db/commitlog/{CommitLogSegment,CommitLogReader,CommitLogSegmentReader}.java.
/// </remarks>
internal static class CommitLogFormat
{
    /// <summary>Length of a sync marker in bytes.</summary>
    public const int MarkerLength = 8;

    /// <summary>What a mutation takes beyond its own bytes.</summary>
    public const int MutationOverhead = 12;

    /// <summary>A mutation is never shorter; a smaller size is garbage.</summary>
    public const int MinimumMutationLength = 10;

    /// <summary>The checksum of a sync marker.</summary>
    public static uint MarkerChecksum(long segmentId, int position)
    {
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteInt32BigEndian(numbers, (int)segmentId);
        BinaryPrimitives.WriteInt32BigEndian(numbers[4..], (int)(segmentId >> 32));
        BinaryPrimitives.WriteInt32BigEndian(numbers[8..], position);
        return Crc32.Compute(numbers);
    }

    /// <summary>The checksum of a mutation's size, which that of its bytes goes on from.</summary>
    public static uint SizeChecksum(int size)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, size);
        return Crc32.Compute(number);
    }
}
