using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>Deletion times as versions with unsigned deletion times (oa, da) store them: no deletion takes one byte.</summary>
/// <remarks>
/// <code>
/// 0x80                                             no deletion
/// 0:1 marked_at:63  local_seconds:unsigned 32      a deletion; the first byte's sign tells the two apart
/// </code>
/// Source: org/apache/cassandra/db/DeletionTime.java (Serializer).
/// </remarks>
internal static class FlaggedDeletionTime
{
    /// <summary>Bytes of the longer form.</summary>
    public const int MaxBytes = 12;

    private const byte Live = 0x80;

    /// <summary>Reads either form.</summary>
    public static DeletionTime Read(ref SpanReader reader)
    {
        ReadOnlySpan<byte> rest = reader.Rest;
        if (rest.Length > 0 && (rest[0] & Live) != 0)
        {
            if (rest[0] != Live)
                reader.Throw($"a deletion time begins with 0x{rest[0]:x2}; 0x80, or less, is expected.");
            reader.Skip(1);
            return DeletionTime.Live;
        }

        long markedAtMicros = reader.ReadInt64();
        return new DeletionTime(markedAtMicros, DeletionTimes.FromUInt(reader.ReadUInt32()));
    }

    /// <summary>Bytes of a deletion.</summary>
    public static int Length(in DeletionTime deletion) => deletion.IsLive ? 1 : MaxBytes;

    /// <summary>Appends either form.</summary>
    /// <exception cref="UnsupportedFormatException">A negative timestamp, which this form can't hold: its sign is what marks the absence of a deletion.</exception>
    public static void Write(in DeletionTime deletion, BufferWriter output)
    {
        if (deletion.IsLive)
        {
            output.WriteByte(Live);
            return;
        }

        if (deletion.MarkedAtMicros < 0)
            throw new UnsupportedFormatException($"a partition was deleted with timestamp {deletion.MarkedAtMicros}; versions from oa on have no room for negative ones. Version nb has.");
        output.WriteInt64(deletion.MarkedAtMicros);
        output.WriteInt32((int)(uint)Math.Min(deletion.LocalSeconds, uint.MaxValue));
    }
}
