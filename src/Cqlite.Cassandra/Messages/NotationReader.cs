using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>
/// Reads the notations of the protocol's specification from a body. Byte strings are slices of it, valid as long as it is. What runs past
/// the end becomes a <see cref="ProtocolException"/>, in Cassandra's words where it has any.
/// </summary>
/// <remarks>
/// <code>
/// [string]        2 bytes length, UTF-8           [long string]   4 bytes length, UTF-8
/// [short bytes]   2 bytes length, bytes           [bytes]         4 bytes length, bytes; negative: null
/// [value]         as [bytes]; -1 null, -2 unset   [uuid]          16 bytes
/// [inetaddr]      1 byte length, 4 or 16 bytes    [inet]          [inetaddr], 4 bytes port
/// [string list]   2 bytes count, strings          [string map]    2 bytes count, pairs of strings
/// source          org/apache/cassandra/transport/CBUtil.java
/// </code>
/// </remarks>
internal ref struct NotationReader(ReadOnlyMemory<byte> body)
{
    private readonly ReadOnlyMemory<byte> _body = body;
    private SpanReader _reader = new(body.Span, "message");

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _reader.Position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _reader.Remaining;

    /// <summary>What is left, unread.</summary>
    public readonly ReadOnlyMemory<byte> Rest => _body[_reader.Position..];

    /// <summary>[byte]</summary>
    public byte ReadByte()
    {
        Require(1, "a byte");
        return _reader.ReadByte();
    }

    /// <summary>[short]</summary>
    public ushort ReadUInt16()
    {
        Require(sizeof(ushort), "a short");
        return _reader.ReadUInt16();
    }

    /// <summary>[int]</summary>
    public int ReadInt32()
    {
        Require(sizeof(int), "an int");
        return _reader.ReadInt32();
    }

    /// <summary>[long]</summary>
    public long ReadInt64()
    {
        Require(sizeof(long), "a long");
        return _reader.ReadInt64();
    }

    /// <summary>[string]</summary>
    public string ReadString() => ReadText(TryReadUInt16(), "an UTF8 serialized string preceded by its 2 bytes length");

    /// <summary>[long string]</summary>
    public string ReadLongString() => ReadText(TryReadInt32(), "an UTF8 serialized string preceded by its 4 bytes length");

    /// <summary>[short bytes]</summary>
    public ReadOnlyMemory<byte> ReadShortBytes() => Slice(TryReadUInt16(), "a byte array preceded by its 2 bytes length");

    /// <summary>[bytes]; null for a negative length.</summary>
    public ReadOnlyMemory<byte>? ReadBytes()
    {
        int length = ReadInt32();
        if (length < 0)
            return null;
        return Slice(length, "a byte array preceded by its 4 bytes length");
    }

    /// <summary>[value]</summary>
    public BoundValue ReadValue(ProtocolVersion version)
    {
        int length = ReadInt32();
        if (length >= 0)
            return BoundValue.Of(Slice(length, "a value preceded by its 4 bytes length"));
        if (length == -1 || !version.HasUnset)
            return BoundValue.Null;
        if (length != -2)
            ProtocolException.Throw($"Invalid ByteBuf length {length}");
        return BoundValue.Unset;
    }

    /// <summary>[uuid]</summary>
    public Guid ReadUuid()
    {
        Require(16, "a uuid");
        return new Guid(_reader.ReadBytes(16), bigEndian: true);
    }

    /// <summary>[inetaddr]</summary>
    public IPAddress ReadAddress()
    {
        int length = ReadByte();
        if (length is not (4 or 16))
            ProtocolException.Throw($"Invalid IP address of {length} bytes while deserializing inet address");
        Require(length, "an address");
        return new IPAddress(_reader.ReadBytes(length));
    }

    /// <summary>[inet]</summary>
    public IPEndPoint ReadEndPoint()
    {
        IPAddress address = ReadAddress();
        int port = ReadInt32();
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            ProtocolException.Throw($"port out of range:{port}");
        return new IPEndPoint(address, port);
    }

    /// <summary>[consistency]</summary>
    public ConsistencyLevel ReadConsistency()
    {
        int code = ReadUInt16();
        if (code > (int)ConsistencyLevel.NodeLocal)
            ProtocolException.Throw($"Unknown code {code} for a consistency level");
        return (ConsistencyLevel)code;
    }

    /// <summary>[string list]</summary>
    public string[] ReadStringList()
    {
        string[] list = new string[ReadCount(sizeof(ushort))];
        for (int i = 0; i < list.Length; i++)
            list[i] = ReadString();
        return list;
    }

    /// <summary>[string map], in the order in which it was sent.</summary>
    public KeyValuePair<string, string>[] ReadStringMap()
    {
        var map = new KeyValuePair<string, string>[ReadCount(2 * sizeof(ushort))];
        for (int i = 0; i < map.Length; i++)
            map[i] = new(ReadString(), ReadString());
        return map;
    }

    /// <summary>[string multimap], in the order in which it was sent.</summary>
    public KeyValuePair<string, IReadOnlyList<string>>[] ReadStringMultimap()
    {
        var map = new KeyValuePair<string, IReadOnlyList<string>>[ReadCount(2 * sizeof(ushort))];
        for (int i = 0; i < map.Length; i++)
            map[i] = new(ReadString(), ReadStringList());
        return map;
    }

    /// <summary>[bytes map], in the order in which it was sent.</summary>
    public KeyValuePair<string, ReadOnlyMemory<byte>?>[] ReadBytesMap()
    {
        var map = new KeyValuePair<string, ReadOnlyMemory<byte>?>[ReadCount(sizeof(ushort) + sizeof(int))];
        for (int i = 0; i < map.Length; i++)
            map[i] = new(ReadString(), ReadBytes());
        return map;
    }

    /// <summary>A [string] that is one of a few names, in letters of any case.</summary>
    /// <param name="names">The names.</param>
    /// <param name="kind">What they are names of, for the error.</param>
    /// <returns>The name's index.</returns>
    public int ReadName(ReadOnlySpan<string> names, string kind)
    {
        string name = ReadString();
        for (int i = 0; i < names.Length; i++)
        {
            if (string.Equals(names[i], name, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        throw new ProtocolException($"Invalid value '{name}' for {kind}");
    }

    /// <summary>A count in 2 bytes, checked against what is left before memory is asked for.</summary>
    public int ReadCount(int minimumItemBytes) => CheckCount(ReadUInt16(), minimumItemBytes);

    /// <summary>Checks, before memory is asked for, that so many items can be in what is left.</summary>
    public readonly int CheckCount(long count, long minimumItemBytes)
    {
        if (count < 0 || count * minimumItemBytes > Remaining)
            ProtocolException.Throw($"{count} items of at least {minimumItemBytes} bytes can't be in the {Remaining} bytes that are left of the message");
        return (int)count;
    }

    private int TryReadUInt16() => Remaining < sizeof(ushort) ? -1 : _reader.ReadUInt16();

    private int TryReadInt32() => Remaining < sizeof(int) ? -1 : _reader.ReadInt32();

    private string ReadText(int length, string what)
    {
        if ((uint)length > (uint)Remaining)
            ThrowShort(what);
        ReadOnlySpan<byte> bytes = _reader.ReadBytes(length);
        if (!Utf8.IsValid(bytes))
            ProtocolException.Throw($"Cannot decode string as UTF8: '{Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, 256)])}'");
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private ReadOnlyMemory<byte> Slice(int length, string what)
    {
        if ((uint)length > (uint)Remaining)
            ThrowShort(what);
        ReadOnlyMemory<byte> slice = _body.Slice(_reader.Position, length);
        _reader.Skip(length);
        return slice;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Require(int length, string what)
    {
        if (Remaining < length)
            ThrowShort(what);
    }

    private static void ThrowShort(string what) => ProtocolException.Throw($"Not enough bytes to read {what}");
}
