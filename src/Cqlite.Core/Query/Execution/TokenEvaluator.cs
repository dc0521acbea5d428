using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>Computes the token of a partition key of several values.</summary>
internal sealed class TokenEvaluator(Partitioner partitioner, Evaluator[] components) : Evaluator
{
    private readonly BufferWriter _output = new(16);

    public override void Reset()
    {
        foreach (Evaluator component in components)
            component.Reset();
    }

    public override void Accumulate(RowView row)
    {
        foreach (Evaluator component in components)
            component.Accumulate(row);
    }

    public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
    {
        var values = new byte[]?[components.Length];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> value = components[i].Value(row, out isNull);
            if (isNull)
                return default;
            values[i] = value.ToArray();
        }

        isNull = false;
        byte[] key = PartitionKeys.Serialize(values);
        _output.Clear();
        Tokens.Write(partitioner, partitioner.TokenOf(key), key, _output);
        return _output.WrittenSpan;
    }
}
