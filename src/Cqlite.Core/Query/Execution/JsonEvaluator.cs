using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Execution;

/// <summary>Prints values as JSON: one value without a name, or an object of named ones.</summary>
internal sealed class JsonEvaluator((string? Name, CqlType Type, Evaluator Value)[] values) : Evaluator
{
    private readonly BufferWriter _output = new();
    private readonly byte[][] _names = [.. values.Select(v => v.Name is null ? [] : NameBytes(v.Name))];

    public override void Reset()
    {
        foreach ((_, _, Evaluator value) in values)
            value.Reset();
    }

    public override void Accumulate(RowView row)
    {
        foreach ((_, _, Evaluator value) in values)
            value.Accumulate(row);
    }

    public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
    {
        isNull = false;
        _output.Clear();
        bool isObject = _names.Length != 1 || _names[0].Length > 0;
        if (isObject)
            _output.WriteByte((byte)'{');
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0)
                _output.Write(", "u8);
            _output.Write(_names[i]);
            ReadOnlySpan<byte> value = values[i].Value.Value(row, out bool valueIsNull);
            if (valueIsNull || (!isObject && value.IsEmpty && values[i].Type.IsEmptyMeaningless))
                _output.Write("null"u8);
            else
                values[i].Type.WriteJson(value, _output);
        }

        if (isObject)
            _output.WriteByte((byte)'}');
        return _output.WrittenSpan;
    }

    private static byte[] NameBytes(string name)
    {
        var output = new BufferWriter();
        CqlTypes.Text.WriteJson(System.Text.Encoding.UTF8.GetBytes(name), output);
        output.Write(": "u8);
        return output.ToArray();
    }
}
