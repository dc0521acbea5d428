using System.Collections.Immutable;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>Plans the conditions of IF.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/conditions/ColumnCondition.java (Raw.prepare).</remarks>
internal sealed class ConditionPlanner(TableMetadata table, TermPlanner terms)
{
    /// <summary>Plans all conditions of a statement.</summary>
    public StatementConditions Plan(ImmutableArray<Condition> conditions)
    {
        var regulars = ImmutableArray.CreateBuilder<ColumnCondition>();
        var statics = ImmutableArray.CreateBuilder<ColumnCondition>();
        foreach (Condition condition in conditions)
        {
            ColumnMetadata column = ColumnSource.Find(table, condition.Column);
            (ColumnSource source, Term? element, int field, RelationOperator comparison, List<Term> values, Term? list) = PlanOne(condition, column);
            if (column.IsPrimaryKey)
                throw new InvalidQueryException($"PRIMARY KEY column '{column.Name}' cannot have IF conditions");
            (source.Kind == ColumnKind.Static ? statics : regulars).Add(new ColumnCondition(source, element, field, comparison, values, list));
        }

        return new StatementConditions(false, false, regulars.ToImmutable(), statics.ToImmutable());
    }

    private (ColumnSource, Term?, int, RelationOperator, List<Term>, Term?) PlanOne(Condition condition, ColumnMetadata column)
    {
        CqlType type = column.Type.Unreversed;
        if (type.IsCounter)
            throw new InvalidQueryException("Conditions on counters are not supported");
        Term? element = null;
        int field = -1;
        var receiver = new Receiver(column.Name, type);
        RelationOperator comparison = condition is CompareCondition compare ? compare.Operator : RelationOperator.In;
        if (condition.Element is { } key)
        {
            (Receiver ofElement, Receiver ofValue) = type switch
            {
                ListType list => (new Receiver($"idx({column.Name})", CqlTypes.Int), new Receiver($"value({column.Name})", list.Elements)),
                MapType map => (new Receiver($"key({column.Name})", map.Keys), new Receiver($"value({column.Name})", map.Values)),
                SetType => throw new InvalidQueryException($"Invalid element access syntax for set column {column.Name}"),
                _ => throw new InvalidQueryException($"Invalid element access syntax for non-collection column {column.Name}"),
            };
            receiver = ofValue;
            CheckDuration(receiver.Type, comparison);
            element = terms.Prepare(key, ofElement);
        }
        else if (condition.Field is { } name)
        {
            if (type is not UserType user)
                throw new InvalidQueryException($"Invalid field access for column {column.Name} of type {type.Name}");
            field = IndexOf(user.FieldNames, name.Text);
            if (field < 0)
                throw new InvalidQueryException($"Unknown field {name} for column {column.Name}");
            receiver = new Receiver($"{column.Name}.{name}", user.Fields[field]);
            CheckDuration(receiver.Type, comparison);
        }
        else
        {
            CheckDuration(type, comparison);
        }

        (List<Term> values, Term? listed) = PlanValues(condition, comparison, column, receiver);
        return (column.IsPrimaryKey ? new ColumnSource(column, column.Position) : ColumnSource.Of(table, column), element, field, comparison, values, listed);
    }

    private (List<Term> Values, Term? List) PlanValues(Condition condition, RelationOperator comparison, ColumnMetadata column, Receiver receiver)
    {
        if (condition is InCondition listed)
        {
            return listed.Values.Marker is { } marker
                ? ([], terms.PrepareInMarker(marker, [receiver], tuple: false))
                : ([.. listed.Values.Values.Select(v => terms.Prepare(v, receiver))], null);
        }

        if (comparison == RelationOperator.ContainsKey && receiver.Type is not MapType)
            throw new InvalidQueryException($"Cannot use CONTAINS KEY on non-map column {column.Name}");
        if (comparison == RelationOperator.Contains && receiver.Type is not CollectionType)
            throw new InvalidQueryException($"Cannot use CONTAINS on non-collection column {column.Name}");
        if (comparison is RelationOperator.Contains or RelationOperator.ContainsKey)
        {
            receiver = receiver.Type switch
            {
                MapType map when comparison == RelationOperator.ContainsKey => new Receiver($"key({column.Name})", map.Keys),
                MapType map => new Receiver($"value({column.Name})", map.Values),
                SetType set => new Receiver($"value({column.Name})", set.Elements),
                _ => new Receiver($"value({column.Name})", ((ListType)receiver.Type).Elements),
            };
        }

        return ([terms.Prepare(((CompareCondition)condition).Value, receiver)], null);
    }

    private static void CheckDuration(CqlType type, RelationOperator comparison)
    {
        bool isSlice = comparison is RelationOperator.Less or RelationOperator.LessOrEqual or RelationOperator.Greater or RelationOperator.GreaterOrEqual;
        if (!isSlice || !type.ClassName.Contains("DurationType", StringComparison.Ordinal))
            return;
        throw new InvalidQueryException(type switch
        {
            CollectionType => "Slice conditions are not supported on collections containing durations",
            UserType or TupleType => "Slice conditions are not supported on tuples containing durations",
            _ => $"Slice conditions ( {RelationSymbols.Of(comparison)} ) are not supported on durations",
        });
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        return -1;
    }
}
