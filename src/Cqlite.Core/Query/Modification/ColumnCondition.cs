using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query.Modification;

/// <summary>A condition on the value of a column, of an element of it, or of a field.</summary>
/// <param name="Column">The column.</param>
/// <param name="Element">The place or key of the element; null for the column.</param>
/// <param name="Field">The number of the field; -1 for the column.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">What it is compared with: several for IN.</param>
/// <param name="List">The list behind IN, where it is a marker.</param>
/// <remarks>Source: org/apache/cassandra/cql3/conditions/ColumnCondition.java.</remarks>
internal sealed record ColumnCondition(ColumnSource Column, Term? Element, int Field, RelationOperator Operator, IReadOnlyList<Term> Values, Term? List)
{
    /// <summary>The condition with its values.</summary>
    /// <exception cref="InvalidQueryException">The list of IN is null or unset.</exception>
    public BoundCondition Bind(BindValues values)
    {
        List<byte[]?> bound = [];
        if (List is not null)
        {
            byte[] list = List.Bind(values) ?? throw new InvalidQueryException("Invalid null list in IN condition");
            if (BindValues.IsUnset(list))
                throw new InvalidQueryException("Invalid 'unset' value in condition");
            bound = CollectionItems.Split(((MarkerTerm)List).Receiver.Type, list);
        }

        foreach (Term term in Values)
        {
            byte[]? value = term.Bind(values);
            if (Operator != RelationOperator.In || !BindValues.IsUnset(value))
                bound.Add(value);
        }

        return new BoundCondition(this, Element?.Bind(values), bound);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string subject = Element is not null ? $"{Column}[{Element}]" : Field >= 0 ? $"{Column}.{Field}" : Column.ToString();
        string value = Operator != RelationOperator.In ? Values[0].ToString()! : List is not null ? List.ToString()! : $"({string.Join(", ", Values)})";
        return $"{subject} {RelationSymbols.Of(Operator)} {value}";
    }
}
