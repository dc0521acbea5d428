using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Types;

/// <summary>Reads types from Cassandra's class names.</summary>
/// <remarks>
/// <code>
/// type       = identifier [ "(" parameters ")" ]
/// parameters = type { "," type }                                      List, Set, Map, Tuple, Composite, Reversed, Frozen
///            | keyspace "," hex-name { "," hex-field ":" type }       UserType
///            | type "," dimension                                     VectorType
///            | letter "=>" type { "," letter "=>" type }              DynamicCompositeType
///            | hex-name ":" type { "," hex-name ":" type }            ColumnToCollectionType
///            | partitioner [ ":" type ]                               PartitionerDefinedOrder
///            | "reversed" [ "=" "true" ]                              types without parameters
/// identifier = { letter | digit | "-" | "+" | "." | "_" | "&amp;" }
/// </code>
/// Source: org/apache/cassandra/db/marshal/TypeParser.java.
/// </remarks>
internal ref struct ClassNameParser(string text, bool bareUserTypesAreFrozen)
{
    private readonly string _text = text;
    private int _position;
    private int _depth;

    /// <summary>The class that is not one of Cassandra's, where that was found; with its package.</summary>
    public string? UnknownClass { get; private set; }

    /// <summary>Reads the whole text.</summary>
    public CqlType Parse()
    {
        CqlType type = ParseType();
        SkipBlank();
        if (_position < _text.Length)
            ThrowSyntax($"unexpected character '{_text[_position]}'");
        return type;
    }

    /// <summary>type = identifier [ "(" parameters ")" ]</summary>
    private CqlType ParseType()
    {
        if (++_depth > TypeParser.MaxDepth)
            ThrowSyntax($"more than {TypeParser.MaxDepth} types within each other");
        SkipBlank();
        int start = _position;
        string name = ReadIdentifier();
        if (name.Length == 0)
            ThrowSyntax(_position < _text.Length ? $"unexpected character '{_text[_position]}'" : "unexpected end of string");
        SkipBlank();
        CqlType type = OfClass(name, start);
        _depth--;
        return type;
    }

    private CqlType OfClass(string name, int start)
    {
        string simple = name.StartsWith(NativeType.Package, StringComparison.Ordinal) ? name[NativeType.Package.Length..] : name;
        if (CqlTypes.ByClass.TryGetValue(simple, out CqlType? native))
            return ParseDefaultParameters(native);

        switch (simple)
        {
            case "ListType":
                return new ListType(One(simple).Freeze(), isMultiCell: true);
            case "SetType":
                return new SetType(One(simple).Freeze(), isMultiCell: true);
            case "MapType":
                List<CqlType> pair = ParseTypes();
                if (pair.Count != 2)
                    MarshalError.Throw("MapType takes exactly 2 type parameters");
                return new MapType(pair[0].Freeze(), pair[1].Freeze(), isMultiCell: true);
            case "TupleType":
                return new TupleType(ParseTypes());
            case "FrozenType":
                List<CqlType> frozen = ParseTypes();
                if (frozen.Count != 1)
                    ThrowSyntax("FrozenType() only accepts one parameter");
                return frozen[0].Freeze();
            case "ReversedType":
                List<CqlType> reversed = ParseTypes();
                if (reversed.Count != 1)
                    MarshalError.Throw($"ReversedType takes exactly one argument, {reversed.Count} given");
                return CqlTypes.Reversed(reversed[0]);
            case "CompositeType":
                List<CqlType> components = ParseTypes();
                if (components.Count == 0)
                    MarshalError.Throw("CompositeType takes at least one type parameter");
                return new CompositeType(components);
            case "DynamicCompositeType":
                return ParseDynamicComposite();
            case "ColumnToCollectionType":
                return ParseColumnToCollection();
            case "UserType":
                return ParseUserType();
            case "VectorType":
                return ParseVector();
            case "PartitionerDefinedOrder":
                return ParsePartitionerOrder();
            default:
                _position = start;
                UnknownClass = simple.Contains('.') ? name : NativeType.Package + simple;
                throw new UnsupportedFormatException(
                    $"type class '{UnknownClass}' is not one of Cassandra's; the order of its values can't be known.");
        }
    }

    private CqlType One(string simple)
    {
        List<CqlType> types = ParseTypes();
        if (types.Count != 1)
            MarshalError.Throw($"{simple} takes exactly 1 type parameter");
        return types[0];
    }

    /// <summary>"(" type { "," type } ")"</summary>
    private List<CqlType> ParseTypes()
    {
        List<CqlType> types = [];
        if (!TryOpen())
            return types;
        while (!TryClose())
            types.Add(ParseType());
        return types;
    }

    /// <summary>[ "(" [ "reversed" [ "=" "true" ] ] ")" ]</summary>
    private CqlType ParseDefaultParameters(CqlType type)
    {
        if (!TryOpen())
            return type;
        bool reversed = false;
        while (!TryClose())
        {
            string key = ReadIdentifier();
            SkipBlank();
            string value = "";
            if (TryTake('='))
            {
                SkipBlank();
                value = ReadIdentifier();
            }
            else if (Peek() is not (',' or ')'))
            {
                ThrowSyntax($"unexpected character '{Peek()}'");
            }

            if (key.Length == 0 && value.Length == 0)
                ThrowSyntax($"unexpected character '{Peek()}'");
            if (key == "reversed")
                reversed = value is "" or "true";
        }

        return reversed ? CqlTypes.Reversed(type) : type;
    }

    /// <summary>"(" keyspace "," hex-name { "," hex-field ":" type } ")"</summary>
    private UserType ParseUserType()
    {
        if (!TryOpen())
            ThrowSyntax("a user type has parameters");
        SkipBlankAndComma();
        string keyspace = ReadIdentifier();
        SkipBlankAndComma();
        string name = ReadHexText();
        List<string> names = [];
        List<CqlType> types = [];
        while (!TryClose())
        {
            string field = ReadHexText();
            ExpectColon();
            if (names.Contains(field))
                ThrowSyntax($"user type {keyspace}.{name} has two fields named '{field}'");
            names.Add(field);
            types.Add(ParseType());
        }

        return new UserType(keyspace, name, names, types, isMultiCell: !bareUserTypesAreFrozen);
    }

    /// <summary>"(" type "," dimension ")"</summary>
    private VectorType ParseVector()
    {
        if (!TryOpen())
            ThrowSyntax("a vector type has parameters");
        CqlType elements = ParseType();
        SkipBlankAndComma();
        string dimension = ReadIdentifier();
        if (!int.TryParse(dimension, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count))
            ThrowSyntax($"'{dimension}' is no dimension of a vector");
        if (!TryClose())
            ThrowSyntax("expecting ')' token");
        return new VectorType(elements.Freeze(), count);
    }

    /// <summary>"(" letter "=>" type { "," letter "=>" type } ")"</summary>
    private DynamicCompositeType ParseDynamicComposite()
    {
        Dictionary<byte, CqlType> aliases = [];
        if (!TryOpen())
            return new DynamicCompositeType(aliases);
        while (!TryClose())
        {
            string alias = ReadIdentifier();
            if (alias.Length != 1)
                ThrowSyntax($"An alias should be a single character: '{alias}', string: {_text}");
            SkipBlank();
            if (!TryTake('=') || !TryTake('>'))
                ThrowSyntax("expecting '=>' token");
            aliases[(byte)alias[0]] = ParseType();
        }

        return new DynamicCompositeType(aliases);
    }

    /// <summary>"(" hex-name ":" type { "," hex-name ":" type } ")"</summary>
    private ColumnToCollectionType ParseColumnToCollection()
    {
        List<KeyValuePair<byte[], CqlType>> collections = [];
        if (TryOpen())
        {
            while (!TryClose())
            {
                byte[] name = ReadHex();
                ExpectColon();
                CqlType type = ParseType();
                if (type is not CollectionType)
                    ThrowSyntax($"{type.ClassName} is not a collection type");
                collections.Add(KeyValuePair.Create(name, type));
            }
        }

        return new ColumnToCollectionType(collections);
    }

    /// <summary>"(" partitioner [ ":" type ] ")"</summary>
    private CqlType ParsePartitionerOrder()
    {
        if (!TryOpen())
            ThrowSyntax("an order of partitions has parameters");
        SkipBlank();
        string partitioner = ReadIdentifier();
        SkipBlank();
        CqlType? keyType = TryTake(':') ? ParseType() : null;
        if (!TryClose())
            ThrowSyntax($"unexpected character '{Peek()}'");
        string simple = partitioner[(partitioner.LastIndexOf('.') + 1)..];
        return simple switch
        {
            "Murmur3Partitioner" or "RandomPartitioner" => new PartitionerOrderType(partitioner, keyType),
            "ByteOrderedPartitioner" => CqlTypes.Blob,
            _ => throw new UnsupportedFormatException($"the order of partitioner '{partitioner}' is not known."),
        };
    }

    private readonly char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private bool TryTake(char c)
    {
        if (Peek() != c || _position >= _text.Length)
            return false;
        _position++;
        return true;
    }

    private bool TryOpen() => TryTake('(');

    /// <summary>Passes over blanks and one comma; takes a closing parenthesis.</summary>
    private bool TryClose()
    {
        SkipBlankAndComma();
        if (_position >= _text.Length)
            ThrowSyntax("unexpected end of string");
        return TryTake(')');
    }

    private void ExpectColon()
    {
        SkipBlank();
        if (!TryTake(':'))
            ThrowSyntax("expecting ':' token");
        SkipBlank();
    }

    private string ReadIdentifier()
    {
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '-' or '+' or '.' or '_' or '&'))
            _position++;
        return _text[start.._position];
    }

    private byte[] ReadHex()
    {
        BufferWriter bytes = new(32);
        string digits = ReadIdentifier();
        if (digits.Length == 0 || !Hex.TryParse(digits, bytes))
            ThrowSyntax($"'{digits}' are no hex bytes");
        return bytes.ToArray();
    }

    private string ReadHexText()
    {
        byte[] bytes = ReadHex();
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            ThrowSyntax($"a name is not text: {Hex.Format(bytes)}");
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private void SkipBlank()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t' or '\n')
            _position++;
    }

    private void SkipBlankAndComma()
    {
        SkipBlank();
        if (TryTake(','))
            SkipBlank();
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private readonly void ThrowSyntax(string problem) =>
        throw new CqlSyntaxException($"Syntax error parsing '{_text}' at char {_position}: {problem}", 1, _position);
}
