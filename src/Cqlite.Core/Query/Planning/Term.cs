using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>A value of a statement as far as it is known before execution.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/Term.java.</remarks>
internal abstract record Term
{
    /// <summary>Whether a bind marker is in it.</summary>
    public virtual bool HasMarker => false;

    /// <summary>Whether the value is known only at execution.</summary>
    public abstract bool IsDeferred { get; }

    /// <summary>The serialized value; null for null, <see cref="BindValues.Unset"/> for one that is unset.</summary>
    public abstract byte[]? Bind(BindValues values);
}

/// <summary>A value that is known.</summary>
internal sealed record ConstantTerm(byte[]? Value, string Text) : Term
{
    public override bool IsDeferred => false;

    public override byte[]? Bind(BindValues values) => Value;

    public override string ToString() => Text;
}

/// <summary>A bind marker.</summary>
internal sealed record MarkerTerm(int Index, Receiver Receiver) : Term
{
    public override bool HasMarker => true;

    public override bool IsDeferred => true;

    /// <summary>Whether it stands for all values of an IN, of which the restriction says what may not be null.</summary>
    public bool IsInList { get; init; }

    public override byte[]? Bind(BindValues values)
    {
        byte[]? value = values[Index];
        if (value is null || BindValues.IsUnset(value))
            return value;
        if (IsInList)
            ValidateElements((ListType)Receiver.Type, value);
        else
            Receiver.Type.Validate(value);
        return value;
    }

    private static void ValidateElements(ListType type, byte[] value)
    {
        ElementReader elements = ElementReader.OfCollection(value, "list", out int count);
        for (int i = 0; i < count; i++)
        {
            if (elements.Read(out ReadOnlySpan<byte> element))
                type.Elements.Validate(element);
        }

        elements.CheckEnd();
    }

    public override string ToString() => "?";
}

/// <summary>A tuple, of which some value is known only at execution: of a tuple type, or of several columns.</summary>
internal sealed record TupleTerm(IReadOnlyList<Term> Elements) : Term
{
    public override bool HasMarker => Elements.Any(e => e.HasMarker);

    public override bool IsDeferred => Elements.Any(e => e.IsDeferred);

    /// <summary>The values of the elements.</summary>
    public byte[]?[] BindElements(BindValues values)
    {
        byte[]?[] bound = new byte[]?[Elements.Count];
        for (int i = 0; i < bound.Length; i++)
        {
            bound[i] = Elements[i].Bind(values);
            if (BindValues.IsUnset(bound[i]))
                throw new InvalidQueryException($"Invalid unset value for tuple field number {i}");
        }

        return bound;
    }

    public override byte[]? Bind(BindValues values) => Serialize(BindElements(values));

    /// <summary>A tuple's serialized form: each element behind its 32-bit length, -1 for null.</summary>
    public static byte[] Serialize(ReadOnlySpan<byte[]?> elements)
    {
        var output = new BufferWriter();
        foreach (byte[]? element in elements)
        {
            if (element is null)
                output.WriteInt32(-1);
            else
                output.WriteIntBytes(element);
        }

        return output.ToArray();
    }

    public override string ToString() => $"({string.Join(", ", Elements)})";
}

/// <summary>A user type's value, of which some field is known only at execution.</summary>
internal sealed record UserTypeTerm(IReadOnlyList<string> Fields, IReadOnlyList<Term> Values, string TypeName) : Term
{
    public override bool HasMarker => Values.Any(e => e.HasMarker);

    public override bool IsDeferred => Values.Any(e => e.IsDeferred);

    public override byte[]? Bind(BindValues values)
    {
        byte[]?[] bound = new byte[]?[Values.Count];
        for (int i = 0; i < bound.Length; i++)
        {
            bound[i] = Values[i].Bind(values);
            if (BindValues.IsUnset(bound[i]))
                throw new InvalidQueryException($"Invalid unset value for field '{Fields[i]}' of user defined type {TypeName}");
        }

        return TupleTerm.Serialize(bound);
    }

    public override string ToString() => $"{{{string.Join(", ", Fields.Zip(Values, (f, v) => $"{f}: {v}"))}}}";
}

/// <summary>A list, set, map or vector, whose parts may be known only at execution. A map's keys and values alternate.</summary>
internal sealed record CollectionTerm(CqlType Type, IReadOnlyList<Term> Elements) : Term
{
    public override bool IsDeferred => Elements.Any(e => e.IsDeferred);

    public override byte[]? Bind(BindValues values)
    {
        var bound = new byte[Elements.Count][];
        for (int i = 0; i < bound.Length; i++)
        {
            byte[]? value = Elements[i].Bind(values);
            if (Type is VectorType vector)
            {
                bound[i] = IsPartOf(vector, value) ? value! : throw new InvalidQueryException("null is not supported inside vectors");
                continue;
            }

            if (BindValues.IsUnset(value))
                return BindValues.Unset;
            bound[i] = value ?? throw new InvalidQueryException("null is not supported inside collections");
        }

        return Type switch
        {
            SetType set => Pack(Distinct(bound, 1, set.Elements), 1),
            MapType map => Pack(Distinct(bound, 2, map.Keys), 2),
            VectorType vector => PackVector(bound, vector),
            _ => Pack(bound, 1),
        };
    }

    public override string ToString() => $"{Type.Name}[{string.Join(", ", Elements)}]";

    private static byte[] Pack(byte[][] elements, int perItem)
    {
        var output = new BufferWriter();
        output.WriteInt32(elements.Length / perItem);
        foreach (byte[] element in elements)
            output.WriteIntBytes(element);
        return output.ToArray();
    }

    // A vector has no place for what is null or unset, nor for what its elements' type takes for null: no bytes, but for a text or blob.
    private static bool IsPartOf(VectorType vector, byte[]? value) =>
        value is not null && !BindValues.IsUnset(value) && (value.Length > 0 || vector.Elements is TextType or BlobType);

    // Elements of a fixed length stand side by side, others behind their lengths.
    private static byte[] PackVector(byte[][] elements, VectorType type)
    {
        var output = new BufferWriter();
        foreach (byte[] element in elements)
        {
            if (type.Elements.FixedLength >= 0)
                output.Write(element);
            else
                output.WriteVIntBytes(element);
        }

        return output.ToArray();
    }

    // Items in the order of their first element; of equal ones the first element stays, with the last value.
    private static byte[][] Distinct(byte[][] elements, int perItem, CqlType order)
    {
        var sorted = new SortedDictionary<byte[], byte[][]>(Comparer<byte[]>.Create((a, b) => order.Compare(a, b)));
        foreach (byte[][] item in elements.Chunk(perItem))
        {
            if (!sorted.TryAdd(item[0], item))
                sorted[item[0]][^1] = perItem == 1 ? sorted[item[0]][0] : item[1];
        }

        return [.. sorted.Values.SelectMany(i => i)];
    }
}

/// <summary>A call of a function.</summary>
internal sealed record FunctionTerm(ScalarFunction Function, IReadOnlyList<Term> Arguments) : Term
{
    private Result? _constant;

    public override bool HasMarker => Arguments.Any(a => a.HasMarker);

    /// <inheritdoc/>
    /// <remarks>Always: errors of a call with constants too are those of its execution.</remarks>
    public override bool IsDeferred => true;

    public override byte[]? Bind(BindValues values)
    {
        if (_constant is { } known)
            return known.Value;
        var arguments = new Arguments();
        foreach (Term argument in Arguments)
        {
            byte[]? value = argument.Bind(values);
            CheckSet(Function, value);
            arguments.Add(value, value is null);
        }

        var output = new BufferWriter(16);
        byte[]? result = Function.Invoke(arguments, output) ? output.ToArray() : null;
        if (IsConstant)
            _constant = new Result(result);
        return result;
    }

    /// <summary>Refuses an unset value for an argument.</summary>
    public static void CheckSet(Function function, byte[]? value)
    {
        if (BindValues.IsUnset(value))
            throw new InvalidQueryException($"Invalid unset value for argument in call to function {function.Name}");
    }

    public override string ToString() => Function.ColumnName([.. Arguments.Select(a => a.ToString())]);

    // What a pure function makes of constants it makes of them once.
    private bool IsConstant => Function.IsPure && Arguments.All(a => a is ConstantTerm or FunctionTerm { IsConstant: true });

    private sealed record Result(byte[]? Value);
}
