using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Functions;

namespace Cqlite.Core.Query.Execution;

/// <summary>Calls a function with the values of other evaluators.</summary>
internal sealed class FunctionEvaluator(ScalarFunction function, Evaluator[] operands) : Evaluator
{
    private readonly BufferWriter _output = new(32);

    public override void Reset()
    {
        foreach (Evaluator operand in operands)
            operand.Reset();
    }

    public override void Accumulate(RowView row)
    {
        foreach (Evaluator operand in operands)
            operand.Accumulate(row);
    }

    public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
    {
        var arguments = new Arguments();
        foreach (Evaluator operand in operands)
        {
            ReadOnlySpan<byte> value = operand.Value(row, out bool valueIsNull);
            arguments.Add(value, valueIsNull);
        }

        _output.Clear();
        isNull = !function.Invoke(arguments, _output);
        return isNull ? default : _output.WrittenSpan;
    }
}
