using Cqlite.Core.Errors;

namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>Words the errors of characters that are no token, as ANTLR's lexer does.</summary>
/// <remarks>
/// Source: src/antlr/Lexer.g. The lexer first predicts the token; where no kind of token goes on there is no viable alternative. Once one
/// kind remains it is read by its rule, and what differs is a mismatched character; where a digit or letter of either case was due,
/// ANTLR says "expecting set null".
/// </remarks>
internal readonly ref struct LexicalDiagnosis
{
    private const string UuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    private const string DateForm = "0000-00-00T00:00:00";

    private readonly string _text;

    private LexicalDiagnosis(string text) => _text = text;

    /// <summary>The error of the broken token at the place.</summary>
    public static CqlSyntaxException Explain(string text, int at) => new LexicalDiagnosis(text).Explain(at);

    private CqlSyntaxException Explain(int at)
    {
        char next = At(at + 1);
        switch (_text[at])
        {
            case '\'':
                return Mismatch(_text.Length, "'");
            case '"':
                return at + 1 == _text.Length ? NoAlternative(at + 1) : Mismatch(_text.Length, "\"");
            case '$':
                return DollarQuoted(at);
            case '!':
                return Mismatch(at + 1, "=");
            case '/' when next == '*':
                return Mismatch(_text.Length, _text.Length > at + 2 && _text[^1] == '*' ? "/" : "*");
            case '-' when next == '-':
            case '/' when next == '/':
                return MismatchSet(_text.Length);
            case '-' when next is 'n' or 'N':
                return Keyword(at + 1, "NAN");
            case '-' when next is 'i' or 'I':
                return Keyword(at + 1, "INFINITY");
            case '-' when next == 'P':
                return IsoDuration(at + 2);
            case '-' when char.IsAsciiDigit(next):
                return Number(at, at + 1);
            case 'P':
                return Form(at + 1, DateForm);
            default:
                return char.IsAsciiHexDigit(_text[at]) ? NumberOrUuid(at) : NoAlternative(at);
        }
    }

    private CqlSyntaxException Keyword(int at, string word)
    {
        int i = 0;
        while (char.ToUpperInvariant(At(at + i)) == word[i])
            i++;
        return MismatchSet(at + i);
    }

    /// <summary>The body reaches to the next "$$", or to the last character but one, behind which the dollars are due.</summary>
    private CqlSyntaxException DollarQuoted(int at)
    {
        if (At(at + 1) != '$')
            return Mismatch(at + 1, "$");
        bool isShort = _text.Length == at + 2 || _text[^1] == '$';
        return Mismatch(isShort ? _text.Length : _text.Length - 1, "$");
    }

    private CqlSyntaxException NumberOrUuid(int at)
    {
        if (At(at + 8) == '-' && LiteralLexer.IsHex(_text.AsSpan(at, 8)))
            return Form(at, UuidForm);
        return Number(at, at);
    }

    private CqlSyntaxException Number(int start, int digits)
    {
        bool mayBeUuid = start == digits;
        int at = SkipDigits(digits);
        switch (At(at))
        {
            case '.':
                return Exponent(SkipDigits(at + 1));
            case 'e' or 'E' when !mayBeUuid || at >= start + 8 || At(at + 1) is '+' or '-':
                return Exponent(at);
            case 'e' or 'E':
                return char.IsAsciiHexDigit(At(at + 1)) ? Form(start, UuidForm) : NoAlternative(at + 1);
        }
        // DURATION, or a UUID's digits
        while (true)
        {
            switch (At(at))
            {
                case 'u' or 'U' or 'n' or 'N' or '\u00B5' when At(at + 1) is not ('s' or 'S'):
                    return MismatchSet(at + 1);
                case 'u' or 'U' or 'n' or 'N' or '\u00B5':
                    at += 2;
                    break;
                case 'm' or 'M':
                    at += At(at + 1) is 'o' or 'O' or 's' or 'S' ? 2 : 1;
                    break;
                case 'y' or 'Y' or 'w' or 'W' or 'd' or 'D' or 'h' or 'H' or 's' or 'S':
                    at++;
                    break;
                default:
                    bool isUuid = mayBeUuid && at < start + 8 && LiteralLexer.IsHex(_text.AsSpan(start, at - start)) && char.IsAsciiHexDigit(At(at));
                    return isUuid ? Form(start, UuidForm) : NoAlternative(at);
            }
            int next = SkipDigits(at);
            if (next == at)
                return Form(start, UuidForm);
            at = next;
        }
    }

    private CqlSyntaxException Exponent(int at)
    {
        at += At(at + 1) is '+' or '-' ? 2 : 1;
        return Error(at, "required (...)+ loop did not match anything at character " + Display(at));
    }

    private CqlSyntaxException IsoDuration(int at)
    {
        int digits = SkipDigits(at);
        if (At(digits) == '-' && digits - at == 4)
            return Form(at, DateForm);
        return IsoPart(at, "YMD", isTime: false);
    }

    private CqlSyntaxException IsoPart(int at, string designators, bool isTime)
    {
        int left = 0;
        bool isFirst = true;
        while (left < designators.Length)
        {
            int digits = SkipDigits(at);
            if (digits == at && !isFirst)
                break;
            if (digits == at && (isTime || At(at) != 'T'))
                return NoAlternative(at);
            if (digits == at)
                break;
            int which = designators.IndexOf(At(digits), left);
            if (which < 0)
                return left == designators.Length - 1 ? Mismatch(digits, designators[^1..]) : NoAlternative(digits);
            left = which + 1;
            at = digits + 1;
            isFirst = false;
        }
        return IsoPart(at + 1, "HMS", isTime: true);
    }

    /// <summary>Compares with a form in which x is a hexadecimal digit, 0 a digit, and anything else itself.</summary>
    private CqlSyntaxException Form(int at, string form)
    {
        int i = 0;
        while (i < form.Length && Fits(At(at + i), form[i]))
            i++;
        return i < form.Length && form[i] is not ('x' or '0') ? Mismatch(at + i, form[i..(i + 1)]) : MismatchSet(at + i);
    }

    private static bool Fits(char c, char form) => form switch
    {
        'x' => char.IsAsciiHexDigit(c),
        '0' => char.IsAsciiDigit(c),
        _ => c == form,
    };

    private int SkipDigits(int at)
    {
        while (char.IsAsciiDigit(At(at)))
            at++;
        return at;
    }

    private char At(int at) => at < _text.Length ? _text[at] : '\0';

    private CqlSyntaxException NoAlternative(int at) => Error(at, "no viable alternative at character " + Display(at));

    private CqlSyntaxException Mismatch(int at, string expected) => Error(at, $"mismatched character {Display(at)} expecting '{expected}'");

    private CqlSyntaxException MismatchSet(int at) => Error(at, $"mismatched character {Display(at)} expecting set null");

    private string Display(int at)
    {
        if (at >= _text.Length)
            return "'<EOF>'";
        return _text[at] switch
        {
            '\n' => @"'\n'",
            '\r' => @"'\r'",
            '\t' => @"'\t'",
            // Half of a pair is no character; Java writes a question mark.
            char c when char.IsSurrogate(c) => "'?'",
            char c => $"'{c}'",
        };
    }

    private CqlSyntaxException Error(int at, string reason)
    {
        int line = 1 + _text.AsSpan(0, at).Count('\n');
        int column = at - (_text.AsSpan(0, at).LastIndexOf('\n') + 1);
        return new CqlSyntaxException($"line {line}:{column} {reason}", line, column);
    }
}
