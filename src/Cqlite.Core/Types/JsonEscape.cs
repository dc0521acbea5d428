using System.Buffers;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>Quotes text for JSON as Jackson does: the quote, the backslash and control characters are escaped, all else stays as it is.</summary>
/// <remarks>Source: org/apache/cassandra/utils/JsonUtils.java (quoteAsJsonString).</remarks>
internal static class JsonEscape
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, (byte)'"', (byte)'\\']);

    /// <summary>Writes UTF-8 text as a JSON string, quotes included.</summary>
    public static void WriteQuoted(ReadOnlySpan<byte> text, BufferWriter output)
    {
        int special = text.IndexOfAny(Special);
        if (special < 0)
        {
            Span<byte> target = output.GetSpan(text.Length + 2);
            target[0] = (byte)'"';
            text.CopyTo(target[1..]);
            target[text.Length + 1] = (byte)'"';
            output.Advance(text.Length + 2);
            return;
        }

        output.WriteByte((byte)'"');
        WriteEscaped(text, special, output);
        output.WriteByte((byte)'"');
    }

    /// <summary>Writes UTF-8 text escaped, without quotes.</summary>
    public static void Write(ReadOnlySpan<byte> text, BufferWriter output) => WriteEscaped(text, text.IndexOfAny(Special), output);

    /// <summary>Whether the text stands in JSON as it is.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text) => text.IndexOfAny(Special) < 0;

    private static void WriteEscaped(ReadOnlySpan<byte> text, int special, BufferWriter output)
    {
        while (special >= 0)
        {
            output.Write(text[..special]);
            byte c = text[special];
            byte letter = c switch
            {
                (byte)'"' or (byte)'\\' => c,
                8 => (byte)'b',
                9 => (byte)'t',
                10 => (byte)'n',
                12 => (byte)'f',
                13 => (byte)'r',
                _ => 0,
            };
            if (letter != 0)
            {
                output.WriteByte((byte)'\\');
                output.WriteByte(letter);
            }
            else
            {
                output.Write(@"\u00"u8);
                output.WriteByte("0123456789ABCDEF"u8[c >> 4]);
                output.WriteByte("0123456789ABCDEF"u8[c & 15]);
            }

            text = text[(special + 1)..];
            special = text.IndexOfAny(Special);
        }

        output.Write(text);
    }
}
