using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Execution;

/// <summary>Keeps the value of the first row of a group; of a group without rows it is the value for nothing but nulls, as Cassandra has it.</summary>
internal sealed class FirstValueEvaluator(Evaluator operand) : Evaluator
{
    private readonly BufferWriter _value = new(32);
    private bool _taken;
    private bool _isNull = true;
    private RowView? _nothing;

    public override void Reset()
    {
        _taken = false;
        _isNull = true;
    }

    public override void Accumulate(RowView row)
    {
        if (_taken)
            return;
        _taken = true;
        _value.Clear();
        _value.Write(operand.Value(row, out _isNull));
    }

    public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
    {
        if (!_taken)
            return operand.Value(_nothing ??= row.Nothing(), out isNull);
        isNull = _isNull;
        return isNull ? default : _value.WrittenSpan;
    }
}
