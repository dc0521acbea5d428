using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Planning;

/// <summary>What a WHERE clause demands of one column, or of several neighbouring clustering columns at once.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/restrictions/{SingleColumnRestriction,MultiColumnRestriction}.java.</remarks>
internal abstract record Restriction(IReadOnlyList<ColumnMetadata> Columns)
{
    public ColumnMetadata First => Columns[0];

    public ColumnMetadata Last => Columns[^1];

    public virtual bool IsEqual => false;

    public virtual bool IsIn => false;

    public virtual bool IsSlice => false;

    public virtual bool IsContains => false;

    /// <summary>Whether it was written as a tuple of columns.</summary>
    public abstract bool IsTuple { get; }

    /// <summary>What this and another restriction on one of the same columns demand together.</summary>
    /// <exception cref="InvalidQueryException">They can't be combined.</exception>
    public abstract Restriction MergeWith(Restriction other);

    protected string CommonColumns(Restriction other) => string.Join(", ", Columns.Where(other.Columns.Contains).Select(c => c.Name));

    protected string Subject(Restriction other) => IsTuple ? CommonColumns(other) : First.Name;

    public sealed override string ToString() => Print();

    protected abstract string Print();

    protected string PrintColumns() => IsTuple ? $"({string.Join(", ", Columns.Select(c => c.Name))})" : First.Name;
}

/// <summary>Columns that equal a value each.</summary>
internal sealed record EqualRestriction(IReadOnlyList<ColumnMetadata> Columns, Term Value, bool Tuple) : Restriction(Columns)
{
    public override bool IsEqual => true;

    public override bool IsTuple => Tuple;

    public override Restriction MergeWith(Restriction other) =>
        throw new InvalidQueryException($"{Subject(other)} cannot be restricted by more than one relation if it includes an Equal");

    protected override string Print() => $"{PrintColumns()} = {Value}";
}

/// <summary>Columns that equal one of several values: listed, or a marker's list.</summary>
internal sealed record InRestriction(IReadOnlyList<ColumnMetadata> Columns, IReadOnlyList<Term> Values, Term? List, bool Tuple) : Restriction(Columns)
{
    public override bool IsIn => true;

    public override bool IsTuple => Tuple;

    public override Restriction MergeWith(Restriction other) =>
        throw new InvalidQueryException($"{Subject(other)} cannot be restricted by more than one relation if it includes a IN");

    protected override string Print() => List is not null ? $"{PrintColumns()} IN {List}" : $"{PrintColumns()} IN ({string.Join(", ", Values)})";
}

/// <summary>One end of a range of values.</summary>
internal sealed record Bound(Term Value, bool IsInclusive, int ColumnCount);

/// <summary>Columns between bounds, in the order of their values (not of the clustering).</summary>
internal sealed record SliceRestriction(IReadOnlyList<ColumnMetadata> Columns, Bound? Lower, Bound? Upper, bool Tuple) : Restriction(Columns)
{
    public override bool IsSlice => true;

    public override bool IsTuple => Tuple;

    public override Restriction MergeWith(Restriction other)
    {
        string subject = IsTuple || other.IsTuple ? CommonColumns(other) : First.Name;
        if (other is not SliceRestriction slice)
        {
            throw other.IsTuple || IsTuple || !other.IsEqual
                ? Conflict(other, subject)
                : new InvalidQueryException($"Column \"{subject}\" cannot be restricted by both an equality and an inequality relation");
        }

        if (!First.Equals(slice.First))
        {
            ColumnMetadata later = First.Position > slice.First.Position ? First : slice.First;
            throw new InvalidQueryException($"Column \"{later.Name}\" cannot be restricted by two inequalities not starting with the same column");
        }

        if (Lower is not null && slice.Lower is not null)
            throw new InvalidQueryException($"More than one restriction was found for the start bound on {subject}");
        if (Upper is not null && slice.Upper is not null)
            throw new InvalidQueryException($"More than one restriction was found for the end bound on {subject}");
        return new SliceRestriction(
            Columns.Count >= slice.Columns.Count ? Columns : slice.Columns,
            Lower ?? slice.Lower,
            Upper ?? slice.Upper,
            IsTuple || slice.IsTuple);
    }

    protected override string Print()
    {
        string lower = Lower is null ? "" : $"{PrintColumns()} {(Lower.IsInclusive ? ">=" : ">")} {Lower.Value}";
        string upper = Upper is null ? "" : $"{PrintColumns()} {(Upper.IsInclusive ? "<=" : "<")} {Upper.Value}";
        return Lower is null ? upper : Upper is null ? lower : $"{lower} AND {upper}";
    }

    private static InvalidQueryException Conflict(Restriction other, string subject) =>
        new($"Column \"{subject}\" cannot be restricted by both an equality and an inequality relation");
}

/// <summary>A text that is like a pattern, by the rules of the SASI index that finds it.</summary>
internal sealed record LikeRestriction(IReadOnlyList<ColumnMetadata> Columns, Term Pattern) : Restriction(Columns)
{
    public override bool IsTuple => false;

    public override Restriction MergeWith(Restriction other) =>
        throw new InvalidQueryException($"{First.Name} cannot be restricted by more than one relation if it includes a LIKE");

    protected override string Print() => $"{First.Name} LIKE {Pattern}";
}

/// <summary>Rows that have a vector, which are sorted by its similarity to another.</summary>
internal sealed record NearestRestriction(IReadOnlyList<ColumnMetadata> Columns, Term Vector) : Restriction(Columns)
{
    public override bool IsTuple => false;

    public override Restriction MergeWith(Restriction other) =>
        throw new InvalidQueryException($"{First.Name} cannot be restricted by more than one relation in an ANN ordering");

    protected override string Print() => $"{First.Name} ANN OF {Vector}";
}

/// <summary>A collection that contains values, keys and entries.</summary>
internal sealed record ContainsRestriction(
    IReadOnlyList<ColumnMetadata> Columns,
    IReadOnlyList<Term> Values,
    IReadOnlyList<Term> Keys,
    IReadOnlyList<(Term Key, Term Value)> Entries) : Restriction(Columns)
{
    public override bool IsContains => true;

    public override bool IsTuple => false;

    public override Restriction MergeWith(Restriction other) => other is ContainsRestriction contains
        ? new ContainsRestriction(Columns, [.. Values, .. contains.Values], [.. Keys, .. contains.Keys], [.. Entries, .. contains.Entries])
        : throw new InvalidQueryException($"Collection column {First.Name} can only be restricted by CONTAINS, CONTAINS KEY, or map-entry equality");

    protected override string Print() => string.Join(
        " AND ",
        Values.Select(v => $"{First.Name} CONTAINS {v}")
            .Concat(Keys.Select(k => $"{First.Name} CONTAINS KEY {k}"))
            .Concat(Entries.Select(e => $"{First.Name}[{e.Key}] = {e.Value}")));
}

/// <summary>The partition's token equals a value, or lies between bounds.</summary>
internal sealed record TokenRestriction(IReadOnlyList<ColumnMetadata> Columns, Term? Equal, Bound? Lower, Bound? Upper) : Restriction(Columns)
{
    public override bool IsEqual => Equal is not null;

    public override bool IsSlice => Equal is null;

    public override bool IsTuple => true;

    private string Names => string.Join(", ", Columns.Select(c => c.Name));

    private string QuotedNames => $"\"{Names}\"";

    public override Restriction MergeWith(Restriction other)
    {
        if (other is not TokenRestriction token)
            throw new InvalidQueryException($"Columns {QuotedNames} cannot be restricted by both a normal relation and a token relation");
        if (Equal is not null)
            throw new InvalidQueryException($"{Names} cannot be restricted by more than one relation if it includes an Equal");
        if (token.Equal is not null)
            throw new InvalidQueryException($"Columns {QuotedNames} cannot be restricted by both an equality and an inequality relation");
        if (Lower is not null && token.Lower is not null)
            throw new InvalidQueryException($"More than one restriction was found for the start bound on {Names}");
        if (Upper is not null && token.Upper is not null)
            throw new InvalidQueryException($"More than one restriction was found for the end bound on {Names}");
        return new TokenRestriction(Columns, null, Lower ?? token.Lower, Upper ?? token.Upper);
    }

    protected override string Print()
    {
        string subject = $"token({Names})";
        string lower = Lower is null ? "" : $"{subject} {(Lower.IsInclusive ? ">=" : ">")} {Lower.Value}";
        string upper = Upper is null ? "" : $"{subject} {(Upper.IsInclusive ? "<=" : "<")} {Upper.Value}";
        return Equal is not null ? $"{subject} = {Equal}" : Lower is null ? upper : Upper is null ? lower : $"{lower} AND {upper}";
    }
}
