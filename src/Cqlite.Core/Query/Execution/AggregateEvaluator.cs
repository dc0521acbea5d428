using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Functions;

namespace Cqlite.Core.Query.Execution;

/// <summary>Hands the values of another evaluator to an aggregate, row by row; without one it only tells it of the row.</summary>
internal sealed class AggregateEvaluator(Accumulator accumulator, Evaluator? operand) : Evaluator
{
    private readonly BufferWriter _output = new(16);

    public override void Reset() => accumulator.Reset();

    public override void Accumulate(RowView row)
    {
        if (operand is null)
        {
            accumulator.Add(default);
            return;
        }

        ReadOnlySpan<byte> value = operand.Value(row, out bool isNull);
        if (!isNull)
            accumulator.Add(value);
    }

    public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
    {
        _output.Clear();
        isNull = !accumulator.Write(_output);
        return isNull ? default : _output.WrittenSpan;
    }
}
