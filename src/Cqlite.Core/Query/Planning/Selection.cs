using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>An expression of a SELECT clause: its type, and how it is computed.</summary>
internal abstract record Selection(CqlType Type)
{
    /// <summary>Whether it is computed over many rows.</summary>
    public virtual bool IsAggregate => false;

    /// <summary>The columns it reads.</summary>
    public abstract IEnumerable<ColumnSource> Columns { get; }

    /// <summary>The functions it calls.</summary>
    public virtual IEnumerable<Function> Functions => [];

    /// <summary>Something that computes it, for one execution.</summary>
    public abstract Evaluator Start(BindValues values);

    /// <summary>The same, as a part of another selection: beside an aggregate it is computed for the first row of a group.</summary>
    public Evaluator StartWithin(Selection whole, BindValues values)
    {
        Evaluator evaluator = Start(values);
        return whole.IsAggregate && !IsAggregate && !evaluator.IsConstant ? new FirstValueEvaluator(evaluator) : evaluator;
    }

    /// <summary>How plans print it.</summary>
    public sealed override string ToString() => Print();

    protected abstract string Print();
}

/// <summary>A column; with a mask, its values as whoever may not see them gets them.</summary>
internal sealed record ColumnSelection(ColumnSource Source, ColumnMask? Mask = null) : Selection(Source.Column.Type.Unreversed)
{
    public override IEnumerable<ColumnSource> Columns => [Source];

    public override Evaluator Start(BindValues values)
    {
        var column = new ColumnEvaluator(Source);
        if (Mask is null)
            return column;
        ScalarFunction function = MaskingFunctions.Of(Mask, Type)
            ?? throw new InvalidQueryException($"Masking function {Mask} can't be run: this engine has no Java to execute its body");
        return new FunctionEvaluator(function, [column, .. Mask.Arguments.Select(a => new ConstantEvaluator(a.Value?.ToArray()))]);
    }

    protected override string Print() => Mask is null ? Source.Column.Name : $"{Source.Column.Name} masked with {Mask}";

    private sealed class ColumnEvaluator(ColumnSource source) : Evaluator
    {
        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull) => row.Value(source, out isNull);

        public override void Write(RowView row, BufferWriter output) => row.Write(source, output);
    }
}

/// <summary>A value of the statement.</summary>
internal sealed record ConstantSelection(Term Term, CqlType Type) : Selection(Type)
{
    public override IEnumerable<ColumnSource> Columns => [];

    public override Evaluator Start(BindValues values) => new ConstantEvaluator(Term.Bind(values));

    protected override string Print() => Term.ToString();
}

/// <summary>All selected values as one JSON object, as SELECT JSON gives them.</summary>
internal sealed record JsonRowSelection(IReadOnlyList<(string Name, Selection Value)> Values) : Selection(CqlTypes.Text)
{
    public override bool IsAggregate => Values.Any(v => v.Value.IsAggregate);

    public override IEnumerable<ColumnSource> Columns => Values.SelectMany(v => v.Value.Columns);

    public override IEnumerable<Function> Functions => Values.SelectMany(v => v.Value.Functions);

    public override Evaluator Start(BindValues values) => new JsonEvaluator([.. Values.Select(v => (Quote(v.Name), v.Value.Type, v.Value.StartWithin(this, values)))]);

    protected override string Print() => $"JSON {string.Join(", ", Values.Select(v => v.Value))}";

    // Names that are not all lower case keep their case in JSON by double quotes within the string.
    private static string? Quote(string name) => name.Any(char.IsUpper) ? $"\"{name}\"" : name;
}

/// <summary>A field of a user type's value.</summary>
internal sealed record FieldSelectionPlan(Selection Operand, string Field, int Index, CqlType Type) : Selection(Type)
{
    public override bool IsAggregate => Operand.IsAggregate;

    public override IEnumerable<ColumnSource> Columns => Operand.Columns;

    public override IEnumerable<Function> Functions => Operand.Functions;

    public override Evaluator Start(BindValues values) => new FieldEvaluator(Operand.Start(values), Index);

    protected override string Print() => $"{Operand}.{Field}";

    private sealed class FieldEvaluator(Evaluator operand, int index) : Evaluator
    {
        public override void Reset() => operand.Reset();

        public override void Accumulate(RowView row) => operand.Accumulate(row);

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            ReadOnlySpan<byte> value = operand.Value(row, out isNull);
            for (int i = 0; !isNull; i++)
            {
                if (value.Length < sizeof(int))
                {
                    isNull = true;
                    break;
                }

                int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(value);
                value = value[sizeof(int)..];
                if (i == index)
                {
                    isNull = length < 0 || length > value.Length;
                    return isNull ? default : value[..length];
                }

                value = length > 0 ? value[Math.Min(length, value.Length)..] : value;
            }

            return default;
        }
    }
}

/// <summary>The element of a map with a key, or of a set that equals one.</summary>
internal sealed record ElementSelectionPlan(Selection Operand, Term Key, CqlType KeyType, CqlType Type) : Selection(Type)
{
    public override bool IsAggregate => Operand.IsAggregate;

    public override IEnumerable<ColumnSource> Columns => Operand.Columns;

    public override IEnumerable<Function> Functions => Operand.Functions;

    public override Evaluator Start(BindValues values)
    {
        byte[]? key = Key.Bind(values);
        if (key is null || BindValues.IsUnset(key))
            throw new InvalidQueryException($"Invalid {(key is null ? "null" : "unset")} value for element selection on {Operand}");
        return new ElementEvaluator(Operand.Start(values), key, KeyType, Operand.Type is MapType);
    }

    protected override string Print() => $"{Operand}[{Key}]";

    private sealed class ElementEvaluator(Evaluator operand, byte[] key, CqlType keyType, bool isMap) : Evaluator
    {
        public override void Reset() => operand.Reset();

        public override void Accumulate(RowView row) => operand.Accumulate(row);

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            ReadOnlySpan<byte> value = operand.Value(row, out isNull);
            if (isNull || value.Length < sizeof(int))
            {
                isNull = true;
                return default;
            }

            int count = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(value);
            value = value[sizeof(int)..];
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> found = Next(ref value);
                ReadOnlySpan<byte> element = isMap ? Next(ref value) : found;
                if (keyType.Compare(found, key) == 0)
                    return element;
            }

            isNull = true;
            return default;
        }

        private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> bytes)
        {
            int length = Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes), bytes.Length - sizeof(int));
            ReadOnlySpan<byte> element = bytes.Slice(sizeof(int), Math.Max(0, length));
            bytes = bytes[(sizeof(int) + element.Length)..];
            return element;
        }
    }
}

/// <summary>The part of a set or map whose elements or keys lie between two values, both included.</summary>
internal sealed record SliceSelectionPlan(Selection Operand, Term? From, Term? To, CqlType KeyType) : Selection(Operand.Type)
{
    public override bool IsAggregate => Operand.IsAggregate;

    public override IEnumerable<ColumnSource> Columns => Operand.Columns;

    public override IEnumerable<Function> Functions => Operand.Functions;

    public override Evaluator Start(BindValues values)
    {
        byte[]? from = Bound(From, values);
        byte[]? to = Bound(To, values);
        return new SliceEvaluator(Operand.Start(values), from, to, KeyType, Operand.Type is MapType, Operand.Type.IsMultiCell);
    }

    // A bound that is left out or unset is none; null is no bound.
    private byte[]? Bound(Term? term, BindValues values)
    {
        if (term is null)
            return null;
        byte[] value = term.Bind(values) ?? throw new InvalidQueryException($"Invalid null value for slice selection on {Operand}");
        return BindValues.IsUnset(value) ? null : value;
    }

    protected override string Print() => $"{Operand}[{From}..{To}]";

    private sealed class SliceEvaluator(Evaluator operand, byte[]? from, byte[]? to, CqlType keyType, bool isMap, bool isMultiCell) : Evaluator
    {
        private readonly Encoding.BufferWriter _output = new();

        public override void Reset() => operand.Reset();

        public override void Accumulate(RowView row) => operand.Accumulate(row);

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            ReadOnlySpan<byte> value = operand.Value(row, out isNull);
            if (isNull)
                return default;
            var reader = ElementReader.OfCollection(value, isMap ? "map" : "set", out int count);
            _output.Clear();
            _output.WriteInt32(0);
            int taken = 0;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> key = reader.ReadValue();
                ReadOnlySpan<byte> element = isMap ? reader.ReadValue() : default;
                if ((from is not null && keyType.Compare(key, from) < 0) || (to is not null && keyType.Compare(key, to) > 0))
                    continue;
                _output.WriteIntBytes(key);
                if (isMap)
                    _output.WriteIntBytes(element);
                taken++;
            }

            // What is stored as cells is null without any.
            isNull = isMultiCell && taken == 0;
            if (isNull)
                return default;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(_output.Patch(0, sizeof(int)), taken);
            return _output.WrittenSpan;
        }
    }
}
