using System.Text.Json;

namespace Cqlite.Core.Query.Functions;

/// <summary>What Cassandra's JSON reader, Jackson, says of texts that are no JSON: the commonest mistakes in its words.</summary>
internal static class JacksonError
{
    private const string Package = "com.fasterxml.jackson.";
    private const string MapType = "`java.util.LinkedHashMap<java.lang.Object,java.lang.Object>`";

    /// <summary>Why a text does not parse.</summary>
    public static string Describe(string text)
    {
        int start = SkipSpace(text, 0);
        if (start == text.Length)
            return $"{Package}databind.exc.MismatchedInputException: No content to map due to end-of-input{Place(text, -1)}";
        int at = start;
        string? problem = SkipValue(text, ref at, within: null);
        return $"{Package}core.{problem ?? $"JsonParseException: Unexpected character{Place(text, Math.Min(at, text.Length))}"}";
    }

    /// <summary>Why a text that is another value than an object does not serve.</summary>
    public static string DescribeNoObject(string text, JsonElement value)
    {
        (string kind, string token) = value.ValueKind switch
        {
            JsonValueKind.Array => ("Array", "START_ARRAY"),
            JsonValueKind.String => ("String", "VALUE_STRING"),
            JsonValueKind.True => ("Boolean", "VALUE_TRUE"),
            JsonValueKind.False => ("Boolean", "VALUE_FALSE"),
            _ when value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') >= 0 => ("Floating-point", "VALUE_NUMBER_FLOAT"),
            _ => ("Integer", "VALUE_NUMBER_INT"),
        };
        string mismatch = $"{Package}databind.exc.MismatchedInputException: Cannot ";
        int start = SkipSpace(text, 0);
        return value.ValueKind == JsonValueKind.String
            ? $"{mismatch}construct instance of `java.util.LinkedHashMap` (although at least one Creator exists): no String-argument constructor/factory method to deserialize from String value ('{value.GetString()}'){Place(text, start)}"
            : $"{mismatch}deserialize value of type {MapType} from {kind} value (token `JsonToken.{token}`){Place(text, start)}";
    }

    private static string? SkipValue(string text, ref int at, Container? within)
    {
        at = SkipSpace(text, at);
        if (at >= text.Length)
            return EndOfInput(text, within);
        int depth = within?.Depth ?? 0;
        switch (text[at])
        {
            case '{' or '[' when depth >= JsonText.MaxDepth:
                return $"exc.StreamConstraintsException: Document nesting depth ({depth + 1}) exceeds the maximum allowed ({JsonText.MaxDepth}, from `StreamReadConstraints.getMaxNestingDepth()`){Place(text, at + 1)}";
            case '{':
                return SkipObject(text, ref at, depth + 1);
            case '[':
                return SkipArray(text, ref at, depth + 1);
            case '"':
                return SkipString(text, ref at, isName: false);
            case '-' or (>= '0' and <= '9'):
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '+' or '-' or '.'))
                    at++;
                return null;
            case char first when char.IsLetter(first) || first is '_' or '$':
                return SkipWord(text, ref at);
            default:
                return Unexpected(text, at, "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')");
        }
    }

    private static string? SkipObject(string text, ref int at, int depth)
    {
        var own = new Container("Object", at, depth);
        at = SkipSpace(text, at + 1);
        if (at < text.Length && text[at] == '}')
        {
            at++;
            return null;
        }

        while (true)
        {
            if (at >= text.Length)
                return EndOfInput(text, own);
            if (text[at] != '"')
                return Unexpected(text, at, "was expecting double-quote to start field name");
            if (SkipString(text, ref at, isName: true) is { } badName)
                return badName;
            at = SkipSpace(text, at);
            if (at < text.Length && text[at] != ':')
                return Unexpected(text, at, "was expecting a colon to separate field name and value");
            at = SkipSpace(text, at + 1);
            if (at >= text.Length)
                return $"io.JsonEOFException: {own.EndBetween}{Place(text, text.Length)}";
            if (SkipValue(text, ref at, own) is { } badValue)
                return badValue;
            string? badSeparator = SkipSeparator(text, ref at, own, '}', out bool isEnd);
            if (badSeparator is not null || isEnd)
                return badSeparator;
        }
    }

    private static string? SkipArray(string text, ref int at, int depth)
    {
        var own = new Container("Array", at, depth);
        at = SkipSpace(text, at + 1);
        if (at < text.Length && text[at] == ']')
        {
            at++;
            return null;
        }

        while (true)
        {
            if (SkipValue(text, ref at, own) is { } badValue)
                return badValue;
            string? badSeparator = SkipSeparator(text, ref at, own, ']', out bool isEnd);
            if (badSeparator is not null || isEnd)
                return badSeparator;
        }
    }

    // The comma after an entry with what comes next, or the end of the object or array.
    private static string? SkipSeparator(string text, ref int at, Container own, char end, out bool isEnd)
    {
        at = SkipSpace(text, at);
        isEnd = at < text.Length && text[at] == end;
        if (at >= text.Length)
            return EndOfInput(text, own);
        if (!isEnd && text[at] != ',')
            return Unexpected(text, at, $"was expecting comma to separate {own.Kind} entries");
        at++;
        if (isEnd)
            return null;
        at = SkipSpace(text, at);
        return at < text.Length ? null : $"JsonParseException: {own.EndBetween}{Place(text, text.Length)}";
    }

    private static string? SkipString(string text, ref int at, bool isName)
    {
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return null;
            }

            if (text[at] < ' ')
            {
                return $"JsonParseException: Illegal unquoted character ((CTRL-CHAR, code {(int)text[at]})): has to be escaped using backslash to be included in "
                    + $"string value{Place(text, at + 1)}";
            }

            if (text[at] == '\\')
                at++;
        }

        string where = isName ? " in field name" : ": was expecting closing quote for a string value";
        return $"io.JsonEOFException: Unexpected end-of-input{where}{Place(text, text.Length)}";
    }

    private static string? SkipWord(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$'))
            at++;
        string word = text[start..at];
        return word is "true" or "false" or "null"
            ? null
            : $"JsonParseException: Unrecognized token '{word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'){Place(text, at)}";
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
            at++;
        return at;
    }

    private static string Unexpected(string text, int at, string expected)
    {
        char found = text[at];
        string reason = found == '/'
            ? "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)"
            : expected;
        return $"JsonParseException: Unexpected character ('{found}' (code {(int)found})): {reason}{Place(text, at)}";
    }

    private static string EndOfInput(string text, Container? within) => within is not { } open
        ? $"JsonParseException: Unexpected end-of-input{Place(text, text.Length)}"
        : $"io.JsonEOFException: Unexpected end-of-input: expected close marker for {open.Kind} (start marker at {Source(text, open.Start)}){Place(text, text.Length)}";

    private static string Place(string text, int at) => $"\n at {Source(text, at)}";

    // Lines and columns count from 1; -1 stands for a line alone.
    private static string Source(string text, int at)
    {
        int line = 1;
        int column = 1;
        for (int i = 0; i < at && i < text.Length; i++)
        {
            column++;
            if (text[i] != '\n')
                continue;
            line++;
            column = 1;
        }

        string where = at < 0 ? $"line: {line}" : $"line: {line}, column: {column}";
        return $"[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); {where}]";
    }

    /// <summary>An object or array, and where it begins.</summary>
    private readonly record struct Container(string Kind, int Start, int Depth)
    {
        public string EndBetween => $"Unexpected end-of-input within/between {Kind} entries";
    }
}
