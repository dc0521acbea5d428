using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Execution;

/// <summary>
/// Computes one value of a result row: from the row that the query stands on, or, in an aggregate, from the rows accumulated
/// since the last reset. Belongs to one execution; what it returns is valid until the query moves on.
/// </summary>
internal abstract class Evaluator
{
    /// <summary>Whether it is the same for every row.</summary>
    public virtual bool IsConstant => false;

    /// <summary>The value.</summary>
    public abstract ReadOnlySpan<byte> Value(RowView row, out bool isNull);

    /// <summary>Appends the value as the native protocol has it: <c>length:4 value</c>, a length of -1 for null.</summary>
    public virtual void Write(RowView row, BufferWriter output)
    {
        ReadOnlySpan<byte> value = Value(row, out bool isNull);
        output.WriteIntBytes(value, isNull);
    }

    /// <summary>Forgets accumulated rows.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>Takes a row into account.</summary>
    public virtual void Accumulate(RowView row)
    {
    }
}
