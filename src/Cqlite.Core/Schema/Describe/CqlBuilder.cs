using System.Text;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema.Describe;

/// <summary>CQL text in lines, indented by four spaces a level, as Cassandra prints definitions.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/CqlBuilder.java.</remarks>
internal sealed class CqlBuilder
{
    private const string Indentation = "    ";

    private readonly StringBuilder _text = new(512);
    private int _indent;
    private bool _atLineStart;

    /// <summary>Appends text.</summary>
    public CqlBuilder Append(string text)
    {
        if (_atLineStart)
        {
            for (int i = 0; i < _indent; i++)
                _text.Append(Indentation);
            _atLineStart = false;
        }

        _text.Append(text);
        return this;
    }

    /// <summary>Appends a name, in double quotes where it needs them.</summary>
    public CqlBuilder Name(string name) => Append(CqlIdentifier.Quote(name));

    /// <summary>Appends a string literal.</summary>
    public CqlBuilder Quoted(string text) => Append($"'{text.Replace("'", "''", StringComparison.Ordinal)}'");

    /// <summary>Appends a Boolean.</summary>
    public CqlBuilder Append(bool value) => Append(value ? "true" : "false");

    /// <summary>Appends a map of string literals, sorted by key.</summary>
    public CqlBuilder Map(IEnumerable<KeyValuePair<string, string>> map, bool quoteValues = true)
    {
        Append("{");
        string separator = "";
        foreach ((string key, string value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(separator).Quoted(key).Append(": ");
            _ = quoteValues ? Quoted(value) : Append(value);
            separator = ", ";
        }

        return Append("}");
    }

    /// <summary>Ends the line.</summary>
    public CqlBuilder NewLine()
    {
        _text.Append('\n');
        _atLineStart = true;
        return this;
    }

    /// <summary>Indents the lines that follow by one level more.</summary>
    public CqlBuilder Indent()
    {
        _indent++;
        return this;
    }

    /// <summary>Indents the lines that follow by one level less.</summary>
    public CqlBuilder Outdent()
    {
        _indent = Math.Max(0, _indent - 1);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
