using System.Globalization;
using System.Text;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Types;

/// <summary>Reads types as CQL spells them.</summary>
/// <remarks>
/// <code>
/// type     = native | "'" class-name "'" | user-type | collection | tuple | vector | "frozen" "&lt;" type "&gt;"
/// collection = ("list" | "set") "&lt;" type "&gt;" | "map" "&lt;" type "," type "&gt;"
/// tuple    = "tuple" "&lt;" type { "," type } "&gt;"
/// vector   = "vector" "&lt;" type "," dimension "&gt;"
/// user-type = [ name "." ] name            a name is lower-cased unless it stands in double quotes
/// </code>
/// Source: src/antlr/Parser.g (comparatorType), org/apache/cassandra/cql3/CQL3Type.java (Raw).
/// </remarks>
internal ref struct CqlTypeParser(string text, UserTypeResolver? userTypes)
{
    private readonly string _text = text;
    private int _position;
    private int _depth;

    /// <summary>Reads the whole text.</summary>
    public CqlType Parse()
    {
        CqlType type = ParseType(frozen: false, out _);
        SkipBlank();
        if (_position < _text.Length)
            ThrowSyntax($"unexpected character '{_text[_position]}'");
        return type;
    }

    /// <summary>type = native | custom | user-type | collection | tuple | vector | frozen</summary>
    /// <param name="frozen">Whether it stands within frozen, which reaches through collections and tuples.</param>
    /// <param name="freezable">Whether it is one of the types that may be frozen.</param>
    private CqlType ParseType(bool frozen, out bool freezable)
    {
        if (++_depth > TypeParser.MaxDepth)
            ThrowSyntax($"more than {TypeParser.MaxDepth} types within each other");
        SkipBlank();
        freezable = true;
        CqlType type;
        if (Peek() == '\'')
        {
            freezable = false;
            type = TypeParser.ParseClassName(ReadQuoted('\''));
        }
        else
        {
            string name = ReadName(out bool quoted);
            type = quoted ? ParseUserType(name, frozen) : ParseNamed(name, frozen, ref freezable);
        }

        _depth--;
        return type;
    }

    private CqlType ParseNamed(string name, bool frozen, ref bool freezable)
    {
        SkipBlank();
        if (Peek() == '<')
        {
            switch (name)
            {
                case "frozen":
                    _position++;
                    int start = _position;
                    CqlType inner = ParseType(frozen: true, out bool innerFreezable);
                    if (!innerFreezable)
                        MarshalError.Throw($"frozen<> is only allowed on collections, tuples, and user-defined types (got {_text[start.._position].Trim()})");
                    Expect('>');
                    return inner;
                case "list":
                    _position++;
                    CqlType elements = ParseType(frozen, out _);
                    Expect('>');
                    return new ListType(elements, !frozen);
                case "set":
                    _position++;
                    elements = ParseType(frozen, out _);
                    Expect('>');
                    return new SetType(elements, !frozen);
                case "map":
                    _position++;
                    CqlType keys = ParseType(frozen, out _);
                    Expect(',');
                    CqlType values = ParseType(frozen, out _);
                    Expect('>');
                    return new MapType(keys, values, !frozen);
                case "tuple":
                    _position++;
                    List<CqlType> fields = [];
                    do
                        fields.Add(ParseType(frozen: true, out _));
                    while (TryTake(','));
                    Expect('>');
                    return new TupleType(fields);
                case "vector":
                    _position++;
                    elements = ParseType(frozen: false, out _);
                    Expect(',');
                    int dimension = ReadInteger();
                    Expect('>');
                    return new VectorType(elements, dimension);
                default:
                    ThrowSyntax($"type '{name}' takes no parameters");
                    break;
            }
        }

        if (Peek() != '.' && CqlTypes.ByName.TryGetValue(name, out CqlType? native))
        {
            freezable = false;
            return native;
        }

        return ParseUserType(name, frozen);
    }

    private CqlType ParseUserType(string name, bool frozen)
    {
        string? keyspace = null;
        if (TryTake('.'))
        {
            keyspace = name;
            name = ReadName(out _);
        }

        CqlType type = userTypes?.Invoke(keyspace, name)
            ?? throw new InvalidQueryException($"Unknown type {(keyspace is null ? "" : keyspace + ".")}{name}");
        return frozen ? type.Freeze() : type;
    }

    private readonly char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private bool TryTake(char c)
    {
        SkipBlank();
        if (_position >= _text.Length || _text[_position] != c)
            return false;
        _position++;
        return true;
    }

    private void Expect(char c)
    {
        if (!TryTake(c))
            ThrowSyntax(_position < _text.Length ? $"expecting '{c}', not '{_text[_position]}'" : $"expecting '{c}', not the end");
    }

    private string ReadName(out bool quoted)
    {
        SkipBlank();
        quoted = Peek() == '"';
        if (quoted)
            return ReadQuoted('"');
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] == '_'))
            _position++;
        if (start == _position)
            ThrowSyntax(_position < _text.Length ? $"unexpected character '{_text[_position]}'" : "unexpected end");
        return _text[start.._position].ToLowerInvariant();
    }

    private string ReadQuoted(char quote)
    {
        StringBuilder content = new();
        for (_position++; _position < _text.Length; _position++)
        {
            if (_text[_position] == quote)
            {
                _position++;
                if (Peek() != quote)
                    return content.ToString();
            }

            content.Append(_text[_position]);
        }

        ThrowSyntax($"the closing {quote} is missing");
        return "";
    }

    private int ReadInteger()
    {
        SkipBlank();
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiDigit(_text[_position]) || (_text[_position] == '-' && _position == start)))
            _position++;
        if (!int.TryParse(_text.AsSpan(start, _position - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            ThrowSyntax("expecting a dimension");
        return value;
    }

    private void SkipBlank()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
            _position++;
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private readonly void ThrowSyntax(string problem) =>
        throw new CqlSyntaxException($"line 1:{_position} {problem} in type '{_text}'", 1, _position);
}
