using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>A WHERE clause as text, as a view's definition keeps it.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/{WhereClause,SingleColumnRelation,MultiColumnRelation,TokenRelation,Operator}.java (toCQLString).</remarks>
internal static class RelationText
{
    /// <summary>All relations, joined by AND.</summary>
    public static string Print(IEnumerable<Relation> relations) => string.Join(" AND ", relations.Select(Print));

    /// <summary>The relations of a text.</summary>
    public static IReadOnlyList<Relation> Parse(string text) =>
        text.Length == 0 ? [] : ((SelectStatement)CqlParser.Parse($"SELECT * FROM t WHERE {text} ALLOW FILTERING")).Where;

    /// <summary>The text with a column under another name.</summary>
    public static string Rename(string text, string from, string to) => Print(Parse(text).Select(relation => Renamed(relation, from, to)));

    /// <summary>The columns that a relation restricts.</summary>
    public static IEnumerable<Identifier> Columns(Relation relation) => relation switch
    {
        ColumnRelation column => [column.Column],
        ColumnInRelation column => [column.Column],
        MapEntryRelation entry => [entry.Column],
        TokenRelation token => token.Columns,
        TupleRelation tuple => tuple.Columns,
        TupleInRelation tuple => tuple.Columns,
        _ => [],
    };

    private static string Print(Relation relation) => relation switch
    {
        ColumnRelation column => $"{Name(column.Column)} {RelationSymbols.Of(column.Operator)} {TermPrinter.Print(column.Value)}",
        ColumnInRelation column => $"{Name(column.Column)} IN {List(column.Values)}",
        MapEntryRelation entry => $"{Name(entry.Column)}[{TermPrinter.Print(entry.Key)}] {RelationSymbols.Of(entry.Operator)} {TermPrinter.Print(entry.Value)}",
        TokenRelation token => $"token({Names(token.Columns)}) {RelationSymbols.Of(token.Operator)} {TermPrinter.Print(token.Value)}",
        TupleRelation tuple => $"({Names(tuple.Columns)}) {RelationSymbols.Of(tuple.Operator)} {TermPrinter.Print(tuple.Value)}",
        TupleInRelation tuple => $"({Names(tuple.Columns)}) IN {List(tuple.Values)}",
        CustomIndexExpression custom => $"expr({custom.Index},{TermPrinter.Print(custom.Value)})",
        _ => throw new InvalidOperationException($"{relation.GetType().Name} has no text."),
    };

    private static Relation Renamed(Relation relation, string from, string to) => relation switch
    {
        ColumnRelation column => column with { Column = Renamed(column.Column, from, to) },
        ColumnInRelation column => column with { Column = Renamed(column.Column, from, to) },
        MapEntryRelation entry => entry with { Column = Renamed(entry.Column, from, to) },
        TokenRelation token => token with { Columns = [.. token.Columns.Select(c => Renamed(c, from, to))] },
        TupleRelation tuple => tuple with { Columns = [.. tuple.Columns.Select(c => Renamed(c, from, to))] },
        TupleInRelation tuple => tuple with { Columns = [.. tuple.Columns.Select(c => Renamed(c, from, to))] },
        _ => relation,
    };

    private static Identifier Renamed(Identifier column, string from, string to) =>
        string.Equals(column.Text, from, StringComparison.Ordinal) ? column with { Text = to } : column;

    private static string Name(Identifier column) => CqlIdentifier.Quote(column.Text);

    private static string Names(IEnumerable<Identifier> columns) => string.Join(", ", columns.Select(Name));

    private static string List(InList list) => list.Marker is not null ? "?" : $"({string.Join(", ", list.Values.Select(TermPrinter.Print))})";
}
