using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>The properties behind WITH.</summary>
internal sealed partial class CqlParser
{
    // properties : property (K_AND property)*
    private ImmutableArray<Property> Properties()
    {
        var properties = new PropertyCollector();
        do
        {
            Property(properties);
        }
        while (Accept(TokenKind.And));
        return properties.ToImmutable();
    }

    // property : noncol_ident '=' propertyValue | noncol_ident '=' fullMapLiteral
    private void Property(PropertyCollector properties)
    {
        SyntaxToken token = _tokens[_index];
        Identifier name = Name();
        Expect(TokenKind.Equal);
        Property property = Kind == TokenKind.LeftBrace
            ? new Property(name, null, PropertyMap(FullMapLiteral(), token))
            : new Property(name, PropertyValue(), []);
        if (!properties.Add(property))
            Object($"Multiple definitions for property '{name.Text}'", token);
    }

    // propertyValue : constant | unreserved_keyword
    private string PropertyValue()
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (!token.Kind.IsUnreserved())
            return Constant().Text;
        _index++;
        return token.Kind.IsNativeType() ? NativeTypeName(token.Kind) : TextOf(token).ToString();
    }

    /// <summary>The map as texts; only constants are allowed in it, and each key once.</summary>
    private ImmutableArray<KeyValuePair<string, string>> PropertyMap(MapLiteral map, in SyntaxToken token)
    {
        var entries = new ArrayBuilder<KeyValuePair<string, string>>();
        HashSet<string>? keys = null;
        foreach (MapEntry entry in map.Entries)
        {
            if (entry.Key is not Literal key)
            {
                string hint = entry.Key is BindMarker ? " (bind variables are not supported in DDL queries)" : "";
                Object($"Invalid property name: {TermPrinter.Print(entry.Key)}{hint}", token);
                break;
            }
            if (entry.Value is not Literal value)
            {
                string hint = entry.Value is BindMarker ? " (bind variables are not supported in DDL queries)" : "";
                Object($"Invalid property value: {TermPrinter.Print(entry.Value)} for property: {TermPrinter.Print(key)}{hint}", token);
                break;
            }
            keys ??= new HashSet<string>(StringComparer.Ordinal);
            if (!keys.Add(key.Text))
                Object($"Multiple definition for property {key.Text}", token);
            entries.Add(new KeyValuePair<string, string>(key.Text, value.Text));
        }
        return entries.ToImmutable();
    }

    /// <summary>Collects properties and says when one comes twice.</summary>
    private sealed class PropertyCollector
    {
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private ArrayBuilder<Property> _properties;

        public bool Add(Property property)
        {
            _properties.Add(property);
            return _names.Add(property.Name.Text);
        }

        public ImmutableArray<Property> ToImmutable() => _properties.ToImmutable();
    }
}
