using System.Collections.Immutable;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Client;

/// <summary>What a statement's text tells without a schema.</summary>
/// <param name="IsData">Whether it reads or changes rows, so that preparing it pays.</param>
/// <param name="IsIdempotent">Whether executing it twice does what once does: reads, and writes of given values without conditions.</param>
/// <param name="Writes">Whether it changes rows.</param>
internal readonly record struct StatementNature(bool IsData, bool IsIdempotent, bool Writes)
{
    /// <summary>Whether its rows can't be had in pages: Cassandra refuses to page where partitions of an IN are put in order.</summary>
    public bool IsUnpaged { get; init; }

    /// <summary>Looks at a text; what our parser does not know is left to the server, and never sent twice.</summary>
    public static StatementNature Of(string cql)
    {
        try
        {
            return Of(CqlParser.Parse(cql));
        }
        catch (CqliteException)
        {
            return new(IsData: true, IsIdempotent: false, Writes: false);
        }
    }

    private static StatementNature Of(Statement statement) => statement switch
    {
        SelectStatement select => new(IsData: true, IsIdempotent: true, Writes: false) { IsUnpaged = !select.OrderBy.IsEmpty && select.Where.Any(r => r is ColumnInRelation) },
        ModificationStatement modification => new(IsData: true, MayRepeat(modification), Writes: true),
        BatchStatement batch => new(IsData: true, batch.Kind != BatchKind.Counter && batch.Statements.All(MayRepeat), Writes: true),
        _ => new(statement.BindMarkers.Length > 0, IsIdempotent: false, Writes: false),
    };

    private static bool MayRepeat(ModificationStatement modification) => modification switch
    {
        InsertStatement insert => !insert.IfNotExists && insert.Values.All(IsGiven),
        InsertJsonStatement insert => !insert.IfNotExists,
        UpdateStatement update => !update.IfExists && update.Conditions.IsEmpty && update.Assignments.All(IsGiven) && AreGiven(update.Where),
        DeleteStatement delete => !delete.IfExists && delete.Conditions.IsEmpty && delete.Deletions.All(d => d.Element is null) && AreGiven(delete.Where),
        _ => false,
    };

    /// <summary>An element of a list is another one the second time, and what is added to a value is added twice.</summary>
    private static bool IsGiven(Assignment assignment) => assignment switch
    {
        SetValueAssignment set => IsGiven(set.Value),
        SetFieldAssignment set => IsGiven(set.Value),
        _ => false,
    };

    private static bool AreGiven(ImmutableArray<Relation> where) => where.All(relation => relation switch
    {
        ColumnRelation column => IsGiven(column.Value),
        ColumnInRelation column => column.Values.Values.IsDefaultOrEmpty || column.Values.Values.All(IsGiven),
        TupleRelation tuple => IsGiven(tuple.Value),
        _ => false,
    });

    /// <summary>A function may give something else the second time: now(), uuid().</summary>
    private static bool IsGiven(Expression value) => value switch
    {
        Literal or NullLiteral or BindMarker => true,
        Negation negation => IsGiven(negation.Operand),
        TypeHint hint => IsGiven(hint.Operand),
        ListLiteral list => list.Elements.All(IsGiven),
        SetLiteral set => set.Elements.All(IsGiven),
        TupleLiteral tuple => tuple.Elements.All(IsGiven),
        MapLiteral map => map.Entries.All(e => IsGiven(e.Key) && IsGiven(e.Value)),
        UserTypeLiteral user => user.Fields.All(f => IsGiven(f.Value)),
        _ => false,
    };
}
