using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>inet</c>: an IPv4 address in four bytes or an IPv6 address in sixteen, ordered by the bytes. Printed without the shortening of zeros.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/InetAddressType.java, serializers/InetAddressSerializer.java.</remarks>
internal sealed class InetType() : NativeType("inet", "InetAddressType")
{
    private static readonly SearchValues<char> V4Characters = SearchValues.Create("0123456789.");

    /// <inheritdoc/>
    public override bool IsByteOrdered => true;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    protected override bool QuotesLiteral => true;

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length is not (0 or 4 or 16))
            MarshalError.Throw($"Expected 4 or 16 byte inetaddress; got {Hex.Format(value)}");
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        Validate(value);
        return value.IsEmpty ? null : new IPAddress(value);
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case IPAddress address:
                address.TryWriteBytes(output.GetSpan(16), out int written);
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

    /// <summary>Takes addresses only: names, which Cassandra's node would ask its resolver for, are refused.</summary>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty || TryParseV4(text, output))
            return;

        ReadOnlySpan<char> bare = text[0] == '[' && text[^1] == ']' ? text[1..^1] : text;
        if (!bare.Contains(':') || bare.Contains('[') || !IPAddress.TryParse(bare, out IPAddress? address))
        {
            MarshalError.Throw($"Unable to make inet address from '{text}'");
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        output.Write(IsMapped(bytes[..length]) ? bytes.Slice(12, 4) : bytes[..length]);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a string representation of an inet value"), output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        if (IsMapped(value))
            value = value[12..];
        Span<byte> target = output.GetSpan(40);
        int n = 0;
        if (value.Length == 4)
        {
            for (int i = 0; i < 4; i++)
            {
                if (i > 0)
                    target[n++] = (byte)'.';
                value[i].TryFormat(target[n..], out int written, default, CultureInfo.InvariantCulture);
                n += written;
            }
        }
        else
        {
            for (int i = 0; i < value.Length; i += 2)
            {
                if (i > 0)
                    target[n++] = (byte)':';
                ((value[i] << 8) | value[i + 1]).TryFormat(target[n..], out int written, "x", CultureInfo.InvariantCulture);
                n += written;
            }
        }

        output.Advance(n);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'"');
        WriteText(value, output);
        output.WriteByte((byte)'"');
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteEscaped(value, output);

    private static bool IsMapped(ReadOnlySpan<byte> value) => value.Length == 16 && value.StartsWith(MappedPrefix);

    /// <summary>One to four decimal numbers; the last one fills the bytes that are left.</summary>
    private static bool TryParseV4(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IndexOfAnyExcept(V4Characters) >= 0)
            return false;
        uint address = 0;
        for (int part = 0; part < 4; part++)
        {
            int dot = text.IndexOf('.');
            ReadOnlySpan<char> digits = dot < 0 ? text : text[..dot];
            if (digits.IsEmpty || !ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
                return false;
            if (dot < 0)
            {
                int bits = 32 - (8 * part);
                if (number >> bits != 0)
                    return false;
                output.WriteInt32((int)(address | (uint)number));
                return true;
            }

            if (number > 255)
                return false;
            address |= (uint)number << (24 - (8 * part));
            text = text[(dot + 1)..];
        }

        return false;
    }
}
