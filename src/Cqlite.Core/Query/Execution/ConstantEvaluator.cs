namespace Cqlite.Core.Query.Execution;

/// <summary>A value of the statement.</summary>
internal sealed class ConstantEvaluator(byte[]? value) : Evaluator
{
    public override bool IsConstant => true;

    /// <summary>The value; null for null.</summary>
    public byte[]? Constant => value;

    public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
    {
        isNull = value is null;
        return value;
    }
}
