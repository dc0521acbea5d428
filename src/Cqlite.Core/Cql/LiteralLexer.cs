namespace Cqlite.Core.Cql;

/// <summary>Recognizes the literals that begin with a digit, a dash and a digit, or P: numbers, durations, blobs, UUIDs.</summary>
/// <remarks>
/// Source: src/antlr/Lexer.g and the way ANTLR predicts: characters are followed as long as any kind of token is possible; the first
/// place where one kind remains decides for it, even if it fails later. The only kinds that compete for long are UUID (hexadecimal
/// digits) with numbers and days (<c>1d</c>, <c>1e5</c>), and a name with an ISO 8601 duration (<c>P1Y</c>).
/// </remarks>
internal static class LiteralLexer
{
    private const int UuidLength = 36;

    /// <summary>How many hexadecimal digits a UUID has before its first dash.</summary>
    private const int UuidHeadLength = 8;

    public static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }
        return true;
    }

    /// <summary>The literal at the start of the text, or <see cref="TokenKind.Invalid"/>.</summary>
    public static TokenKind Scan(ReadOnlySpan<char> text, out int length)
    {
        length = 1;
        if (text[0] == 'P')
            return DurationOrName(text, out length);
        if (text[0] == '-')
        {
            TokenKind kind = text[1] == 'P' ? SignedIsoDuration(text, out length) : Number(text, sign: 1, out length);
            return kind;
        }
        if (text.Length > UuidHeadLength && text[UuidHeadLength] == '-' && IsHex(text[..UuidHeadLength]))
            return Uuid(text, out length);
        return Number(text, sign: 0, out length);
    }

    /// <summary><c>UUID : HEX{8} '-' HEX{4} '-' HEX{4} '-' HEX{4} '-' HEX{12}</c></summary>
    private static TokenKind Uuid(ReadOnlySpan<char> text, out int length)
    {
        length = 1;
        if (text.Length < UuidLength || text[13] != '-' || text[18] != '-' || text[23] != '-')
            return TokenKind.Invalid;
        if (!IsHex(text[9..13]) || !IsHex(text[14..18]) || !IsHex(text[19..23]) || !IsHex(text[24..UuidLength]))
            return TokenKind.Invalid;
        length = UuidLength;
        return TokenKind.UuidLiteral;
    }

    /// <summary>
    /// <c>INTEGER : '-'? DIGIT+</c>, <c>FLOAT : INTEGER ('.' DIGIT*)? EXPONENT?</c>, <c>HEXNUMBER : '0' X HEX*</c>,
    /// <c>DURATION : '-'? DIGIT+ DURATION_UNIT (DIGIT+ DURATION_UNIT)*</c>
    /// </summary>
    private static TokenKind Number(ReadOnlySpan<char> text, int sign, out int length)
    {
        int at = SkipDigits(text, sign);
        length = at;
        char c = At(text, at);
        // While all characters are hexadecimal digits and fewer than eight, one more such digit can only be a UUID's.
        bool mayBeUuid = sign == 0 && at < UuidHeadLength;
        switch (c)
        {
            case '.':
                if (At(text, at + 1) == '.')
                {
                    // "1...2" is the float "1." and a range, "1..2" an integer and a range.
                    if (At(text, at + 2) != '.')
                        return TokenKind.IntegerLiteral;
                    length = at + 1;
                    return TokenKind.FloatLiteral;
                }
                at = SkipDigits(text, at + 1);
                return Exponent(text, at, out length);
            case 'x' or 'X' when sign == 0 && at == 1 && text[0] == '0':
                at++;
                while (char.IsAsciiHexDigit(At(text, at)))
                    at++;
                length = at;
                return TokenKind.HexLiteral;
            case 'e' or 'E':
                TokenKind kind = Exponent(text, at, out length);
                bool plain = At(text, at + 1) is not ('+' or '-');
                return mayBeUuid && plain && length < UuidHeadLength && char.IsAsciiHexDigit(At(text, length)) ? Refuse(out length) : kind;
            case 'a' or 'A' or 'b' or 'B' or 'c' or 'C' or 'f' or 'F':
                return mayBeUuid ? Refuse(out length) : TokenKind.IntegerLiteral;
            default:
                return UnitLength(text, at) != 0 || StartsUnit(c) ? Duration(text, at, sign, out length) : TokenKind.IntegerLiteral;
        }
    }

    private static TokenKind Refuse(out int length)
    {
        length = 1;
        return TokenKind.Invalid;
    }

    /// <summary><c>EXPONENT : E ('+' | '-')? DIGIT+</c>, if an E is next.</summary>
    private static TokenKind Exponent(ReadOnlySpan<char> text, int at, out int length)
    {
        length = at;
        if (At(text, at) is not ('e' or 'E'))
            return TokenKind.FloatLiteral;
        at += At(text, at + 1) is '+' or '-' ? 2 : 1;
        length = SkipDigits(text, at);
        return length == at ? Refuse(out length) : TokenKind.FloatLiteral;
    }

    private static TokenKind Duration(ReadOnlySpan<char> text, int at, int sign, out int length)
    {
        bool hexOnly = sign == 0;
        while (true)
        {
            int unit = UnitLength(text, at);
            if (unit == 0)
                return Refuse(out length);
            hexOnly &= text[at] is 'd' or 'D';
            at += unit;
            length = at;
            char c = At(text, at);
            if (char.IsAsciiDigit(c))
                at = SkipDigits(text, at);
            else
                return hexOnly && at < UuidHeadLength && char.IsAsciiHexDigit(c) ? Refuse(out length) : TokenKind.DurationLiteral;
        }
    }

    private static bool StartsUnit(char c) => c is 'u' or 'U' or 'n' or 'N' or '\u00B5';

    /// <summary><c>DURATION_UNIT : Y | MO | W | D | H | M | S | MS | US | µS | NS</c>; 0 if there is none.</summary>
    private static int UnitLength(ReadOnlySpan<char> text, int at) => At(text, at) switch
    {
        'y' or 'Y' or 'w' or 'W' or 'd' or 'D' or 'h' or 'H' or 's' or 'S' => 1,
        'm' or 'M' => At(text, at + 1) is 'o' or 'O' or 's' or 'S' ? 2 : 1,
        'u' or 'U' or 'n' or 'N' or '\u00B5' => At(text, at + 1) is 's' or 'S' ? 2 : 0,
        _ => 0,
    };

    private static TokenKind DurationOrName(ReadOnlySpan<char> text, out int length)
    {
        int end = 1;
        while (char.IsAsciiLetterOrDigit(At(text, end)) || At(text, end) == '_')
            end++;
        length = end;
        // Four digits and a dash can only be a date, for no name contains a dash.
        if (end == 5 && At(text, 5) == '-' && SkipDigits(text, 1) == 5)
            return IsoDate(text, 1, out length);
        return IsoDesignators(text, 1) == end ? TokenKind.DurationLiteral : Keywords.Classify(text[..end]);
    }

    private static TokenKind SignedIsoDuration(ReadOnlySpan<char> text, out int length)
    {
        if (SkipDigits(text, 2) == 6 && At(text, 6) == '-')
            return IsoDate(text, 2, out length);
        length = IsoDesignators(text, 2);
        return length < 0 ? Refuse(out length) : TokenKind.DurationLiteral;
    }

    /// <summary>ISO 8601's alternative form: <c>P0001-02-03T04:05:06</c>.</summary>
    private static TokenKind IsoDate(ReadOnlySpan<char> text, int at, out int length)
    {
        const string Form = "0000-00-00T00:00:00";
        for (int i = 0; i < Form.Length; i++)
        {
            char c = At(text, at + i);
            if (Form[i] == '0' ? !char.IsAsciiDigit(c) : c != Form[i])
                return Refuse(out length);
        }
        length = at + Form.Length;
        return TokenKind.DurationLiteral;
    }

    /// <summary>
    /// The end of <c>nW</c>, or of <c>nY nM nD T nH nM nS</c> with any of them left out, but not all, and none behind a T; -1 if broken.
    /// </summary>
    private static int IsoDesignators(ReadOnlySpan<char> text, int at)
    {
        int start = at;
        int week = SkipDigits(text, at);
        if (week > at && At(text, week) == 'W')
            return week + 1;
        int end = Designators(text, at, "YMD");
        if (end < 0)
            return -1;
        if (At(text, end) != 'T')
            return end == start ? -1 : end;
        int time = Designators(text, end + 1, "HMS");
        return time <= end + 1 ? -1 : time;
    }

    private static int Designators(ReadOnlySpan<char> text, int at, ReadOnlySpan<char> letters)
    {
        // Digits behind the last designator are another number.
        while (letters.Length > 0 && char.IsAsciiDigit(At(text, at)))
        {
            int digits = SkipDigits(text, at);
            int which = letters.IndexOf(At(text, digits));
            if (which < 0)
                return -1;
            letters = letters[(which + 1)..];
            at = digits + 1;
        }
        return at;
    }

    private static int SkipDigits(ReadOnlySpan<char> text, int at)
    {
        while ((uint)at < (uint)text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at;
    }

    private static char At(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length ? text[at] : '\0';
}
