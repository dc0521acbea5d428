using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Xunit;

namespace Cqlite.Core.Tests.Cql;

/// <summary>What statements parse to.</summary>
public class SyntaxTreeTests
{
    [Theory]
    [InlineData("Select.txt")]
    [InlineData("Where.txt")]
    [InlineData("Modify.txt")]
    [InlineData("Schema.txt")]
    [InlineData("Roles.txt")]
    [InlineData("Describe.txt")]
    [InlineData("Literals.txt")]
    public void Statements_parse_to_their_trees(string file) => ParserScript.Run(file, Parse);

    [Fact]
    public void Nodes_know_their_places()
    {
        var select = (SelectStatement)CqlParser.Parse("SELECT a,\n  f(b) FROM ks.t\nWHERE k = ? AND \"C\" > -1;");
        Assert.Equal(new SourcePosition(12, 2, 2), select.Selectors[1].Expression.Position);
        Assert.Equal(new SourcePosition(22, 2, 12), select.Table.Position);
        Assert.Equal(new SourcePosition(33, 3, 6), select.Where[0].Position);
        Assert.Equal(new SourcePosition(37, 3, 10), select.BindMarkers.Single().Position);
        Assert.Equal(new SourcePosition(49, 3, 22), ((ColumnRelation)select.Where[1]).Value.Position);
    }

    [Fact]
    public void Markers_are_numbered_in_the_order_of_the_text_through_a_batch()
    {
        Statement batch = CqlParser.Parse(
            "BEGIN BATCH USING TIMESTAMP :ts INSERT INTO t (a, b) VALUES (?, :x) UPDATE t SET v = ? WHERE k IN :ks IF w = ? APPLY BATCH");
        Assert.Equal(["ts", null, "x", null, "ks", null], batch.BindMarkers.Select(static marker => marker.Name?.Text));
        Assert.Equal(Enumerable.Range(0, 6), batch.BindMarkers.Select(static marker => marker.Index));
        Assert.Equal(BindMarkerKind.InValues, batch.BindMarkers[4].Kind);
    }

    [Fact]
    public void Fragments_parse_alone()
    {
        Assert.Equal("map<text, frozen<list<ks.t>>>", CqlParser.ParseType("MAP<Text, frozen<list<ks.T>>>").ToString());
        Assert.Equal(2, Assert.IsType<ListLiteral>(CqlParser.ParseTerm("[1, 'x']")).Elements.Length);
        Assert.Throws<CqlSyntaxException>(static () => CqlParser.ParseType("list<int> x"));
        Assert.Throws<CqlSyntaxException>(static () => CqlParser.ParseTerm("[1, "));
    }

    internal static string Parse(string statement)
    {
        try
        {
            return SyntaxPrinter.Print(CqlParser.Parse(statement));
        }
        catch (CqlSyntaxException e)
        {
            return $"error: {e.Message}";
        }
        catch (InvalidQueryException e)
        {
            return $"invalid: {e.Message}";
        }
    }
}
