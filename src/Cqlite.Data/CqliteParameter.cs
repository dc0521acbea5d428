using System.Collections;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Cqlite.Data;

/// <summary>A value for a bind marker: by its name, with or without <c>:</c> or <c>@</c>, or by its place among the parameters.</summary>
public sealed class CqliteParameter : DbParameter
{
    private string _name = "";

    /// <summary>Creates one without name and value.</summary>
    public CqliteParameter()
    {
    }

    /// <summary>Creates one.</summary>
    public CqliteParameter(string? name, object? value)
    {
        ParameterName = name;
        Value = value;
    }

    /// <inheritdoc/>
    public override DbType DbType { get; set; } = DbType.Object;

    /// <inheritdoc/>
    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
                throw new NotSupportedException("CQL has parameters that go in, and no others.");
        }
    }

    /// <inheritdoc/>
    public override bool IsNullable { get; set; } = true;

    /// <inheritdoc/>
    [AllowNull]
    public override string ParameterName
    {
        get => _name;
        set => _name = value ?? "";
    }

    /// <inheritdoc/>
    public override int Size { get; set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string SourceColumn { get; set; } = "";

    /// <inheritdoc/>
    public override bool SourceColumnNullMapping { get; set; }

    /// <inheritdoc/>
    public override object? Value { get; set; }

    internal string Marker => _name.TrimStart(':', '@', '$');

    /// <inheritdoc/>
    public override void ResetDbType() => DbType = DbType.Object;
}

/// <summary>The parameters of a command.</summary>
public sealed class CqliteParameterCollection : DbParameterCollection
{
    private readonly List<CqliteParameter> _items = [];

    internal CqliteParameterCollection()
    {
    }

    /// <inheritdoc/>
    public override int Count => _items.Count;

    /// <inheritdoc/>
    public override object SyncRoot => ((ICollection)_items).SyncRoot;

    /// <summary>A parameter by its place.</summary>
    public new CqliteParameter this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    /// <summary>A parameter by its name.</summary>
    public new CqliteParameter this[string parameterName]
    {
        get => (CqliteParameter)GetParameter(parameterName);
        set => SetParameter(parameterName, value);
    }

    /// <summary>Adds a parameter of a name and a value.</summary>
    public CqliteParameter AddWithValue(string? parameterName, object? value)
    {
        CqliteParameter parameter = new(parameterName, value);
        _items.Add(parameter);
        return parameter;
    }

    /// <summary>Adds a parameter.</summary>
    public CqliteParameter Add(CqliteParameter parameter)
    {
        _items.Add(parameter);
        return parameter;
    }

    /// <inheritdoc/>
    public override int Add(object value)
    {
        _items.Add((CqliteParameter)value);
        return _items.Count - 1;
    }

    /// <inheritdoc/>
    public override void AddRange(Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (object value in values)
            Add(value);
    }

    /// <inheritdoc/>
    public override void Clear() => _items.Clear();

    /// <inheritdoc/>
    public override bool Contains(object value) => _items.Contains(value);

    /// <inheritdoc/>
    public override bool Contains(string value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(Array array, int index) => ((ICollection)_items).CopyTo(array, index);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(object value) => _items.IndexOf((CqliteParameter)value);

    /// <inheritdoc/>
    public override int IndexOf(string parameterName) => _items.FindIndex(p => string.Equals(p.ParameterName, parameterName, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override void Insert(int index, object value) => _items.Insert(index, (CqliteParameter)value);

    /// <inheritdoc/>
    public override void Remove(object value) => _items.Remove((CqliteParameter)value);

    /// <inheritdoc/>
    public override void RemoveAt(int index) => _items.RemoveAt(index);

    /// <inheritdoc/>
    public override void RemoveAt(string parameterName) => _items.RemoveAt(Required(parameterName));

    /// <summary>The values for a statement's markers.</summary>
    /// <exception cref="InvalidOperationException">A marker gets none.</exception>
    internal IReadOnlyList<object?> ValuesFor(IReadOnlyList<Core.Query.ResultColumn> markers)
    {
        object?[] values = new object?[markers.Count];
        bool isNamed = _items.Exists(p => p.Marker.Length > 0);
        if (!isNamed && _items.Count != markers.Count)
            throw new InvalidOperationException($"The statement has {markers.Count} bind markers, and there are {_items.Count} parameters.");
        for (int i = 0; i < values.Length; i++)
        {
            CqliteParameter parameter = isNamed
                ? _items.Find(p => string.Equals(p.Marker, markers[i].Name, StringComparison.OrdinalIgnoreCase))
                    ?? throw new InvalidOperationException($"The bind marker '{markers[i].Name}' gets no value: there is no parameter of that name.")
                : _items[i];
            values[i] = parameter.Value;
        }

        return values;
    }

    /// <inheritdoc/>
    protected override DbParameter GetParameter(int index) => _items[index];

    /// <inheritdoc/>
    protected override DbParameter GetParameter(string parameterName) => _items[Required(parameterName)];

    /// <inheritdoc/>
    protected override void SetParameter(int index, DbParameter value) => _items[index] = (CqliteParameter)value;

    /// <inheritdoc/>
    protected override void SetParameter(string parameterName, DbParameter value) => _items[Required(parameterName)] = (CqliteParameter)value;

    private int Required(string name) => IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException($"There is no parameter '{name}'.", nameof(name));
}
