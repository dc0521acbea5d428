using System.Text;

namespace Cqlite.Migration.Clusters;

/// <summary>A statement that writes a part of a row.</summary>
/// <param name="Text">The statement.</param>
/// <param name="Values">The values of its markers.</param>
internal readonly record struct RowStatement(string Text, byte[]?[] Values)
{
    /// <summary>Bytes of its values.</summary>
    public int Bytes => Values.Sum(v => v?.Length ?? 0);
}

/// <summary>Puts a statement together: text and values side by side.</summary>
internal sealed class StatementBuilder
{
    private readonly StringBuilder _text = new();
    private readonly List<byte[]?> _values = [];
    private string _separator = "";

    /// <summary>Appends text.</summary>
    public StatementBuilder Add(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Appends a value for a marker that the text has.</summary>
    public StatementBuilder Bind(byte[]? value)
    {
        _values.Add(value);
        return this;
    }

    /// <summary>Appends values for the text's next markers.</summary>
    public StatementBuilder BindAll(IEnumerable<byte[]> values)
    {
        _values.AddRange(values);
        return this;
    }

    /// <summary>Begins a list, whose items are parted by this.</summary>
    public StatementBuilder Begin(string first, string separator)
    {
        _text.Append(first);
        _separator = separator;
        IsFirst = true;
        return this;
    }

    /// <summary>Whether the list has no item yet.</summary>
    public bool IsFirst { get; private set; }

    /// <summary>Appends an item of the list.</summary>
    public StatementBuilder Item(string text)
    {
        if (!IsFirst)
            _text.Append(_separator);
        IsFirst = false;
        _text.Append(text);
        return this;
    }

    /// <summary>The statement.</summary>
    public RowStatement Build() => new(_text.ToString(), [.. _values]);
}
