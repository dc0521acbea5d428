using System.Buffers.Binary;
using System.Net;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>The writing half of <see cref="NotationReader"/>: what the buffer of the core does not have of the protocol's notations.</summary>
internal static class NotationWriting
{
    /// <summary>[string]; a text that is longer than 65,535 bytes is cut after a whole letter, as it can only be a message to be read.</summary>
    public static void WriteString(this BufferWriter output, string text)
    {
        int start = output.Length;
        output.WriteUInt16(0);
        output.WriteText(text);
        int length = output.Length - start - sizeof(ushort);
        if (length > ushort.MaxValue)
        {
            length = ushort.MaxValue;
            while ((output.Patch(start + sizeof(ushort) + length, 1)[0] & 0xC0) == 0x80)
                length--;
            output.Truncate(start + sizeof(ushort) + length);
        }

        BinaryPrimitives.WriteUInt16BigEndian(output.Patch(start, sizeof(ushort)), (ushort)length);
    }

    /// <summary>[long string]</summary>
    public static void WriteLongString(this BufferWriter output, string text)
    {
        output.WriteInt32(System.Text.Encoding.UTF8.GetByteCount(text));
        output.WriteText(text);
    }

    /// <summary>[bytes]</summary>
    public static void WriteBytes(this BufferWriter output, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is { } present)
            output.WriteIntBytes(present.Span);
        else
            output.WriteInt32(-1);
    }

    /// <summary>[value]</summary>
    public static void WriteValue(this BufferWriter output, in BoundValue value)
    {
        if (value.IsNull || value.IsUnset)
            output.WriteInt32(value.IsNull ? -1 : -2);
        else
            output.WriteIntBytes(value.Bytes.Span);
    }

    /// <summary>[uuid]</summary>
    public static void WriteUuid(this BufferWriter output, Guid value)
    {
        _ = value.TryWriteBytes(output.GetSpan(16), bigEndian: true, out int written);
        output.Advance(written);
    }

    /// <summary>[inetaddr]</summary>
    public static void WriteAddress(this BufferWriter output, IPAddress address)
    {
        _ = address.TryWriteBytes(output.GetSpan(17)[1..], out int written);
        output.GetSpan(1)[0] = (byte)written;
        output.Advance(1 + written);
    }

    /// <summary>[inet]</summary>
    public static void WriteEndPoint(this BufferWriter output, IPEndPoint endPoint)
    {
        output.WriteAddress(endPoint.Address);
        output.WriteInt32(endPoint.Port);
    }

    /// <summary>[consistency]</summary>
    public static void WriteConsistency(this BufferWriter output, ConsistencyLevel level) => output.WriteUInt16((ushort)level);

    /// <summary>A count in 2 bytes.</summary>
    /// <exception cref="ArgumentException">There are more than 65,535.</exception>
    public static void WriteCount(this BufferWriter output, int count)
    {
        if (count > ushort.MaxValue)
            throw new ArgumentException($"the protocol has room for 65,535 items, not for {count:N0}.", nameof(count));
        output.WriteUInt16((ushort)count);
    }

    /// <summary>[string list]</summary>
    public static void WriteStringList(this BufferWriter output, IReadOnlyList<string> list)
    {
        output.WriteCount(list.Count);
        foreach (string text in list)
            output.WriteString(text);
    }

    /// <summary>[string map]</summary>
    public static void WriteStringMap(this BufferWriter output, IReadOnlyList<KeyValuePair<string, string>> map)
    {
        output.WriteCount(map.Count);
        foreach ((string key, string value) in map)
        {
            output.WriteString(key);
            output.WriteString(value);
        }
    }

    /// <summary>[string multimap]</summary>
    public static void WriteStringMultimap(this BufferWriter output, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> map)
    {
        output.WriteCount(map.Count);
        foreach ((string key, IReadOnlyList<string> values) in map)
        {
            output.WriteString(key);
            output.WriteStringList(values);
        }
    }

    /// <summary>[bytes map]</summary>
    public static void WriteBytesMap(this BufferWriter output, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>?>> map)
    {
        output.WriteCount(map.Count);
        foreach ((string key, ReadOnlyMemory<byte>? value) in map)
        {
            output.WriteString(key);
            output.WriteBytes(value);
        }
    }
}
