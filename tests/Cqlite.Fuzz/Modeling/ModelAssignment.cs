namespace Cqlite.Fuzz.Modeling;

/// <summary>What is done to a column.</summary>
internal enum AssignmentKind
{
    /// <summary>It gets a value; null deletes it.</summary>
    Set,

    /// <summary>Elements are added, to a list at its end.</summary>
    Add,

    /// <summary>Elements are put before a list.</summary>
    Prepend,

    /// <summary>One element goes.</summary>
    Remove,

    /// <summary>A map's entry or a field gets a value; null deletes it.</summary>
    Put,
}

/// <summary>One change of one column within a write.</summary>
/// <param name="Column">The column.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Value">The value, or the elements as a value of the column's type; null to delete.</param>
/// <param name="Element">The element, entry or field.</param>
internal sealed record ModelAssignment(ModelColumn Column, AssignmentKind Kind, object? Value, object? Element)
{
    private string Literal => ModelValue.Literal(Value, Column.Kind);

    private string ElementLiteral => Column.Kind == ValueKind.Fields ? $"{Column.Name}.{Element}" : $"{Column.Name}[{ModelValue.Literal(Element, ValueKind.Int)}]";

    /// <summary>As it stands in an UPDATE.</summary>
    public string InUpdate() => Kind switch
    {
        AssignmentKind.Set => $"{Column.Name} = {Literal}",
        AssignmentKind.Add => $"{Column.Name} = {Column.Name} + {Literal}",
        AssignmentKind.Prepend => $"{Column.Name} = {Literal} + {Column.Name}",
        AssignmentKind.Remove => $"{Column.Name} = {Column.Name} - {{{ModelValue.Literal(Element, ValueKind.Int)}}}",
        _ => $"{ElementLiteral} = {ModelValue.Literal(Value, ValueKind.Int)}",
    };

    /// <summary>As it stands in an INSERT, a value.</summary>
    public string InInsert() => Literal;

    /// <summary>As it stands in a DELETE.</summary>
    public string InDelete() => Element is null ? Column.Name : ElementLiteral;

    /// <summary>Adds what a write of it at a time leaves.</summary>
    public void Write(ModelFacts facts, object[] partition, object[]? row, long at, long? expiresAt)
    {
        object[]? place = Column.IsStatic ? null : row;
        if (Kind is AssignmentKind.Remove or AssignmentKind.Put)
        {
            facts.Add(new CellFact(partition, place, Column.Name, Element, Value, at, Value is null ? null : expiresAt));
            return;
        }

        if (!ModelValue.IsMultiCell(Column.Kind))
        {
            facts.Add(new CellFact(partition, place, Column.Name, null, Value, at, Value is null ? null : expiresAt));
            return;
        }

        // A collection that is set is deleted just before, so that its new elements stay.
        if (Kind == AssignmentKind.Set)
            facts.Add(Deletion(partition, place, at - 1));
        foreach ((object path, object value) in Elements(facts))
            facts.Add(new CellFact(partition, place, Column.Name, path, value, at, expiresAt));
    }

    /// <summary>Adds what a DELETE of it at a time leaves.</summary>
    public void Delete(ModelFacts facts, object[] partition, object[]? row, long at)
    {
        object[]? place = Column.IsStatic ? null : row;
        if (Element is null && ModelValue.IsMultiCell(Column.Kind))
            facts.Add(Deletion(partition, place, at));
        else
            facts.Add(new CellFact(partition, place, Column.Name, Element, null, at, null));
    }

    private DeletionFact Deletion(object[] partition, object[]? place, long at) =>
        new(partition, row => place is null ? row is null : row is not null && KeyOrder.Same(row, place), Column.Name, at);

    private IEnumerable<(object Path, object Value)> Elements(ModelFacts facts)
    {
        switch (Value)
        {
            case null:
                return [];
            case IReadOnlyDictionary<string, int> map:
                return map.Select(e => ((object)e.Key, (object)e.Value));
            case IReadOnlyDictionary<string, object> fields:
                return fields.Select(e => ((object)e.Key, e.Value));
        }

        List<int> elements = [.. (IEnumerable<int>)Value];
        if (Column.Kind == ValueKind.Set)
            return elements.Select(e => ((object)e, (object)""));
        int before = facts.ListElements;
        facts.ListElements += elements.Count;
        int first = Kind == AssignmentKind.Prepend ? -facts.ListElements : before;
        return elements.Select((e, i) => ((object)(first + i), (object)e)).ToList();
    }
}
