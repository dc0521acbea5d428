using System.Buffers;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>The text of composites and tuples, whose parts are separated by colons.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/AbstractCompositeType.java.</remarks>
internal static class CompositeText
{
    /// <summary>Puts a backslash before each of some characters in what was written since an offset.</summary>
    public static void EscapeInPlace(int start, ReadOnlySpan<byte> characters, BufferWriter output)
    {
        ReadOnlySpan<byte> text = output.WrittenSpan[start..];
        if (text.IndexOfAny(characters) < 0)
            return;

        int length = text.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        text.CopyTo(copy);
        output.Truncate(start);
        foreach (byte b in copy.AsSpan(0, length))
        {
            if (characters.Contains(b))
                output.WriteByte((byte)'\\');
            output.WriteByte(b);
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>Splits at colons without a backslash before them; no parts of no text.</summary>
    public static List<string> Split(ReadOnlySpan<char> text)
    {
        List<string> parts = [];
        if (text.IsEmpty)
            return parts;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != ':' || (i > 0 && text[i - 1] == '\\'))
                continue;
            parts.Add(text[start..i].ToString());
            start = i + 1;
        }

        parts.Add(text[start..].ToString());
        return parts;
    }

    /// <summary>Undoes the escaping of a part of a composite: colons, and the mark behind a last backslash or exclamation mark.</summary>
    public static string Unescape(string part)
    {
        string text = part.Replace(@"\:", ":", StringComparison.Ordinal);
        return text.EndsWith('!') ? text[..^1] : text;
    }
}
