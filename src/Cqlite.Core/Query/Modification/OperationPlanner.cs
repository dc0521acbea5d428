using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>Plans what a statement does to its columns.</summary>
/// <param name="table">The table.</param>
/// <param name="terms">Plans values.</param>
/// <param name="isConditional">Whether the statement has conditions, so that it reads the row anyway.</param>
/// <remarks>Source: org/apache/cassandra/cql3/Operation.java (the RawUpdate and RawDeletion classes).</remarks>
internal sealed class OperationPlanner(TableMetadata table, TermPlanner terms, bool isConditional)
{
    private readonly List<Operation> _regulars = [];
    private readonly List<Operation> _statics = [];

    /// <summary>Whether operations and conditions concern static columns alone.</summary>
    public bool AppliesOnlyToStatics(ModificationKind kind, StatementConditions conditions) =>
        ModificationPlan.OnlyStatics(kind, _regulars.Count, _statics.Count, conditions);

    /// <summary>The plan of the statement.</summary>
    public ModificationPlan Complete(ModificationKind kind, WherePlan where, UpdateAttributes attributes, StatementConditions conditions) =>
        new(kind, table, where, InOrder(_regulars), InOrder(_statics), attributes, conditions) { AsWritten = [.. _regulars, .. _statics] };

    /// <summary>Plans <c>c = value</c>.</summary>
    public void Set(ColumnMetadata column, Expression value)
    {
        // Cassandra plans it and then fails within.
        if (column.Type.Unreversed is UserType && value is TupleLiteral)
            throw new InvalidQueryException($"Invalid tuple literal for {column.Name} of type {column.Type.Name}");
        Term term = terms.Prepare(value, Receiver(column));
        if (column.Type.IsCounter)
        {
            throw new InvalidQueryException(
                $"Cannot set the value of counter column {column.Name} (counters can only be incremented/decremented, not set)");
        }

        Set(column, term);
    }

    /// <summary>Plans <c>c = value</c> of a value that was planned.</summary>
    public void Set(ColumnMetadata column, Term value)
    {
        ColumnSource source = ColumnSource.Of(table, column);
        Add(column.Type.Unreversed switch
        {
            CollectionType => new SetCollection(source, value),
            UserType { IsMultiCell: true } => new SetFields(source, value),
            _ => new SetValue(source, value),
        });
    }

    /// <summary>Plans an assignment.</summary>
    public void Assign(ColumnMetadata column, Cql.Syntax.Assignment assignment)
    {
        switch (assignment)
        {
            case SetValueAssignment set:
                Set(column, set.Value);
                break;
            case AddAssignment add:
                Add(PlanAddition(column, add.Value));
                break;
            case SubtractAssignment subtract:
                Add(PlanSubtraction(column, subtract.Value));
                break;
            case PrependAssignment prepend:
                Add(PlanPrepending(column, prepend.Value));
                break;
            case SetElementAssignment element:
                Add(PlanElement(column, element));
                break;
            case SetFieldAssignment field:
                Add(PlanField(column, field));
                break;
            default:
                throw new ArgumentException($"{assignment.GetType().Name} is no assignment.", nameof(assignment));
        }
    }

    /// <summary>Plans what DELETE names.</summary>
    public void Delete(ColumnMetadata column, Deletion deletion)
    {
        ColumnSource source = ColumnSource.Of(table, column);
        CqlType type = column.Type.Unreversed;
        if (deletion.Element is { } element)
        {
            if (type is not CollectionType)
                throw new InvalidQueryException($"Invalid deletion operation for non collection column {column.Name}");
            if (!type.IsMultiCell)
                throw new InvalidQueryException($"Invalid deletion operation for frozen collection column {column.Name}");
            Add(type switch
            {
                ListType => new DeleteElementAt(source, terms.Prepare(element, Index(column))),
                SetType set => new DeleteElement(source, terms.Prepare(element, Part("value", column, set.Elements))),
                _ => new DeleteElement(source, terms.Prepare(element, Part("key", column, ((MapType)type).Keys))),
            });
        }
        else if (deletion.Field is { } field)
        {
            if (type is not UserType)
                throw new InvalidQueryException($"Invalid field deletion operation for non-UDT column {column.Name}");
            if (!type.IsMultiCell)
                throw new InvalidQueryException($"Frozen UDT column {column.Name} does not support field deletions");
            int index = FieldIndex(type, field.Text);
            if (index < 0)
                throw new InvalidQueryException($"UDT column {column.Name} does not have a field named {field}");
            Add(new SetField(source, index, null));
        }
        else if (!_regulars.Concat(_statics).Contains(new DeleteColumn(source)))
        {
            Add(new DeleteColumn(source));
        }
    }

    private static ImmutableArray<Operation> InOrder(List<Operation> operations) => [.. operations.OrderBy(o => o.Column.Index)];

    private static Receiver Receiver(ColumnMetadata column) => new(column.Name, column.Type.Unreversed);

    private static Receiver Index(ColumnMetadata column) => new($"idx({column.Name})", CqlTypes.Int);

    private static Receiver Part(string part, ColumnMetadata column, CqlType type) => new($"{part}({column.Name})", type);

    private static int FieldIndex(CqlType type, string name)
    {
        IReadOnlyList<string> names = ((UserType)type).FieldNames;
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        return -1;
    }

    private void Add(Operation operation) => (operation.IsStatic ? _statics : _regulars).Add(operation);

    private Operation PlanAddition(ColumnMetadata column, Expression value)
    {
        ColumnSource source = ColumnSource.Of(table, column);
        CqlType type = column.Type.Unreversed;
        string Text() => $"{column.Name} = {column.Name} + {ExpressionText.Of(value)}";
        switch (type)
        {
            case CollectionType when !type.IsMultiCell:
                throw new InvalidQueryException($"Invalid operation ({Text()}) for frozen collection column {column.Name}");
            case MapType:
                return new AddElements(source, PrepareOr(value, Receiver(column), "Value for a map addition has to be a map, but was: "));
            case CollectionType:
                return new AddElements(source, terms.Prepare(value, Receiver(column)));
            case FieldedType:
                throw new InvalidQueryException($"Invalid operation ({Text()}) for tuple column {column.Name}");
        }

        if (isConditional && !type.IsCounter)
        {
            return AddToValue.Supports(type)
                ? new AddToValue(source, terms.Prepare(value, Receiver(column)))
                : throw new InvalidQueryException($"Invalid operation ({Text()}) for non-numeric and non-text type {column.Name}");
        }

        return type.IsCounter
            ? new AddToCounter(source, terms.Prepare(value, Receiver(column)), IsNegated: false)
            : throw new InvalidQueryException($"Invalid operation ({Text()}) for non counter column {column.Name}");
    }

    private Operation PlanSubtraction(ColumnMetadata column, Expression value)
    {
        ColumnSource source = ColumnSource.Of(table, column);
        CqlType type = column.Type.Unreversed;
        string Text() => $"{column.Name} = {column.Name} - {ExpressionText.Of(value)}";
        switch (type)
        {
            case CollectionType when !type.IsMultiCell:
                throw new InvalidQueryException($"Invalid operation ({Text()}) for frozen collection column {column.Name}");
            case ListType:
                return new RemoveValues(source, terms.Prepare(value, Receiver(column)));
            case SetType:
                return new RemoveElements(source, terms.Prepare(value, Receiver(column)));
            case MapType map:
                var keys = new Receiver(column.Name, new SetType(map.Keys, isMultiCell: false));
                return new RemoveElements(source, PrepareOr(value, keys, "Value for a map substraction has to be a set, but was: "));
        }

        return type.IsCounter
            ? new AddToCounter(source, terms.Prepare(value, Receiver(column)), IsNegated: true)
            : throw new InvalidQueryException($"Invalid operation ({Text()}) for non counter column {column.Name}");
    }

    private PrependElements PlanPrepending(ColumnMetadata column, Expression value)
    {
        Term term = terms.Prepare(value, Receiver(column));
        string Text() => $"{column.Name} = {ExpressionText.Of(value)} - {column.Name}";
        if (column.Type.Unreversed is not ListType)
            throw new InvalidQueryException($"Invalid operation ({Text()}) for non list column {column.Name}");
        return column.IsComplex
            ? new PrependElements(ColumnSource.Of(table, column), term)
            : throw new InvalidQueryException($"Invalid operation ({Text()}) for frozen list column {column.Name}");
    }

    private Operation PlanElement(ColumnMetadata column, SetElementAssignment assignment)
    {
        ColumnSource source = ColumnSource.Of(table, column);
        CqlType type = column.Type.Unreversed;
        string Text() => $"{column.Name}[{ExpressionText.Of(assignment.Key)}] = {ExpressionText.Of(assignment.Value)}";
        if (type is not CollectionType)
            throw new InvalidQueryException($"Invalid operation ({Text()}) for non collection column {column.Name}");
        if (!type.IsMultiCell)
            throw new InvalidQueryException($"Invalid operation ({Text()}) for frozen collection column {column.Name}");
        switch (type)
        {
            case ListType list:
                Term place = terms.Prepare(assignment.Key, Index(column));
                return new SetElementAt(source, place, terms.Prepare(assignment.Value, Part("value", column, list.Elements)));
            case MapType map:
                Term key = terms.Prepare(assignment.Key, Part("key", column, map.Keys));
                return new SetEntry(source, key, terms.Prepare(assignment.Value, Part("value", column, map.Values)));
            default:
                throw new InvalidQueryException($"Invalid operation ({Text()}) for set column {column.Name}");
        }
    }

    private SetField PlanField(ColumnMetadata column, SetFieldAssignment assignment)
    {
        CqlType type = column.Type.Unreversed;
        string Text() => $"{column.Name}.{assignment.Field} = {ExpressionText.Of(assignment.Value)}";
        if (type is not UserType user)
            throw new InvalidQueryException($"Invalid operation ({Text()}) for non-UDT column {column.Name}");
        if (!type.IsMultiCell)
            throw new InvalidQueryException($"Invalid operation ({Text()}) for frozen UDT column {column.Name}");
        int index = FieldIndex(type, assignment.Field.Text);
        if (index < 0)
            throw new InvalidQueryException($"UDT column {column.Name} does not have a field named {assignment.Field}");
        return new SetField(
            ColumnSource.Of(table, column),
            index,
            terms.Prepare(assignment.Value, new Receiver($"{column.Name}.{assignment.Field}", user.Fields[index])));
    }

    private Term PrepareOr(Expression value, Receiver receiver, string refusal)
    {
        try
        {
            return terms.Prepare(value, receiver);
        }
        catch (InvalidQueryException)
        {
            throw new InvalidQueryException($"{refusal}'{ExpressionText.Of(value)}'");
        }
    }
}
