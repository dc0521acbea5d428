using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Output;

/// <summary>Values as people read them: simple ones bare, collections, tuples and user types as CQL literals.</summary>
internal static class TextForm
{
    public static void Write(CqlType type, ReadOnlySpan<byte> value, BufferWriter output)
    {
        // The text of a counter is the hex of its bytes; people want the number.
        if (type is NativeType and not CounterType)
            type.WriteText(value, output);
        else
            type.WriteLiteral(value, output);
    }

    /// <summary>A text with its control characters escaped, so that it stays on its line.</summary>
    public static string OnOneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => c switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ when char.IsControl(c) => $"\\x{(int)c:x2}",
            _ => c.ToString(),
        }))
        : text;
}
