using System.Buffers.Binary;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>A condition whose values are known, to be tested on the row as it is stored.</summary>
/// <remarks>Source of the semantics: org/apache/cassandra/cql3/conditions/ColumnCondition.java (Bound and its heirs).</remarks>
internal sealed class BoundCondition(ColumnCondition condition, byte[]? element, IReadOnlyList<byte[]?> values)
{
    private readonly CqlType _type = condition.Column.Column.Type.Unreversed;

    // IN is an equality with one of several.
    private readonly RelationOperator _operator = condition.Operator == RelationOperator.In ? RelationOperator.Equal : condition.Operator;

    /// <summary>Whether the row fulfills it.</summary>
    /// <param name="row">The row without tombstones; null where there is none.</param>
    public bool AppliesTo(Row? row)
    {
        if (condition.Element is not null)
            return Any(ElementValue(row), ElementComparison());
        if (condition.Field >= 0)
            return Any(FieldValue(row), ((UserType)_type).Fields[condition.Field]);
        byte[]? value = WholeValue(row);
        return _type.IsMultiCell && _type is CollectionType ? AnyCollection(value) : Any(value, _type);
    }

    // An absent collection is an empty one, and so less than others.
    private bool AnyCollection(byte[]? stored)
    {
        foreach (byte[]? value in values)
        {
            CheckSet(value);
            if (value is null)
            {
                if (_operator is not (RelationOperator.Equal or RelationOperator.NotEqual))
                    throw NullComparison();
                if (_operator == RelationOperator.NotEqual)
                    return stored is not null;
                if (stored is null)
                    return true;
                continue;
            }

            if (Compare(_type, stored ?? new byte[sizeof(int)], IsContains ? value : CollectionItems.Normalize(_type, value)))
                return true;
        }

        return false;
    }

    private bool IsContains => _operator is RelationOperator.Contains or RelationOperator.ContainsKey;

    private bool Any(byte[]? stored, CqlType type)
    {
        foreach (byte[]? value in values)
        {
            CheckSet(value);
            if (value is null)
            {
                bool holds = _operator switch
                {
                    RelationOperator.Equal => stored is null,
                    RelationOperator.NotEqual => stored is not null,
                    _ => throw NullComparison(),
                };
                if (holds)
                    return true;
            }
            else if (stored is null)
            {
                if (_operator == RelationOperator.NotEqual)
                    return true;
            }
            else if (Compare(type, stored, value))
            {
                return true;
            }
        }

        return false;
    }

    private bool Compare(CqlType type, byte[] stored, byte[] value)
    {
        if (IsContains)
            return Contains(type, stored, value);
        int order = type.Compare(stored, value);
        return _operator switch
        {
            RelationOperator.Equal => order == 0,
            RelationOperator.NotEqual => order != 0,
            RelationOperator.Less => order < 0,
            RelationOperator.LessOrEqual => order <= 0,
            RelationOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private bool Contains(CqlType type, byte[] stored, byte[] value)
    {
        List<byte[]?> parts = CollectionItems.Split(type, stored);
        bool isMap = type is MapType;
        bool keys = _operator == RelationOperator.ContainsKey;
        CqlType compared = type switch
        {
            MapType map => keys ? map.Keys : map.Values,
            SetType set => set.Elements,
            _ => ((ListType)type).Elements,
        };
        for (int i = isMap && !keys ? 1 : 0; i < parts.Count; i += isMap ? 2 : 1)
        {
            if (compared.Compare(parts[i], value) == 0)
                return true;
        }

        return false;
    }

    // Cassandra compares a map's values in the order of its keys' type.
    private CqlType ElementComparison() => _type is MapType map ? map.Keys : ((ListType)_type).Elements;

    private byte[]? ElementValue(Row? row)
    {
        bool isMap = _type is MapType;
        if (element is null)
            throw new InvalidQueryException($"Invalid null value for {(isMap ? "map" : "list")} element access");
        if (BindValues.IsUnset(element))
            throw new InvalidQueryException($"Invalid unset value for {(isMap ? "map" : "list")} element access");
        int index = isMap ? 0 : ListIndex(element);
        if (WholeValue(row) is not { } whole)
            return null;
        List<byte[]?> parts = CollectionItems.Split(_type, whole);
        if (!isMap)
            return index < parts.Count ? parts[index] : null;
        CqlType keys = ((MapType)_type).Keys;
        for (int i = 0; i < parts.Count; i += 2)
        {
            if (keys.Compare(parts[i], element) == 0)
                return parts[i + 1];
        }

        return null;
    }

    private byte[]? FieldValue(Row? row)
    {
        if (WholeValue(row) is not { } whole)
            return null;
        ElementReader reader = new(whole, "user type");
        for (int field = 0; !reader.IsAtEnd; field++)
        {
            bool isThere = reader.Read(out ReadOnlySpan<byte> value);
            if (field == condition.Field)
                return isThere ? value.ToArray() : null;
        }

        return null;
    }

    private byte[]? WholeValue(Row? row)
    {
        if (row is null)
            return null;
        ReadOnlySpan<Cell> cells = row.Cells;
        int start = 0;
        while (start < cells.Length && cells[start].Column != condition.Column.Index)
            start++;
        int end = start;
        while (end < cells.Length && cells[end].Column == condition.Column.Index)
            end++;
        if (start == end)
            return null;
        if (!_type.IsMultiCell)
            return row.Value(cells[start]).ToArray();
        var output = new BufferWriter();
        return MultiCellValues.TryAssemble(_type, row, cells[start..end], long.MinValue, output) ? output.ToArray() : null;
    }

    private static int ListIndex(byte[] element)
    {
        if (element.Length != sizeof(int))
            throw new InvalidQueryException($"Expected 4 or 0 byte int ({element.Length})");
        int index = BinaryPrimitives.ReadInt32BigEndian(element);
        return index < 0 ? throw new InvalidQueryException($"Invalid negative list index {index}") : index;
    }

    private static void CheckSet(byte[]? value)
    {
        if (BindValues.IsUnset(value))
            throw new InvalidQueryException("Invalid 'unset' value in condition");
    }

    private InvalidQueryException NullComparison() => new($"Invalid comparison with null for operator \"{RelationSymbols.Of(_operator)}\"");
}
