using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>uuid</c>: ordered by version, then by time (version 1) or by the unsigned bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/UUIDType.java.</remarks>
internal sealed class UuidType() : AnyUuidType("uuid", "UUIDType")
{
    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (!TryParse(text, output))
            MarshalError.Throw($"Unable to make UUID from '{text}'");
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a string representation of a uuid"), output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        Validate(value);
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(value);
        ulong version = (high >> 12) & 0xF;
        output.WriteInt64((long)(version == 1
            ? TimeOrder(high)
            : (version << 60) | ((high >> 4) & 0x0FFFFFFFFFFFF000) | (high & 0xFFF)));
        output.Write(value[8..]);
    }

    /// <inheritdoc/>
    protected override int CompareFull(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        ulong leftHigh = BinaryPrimitives.ReadUInt64BigEndian(left);
        ulong rightHigh = BinaryPrimitives.ReadUInt64BigEndian(right);
        int leftVersion = (int)(leftHigh >> 12) & 0xF;
        int rightVersion = (int)(rightHigh >> 12) & 0xF;
        if (leftVersion != rightVersion)
            return leftVersion - rightVersion;
        int byHigh = leftVersion == 1 ? TimeOrder(leftHigh).CompareTo(TimeOrder(rightHigh)) : leftHigh.CompareTo(rightHigh);
        return byHigh != 0 ? byHigh : BinaryPrimitives.ReadUInt64BigEndian(left[8..]).CompareTo(BinaryPrimitives.ReadUInt64BigEndian(right[8..]));
    }
}

/// <summary><c>timeuuid</c>: version 1 only, ordered by time, then by the last eight bytes as signed ones.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/AbstractTimeUUIDType.java, utils/TimeUUID.java.</remarks>
internal sealed class TimeUuidType(string simpleClassName) : AnyUuidType("timeuuid", simpleClassName)
{
    private const ulong SignBits = 0x8080808080808080;
    private readonly bool _checksVersion = simpleClassName == "TimeUUIDType";

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        base.Validate(value);

        // The message shows the wrong byte, as Cassandra's does.
        if (_checksVersion && !value.IsEmpty && (value[6] & 0xF0) != 0x10)
            MarshalError.Throw($"Invalid version for TimeUUID type: 0x{value[0] >> 4:x}");
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        int start = output.Length;
        if (!TryParse(text, output))
            MarshalError.Throw($"Unknown timeuuid representation: {text}");
        if (output.Length == start + 16 && (output.WrittenSpan[start + 6] & 0xF0) != 0x10)
            MarshalError.Throw("TimeUUID supports only version 1 UUIDs");
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a string representation of a timeuuid"), output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        CheckLength(value);
        output.WriteInt64((long)TimeOrder(BinaryPrimitives.ReadUInt64BigEndian(value)));
        output.WriteInt64((long)(BinaryPrimitives.ReadUInt64BigEndian(value[8..]) ^ SignBits));
    }

    /// <inheritdoc/>
    protected override int CompareFull(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        ulong leftHigh = TimeOrder(BinaryPrimitives.ReadUInt64BigEndian(left));
        ulong rightHigh = TimeOrder(BinaryPrimitives.ReadUInt64BigEndian(right));
        if (leftHigh != rightHigh)
            return ((long)leftHigh).CompareTo((long)rightHigh);
        ulong leftLow = BinaryPrimitives.ReadUInt64BigEndian(left[8..]) ^ SignBits;
        return leftLow.CompareTo(BinaryPrimitives.ReadUInt64BigEndian(right[8..]) ^ SignBits);
    }
}

/// <summary>A UUID ordered by its two halves as signed numbers; has no name in CQL.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/LexicalUUIDType.java.</remarks>
internal sealed class LexicalUuidType() : AnyUuidType($"'{Package}LexicalUUIDType'", "LexicalUUIDType")
{
    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (!TryParse(text, output))
            MarshalError.Throw($"unable to make UUID from '{text}'");
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a string representation of a uuid"), output);

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => CqlTypes.Blob.WriteLiteral(value, output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        CheckLength(value);
        output.WriteInt64(BinaryPrimitives.ReadInt64BigEndian(value) ^ long.MinValue);
        output.WriteInt64(BinaryPrimitives.ReadInt64BigEndian(value[8..]) ^ long.MinValue);
    }

    /// <inheritdoc/>
    protected override int CompareFull(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int byHigh = BinaryPrimitives.ReadInt64BigEndian(left).CompareTo(BinaryPrimitives.ReadInt64BigEndian(right));
        return byHigh != 0 ? byHigh : BinaryPrimitives.ReadInt64BigEndian(left[8..]).CompareTo(BinaryPrimitives.ReadInt64BigEndian(right[8..]));
    }
}

/// <summary>What the UUID types share: sixteen bytes in the order in which they are written, or none.</summary>
internal abstract class AnyUuidType(string name, string simpleClassName) : NativeType(name, simpleClassName)
{
    private static readonly SearchValues<char> FormCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <inheritdoc/>
    public override int FixedLength => 16;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    public sealed override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length == 16 && right.Length == 16)
            return CompareFull(left, right);
        return (left.Length == 16) != (right.Length == 16) ? (left.Length == 16).CompareTo(right.Length == 16) : left.SequenceCompareTo(right);
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value) => CheckLength(value);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        CheckLength(value);
        return value.IsEmpty ? null : new Guid(value, bigEndian: true);
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case Guid guid:
                guid.TryWriteBytes(output.GetSpan(16), bigEndian: true, out int written);
                output.Advance(written);
                break;
            case string text:
                ParseText(text, output);
                break;
            default:
                MarshalError.ThrowObject(this, value);
                break;
        }
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        CheckLength(value);
        if (!value.IsEmpty)
            output.WriteFormatted(new Guid(value, bigEndian: true));
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'"');
        WriteText(value, output);
        output.WriteByte((byte)'"');
    }

    /// <summary>The order of two values of sixteen bytes.</summary>
    protected abstract int CompareFull(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>Checks the length only.</summary>
    protected static void CheckLength(ReadOnlySpan<byte> value)
    {
        if (value.Length != 16 && !value.IsEmpty)
            MarshalError.Throw($"UUID should be 16 or 0 bytes ({value.Length})");
    }

    /// <summary>The first eight bytes of a version 1 UUID with its time in order: version, high, middle, low.</summary>
    protected static ulong TimeOrder(ulong high) => (high << 48) | ((high << 16) & 0xFFFF00000000) | (high >> 32);

    /// <summary>Appends what a text of the usual form means; an empty text is no bytes.</summary>
    protected static bool TryParse(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty)
            return true;
        if (text.Length != 36 || text.IndexOfAnyExcept(FormCharacters) >= 0 || !Guid.TryParseExact(text, "D", out Guid guid))
            return false;
        guid.TryWriteBytes(output.GetSpan(16), bigEndian: true, out int written);
        output.Advance(written);
        return true;
    }
}
