using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>A list, set, map, tuple, user type or vector made of selections. A map's keys and values alternate; a user type's fields that are not given are null.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/selection/{List,Set,Map,Tuple,UserType,Vector}Selector.java.</remarks>
internal sealed record ConstructedSelection(CqlType Type, IReadOnlyList<Selection?> Parts) : Selection(Type)
{
    public override bool IsAggregate => Parts.Any(p => p is { IsAggregate: true });

    public override IEnumerable<ColumnSource> Columns => Parts.SelectMany(p => p?.Columns ?? []);

    public override IEnumerable<Function> Functions => Parts.SelectMany(p => p?.Functions ?? []);

    public override Evaluator Start(BindValues values) => new ConstructedEvaluator(Type, [.. Parts.Select(p => p?.StartWithin(this, values) ?? new ConstantEvaluator(null))]);

    protected override string Print() => $"{Type.Name}[{string.Join(", ", Parts.Select(p => p?.ToString() ?? "null"))}]";

    private sealed class ConstructedEvaluator(CqlType type, Evaluator[] parts) : Evaluator
    {
        private readonly Encoding.BufferWriter _output = new();
        private readonly ElementList? _ordered = type switch
        {
            SetType set => new ElementList(set.Elements, pairs: false),
            MapType map => new ElementList(map.Keys, pairs: true),
            _ => null,
        };

        public override void Reset()
        {
            foreach (Evaluator part in parts)
                part.Reset();
        }

        public override void Accumulate(RowView row)
        {
            foreach (Evaluator part in parts)
                part.Accumulate(row);
        }

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            isNull = false;
            _output.Clear();
            if (_ordered is not null)
            {
                WriteOrdered(row, _ordered);
                return _output.WrittenSpan;
            }

            if (type is ListType)
                _output.WriteInt32(parts.Length);
            foreach (Evaluator part in parts)
                WritePart(part.Value(row, out bool partIsNull), partIsNull);
            return _output.WrittenSpan;
        }

        private void WritePart(ReadOnlySpan<byte> value, bool valueIsNull)
        {
            if (type is VectorType vector)
            {
                CheckNotNull(valueIsNull, "vectors");
                if (vector.Elements.FixedLength >= 0)
                    _output.Write(value);
                else
                    _output.WriteVIntBytes(value);
            }
            else if (valueIsNull)
            {
                _output.WriteInt32(-1);
            }
            else
            {
                _output.WriteIntBytes(value);
            }
        }

        private void WriteOrdered(RowView row, ElementList ordered)
        {
            ordered.Clear();
            int step = type is MapType ? 2 : 1;
            for (int i = 0; i < parts.Length; i += step)
            {
                ReadOnlySpan<byte> key = parts[i].Value(row, out bool keyIsNull);
                CheckNotNull(keyIsNull, "collections");
                if (step == 1)
                {
                    ordered.Add(key);
                    continue;
                }

                ReadOnlySpan<byte> value = parts[i + 1].Value(row, out bool valueIsNull);
                CheckNotNull(valueIsNull, "collections");
                ordered.Add(key, value);
            }

            ordered.Write(_output);
        }

        private static void CheckNotNull(bool isNull, string where)
        {
            if (isNull)
                throw new InvalidQueryException($"null is not supported inside {where}");
        }
    }
}

/// <summary>A selection that a hint says another type of, whose values read the same.</summary>
internal sealed record HintedSelection(Selection Operand, CqlType Type) : Selection(Type)
{
    public override bool IsAggregate => Operand.IsAggregate;

    public override IEnumerable<ColumnSource> Columns => Operand.Columns;

    public override IEnumerable<Function> Functions => Operand.Functions;

    public override Evaluator Start(BindValues values) => Operand.Start(values);

    protected override string Print() => $"({Type.Name}){Operand}";
}
