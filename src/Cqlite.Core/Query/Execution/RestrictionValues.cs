using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query.Execution;

/// <summary>The values that a restriction has once markers are bound.</summary>
internal static class RestrictionValues
{
    /// <summary>The combinations of values that an equality or IN allows for its columns.</summary>
    public static List<byte[]?[]> Of(Restriction restriction, BindValues values) => restriction switch
    {
        EqualRestriction equal => [Single(equal, equal.Value, values)],
        InRestriction { List: { } list } listed => OfList(listed, list.Bind(values)),
        InRestriction listed => [.. listed.Values.Select(v => Single(listed, v, values))],
        _ => throw new InvalidOperationException($"{restriction} has no single values."),
    };

    /// <summary>The value that an equality allows for its column.</summary>
    public static byte[] Single(EqualRestriction restriction, BindValues values) => Single(restriction, restriction.Value, values)[0]!;

    /// <summary>The values of one end of a slice; null for a null value of a single column, which is before all others.</summary>
    public static byte[]?[] Of(SliceRestriction restriction, Bound bound, BindValues values)
    {
        if (!restriction.IsTuple || bound.Value is not (TupleTerm or MarkerTerm { Receiver.Type: Types.TupleType }) || bound.ColumnCount == 1)
        {
            byte[]? value = bound.Value is TupleTerm single ? single.BindElements(values)[0] : bound.Value.Bind(values);
            return BindValues.IsUnset(value) ? throw Unset(restriction) : [value];
        }

        byte[]?[] elements = Elements(restriction, bound.Value, values);
        for (int i = 0; i < elements.Length; i++)
        {
            if (elements[i] is null)
                throw new InvalidQueryException($"Invalid null value in condition for column {restriction.Columns[i].Name}");
        }

        return elements;
    }

    /// <summary>The parts of a serialized tuple.</summary>
    public static byte[]?[] SplitTuple(ReadOnlySpan<byte> tuple, int count)
    {
        var parts = new List<byte[]?>(count);
        while (!tuple.IsEmpty)
        {
            int length = tuple.Length < 4 ? throw Malformed() : BinaryPrimitives.ReadInt32BigEndian(tuple);
            tuple = tuple[4..];
            if (length > tuple.Length)
                throw Malformed();
            parts.Add(length < 0 ? null : tuple[..length].ToArray());
            tuple = length < 0 ? tuple : tuple[length..];
        }

        if (parts.Count > count)
            throw new InvalidQueryException($"Tuple value contained too many fields (expected {count}, got {parts.Count})");
        while (parts.Count < count)
            parts.Add(null);
        return [.. parts];
    }

    private static byte[]?[] Single(Restriction restriction, Term term, BindValues values)
    {
        if (restriction.IsTuple)
            return CheckTuple(restriction, Elements(restriction, term, values));
        byte[]? value = term.Bind(values);
        if (BindValues.IsUnset(value))
            throw Unset(restriction);
        return value is null ? throw NullInCondition(restriction) : [value];
    }

    private static byte[]?[] Elements(Restriction restriction, Term term, BindValues values)
    {
        if (term is TupleTerm tuple)
            return tuple.BindElements(values);
        byte[]? value = term.Bind(values);
        if (BindValues.IsUnset(value))
            throw Unset(restriction);
        return value is null
            ? throw new InvalidQueryException($"Invalid null value in condition for columns: [{string.Join(", ", restriction.Columns.Select(c => c.Name))}]")
            : SplitTuple(value, restriction.Columns.Count);
    }

    private static byte[]?[] CheckTuple(Restriction restriction, byte[]?[] elements)
    {
        for (int i = 0; i < elements.Length; i++)
        {
            if (elements[i] is null)
                throw new InvalidQueryException($"Invalid null value for column {restriction.Columns[i].Name}");
        }

        return elements;
    }

    private static List<byte[]?[]> OfList(InRestriction restriction, byte[]? list)
    {
        if (list is null)
        {
            throw new InvalidQueryException(restriction.IsTuple
                ? "Invalid null value for IN restriction"
                : $"Invalid null value for column {restriction.First.Name}");
        }

        if (BindValues.IsUnset(list))
            throw Unset(restriction);
        if (list.Length < 4)
            throw Malformed();
        int count = BinaryPrimitives.ReadInt32BigEndian(list);
        byte[]?[] items = SplitTuple(list.AsSpan(4), Math.Max(0, count));
        if (!restriction.IsTuple)
            return [.. items.Select(i => i is null ? throw NullInCondition(restriction) : new byte[]?[] { i })];
        return [.. items.Select(i => CheckTuple(restriction, SplitTuple(i, restriction.Columns.Count)))];
    }

    private static InvalidQueryException Unset(Restriction restriction) => new($"Invalid unset value for column {restriction.First.Name}");

    private static InvalidQueryException NullInCondition(Restriction restriction) => new($"Invalid null value in condition for column {restriction.First.Name}");

    private static InvalidQueryException Malformed() => new("Not enough bytes to read a value of a tuple or list.");
}
