using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Fixtures;

public sealed class CqlScriptTests
{
    [Theory, CqlScripts]
    public void A_script_is_read_to_its_last_line(CqlScript script)
    {
        Assert.NotEmpty(script.Statements);
        Assert.All(script.Statements.Where(statement => statement.Outcome.Kind == CqlOutcomeKind.Rows), statement => Assert.NotEmpty(statement.Outcome.Pages));
    }

    [Fact]
    public void A_script_says_what_it_requires()
    {
        Assert.Equal(["auth", "guardrails"], CqlScript.Parse("guardrails/limits.cqlt", null).Requires);
        Assert.Empty(CqlScript.Parse("dml/insert.cqlt", null).Requires);
    }

    [Fact]
    public void A_statement_has_its_text_directives_and_rows()
    {
        var statement = Assert.Single(CqlScriptParser.Parse("some", """
            # A comment.
            @bind int 1, text 'it''s, so', :"Q" null, unset, raw 0x00ff, list<tuple<int, text>> [(1, 'a, b'), (2, 'c')]
            @page 2
            @now 1700000000
            @as ann secret
            @vary "A", b
            > SELECT a
            .
            . FROM t
            warning first
            columns a int, "b c" map<text, int>, u ks.ty{x int, y text}
            row 1, {'a, ''b': 2}, {x: 1, y: 'z'}
            row 2, null, null
            more
            warning second
            row 3, {}, null
            more

            """.ReplaceLineEndings("\n")));

        Assert.Equal("some:7", statement.Place);
        Assert.Equal("SELECT a\n\nFROM t", statement.Text);
        Assert.Equal(
            [
                new CqlScriptBind(CqlScriptBindKind.Typed, null, "int", "1", null),
                new CqlScriptBind(CqlScriptBindKind.Typed, null, "text", "'it''s, so'", null),
                new CqlScriptBind(CqlScriptBindKind.Null, "Q", null, null, null),
                new CqlScriptBind(CqlScriptBindKind.Unset, null, null, null, null),
                statement.Binds![4],
                new CqlScriptBind(CqlScriptBindKind.Typed, null, "list<tuple<int, text>>", "[(1, 'a, b'), (2, 'c')]", null),
            ],
            statement.Binds);
        Assert.Equal([0, 0xff], statement.Binds[4].Bytes!);
        Assert.Equal((2, 1700000000L, "ann", "secret"), (statement.PageSize, statement.NowSeconds, statement.User, statement.Password));
        Assert.Equal(["A", "b"], statement.Varying);
        Assert.Equal([new("a", "int"), new("b c", "map<text, int>"), new("u", "ks.ty{x int, y text}")], statement.Outcome.Columns);
        Assert.Equal([2, 1, 0], statement.Outcome.Pages.Select(page => page.Rows.Count));
        Assert.Equal(["first"], statement.Outcome.Warnings);
        Assert.Equal(["second"], statement.Outcome.Pages[1].Warnings);
        Assert.Equal(["1", "{'a, ''b': 2}", "{x: 1, y: 'z'}"], statement.Outcome.Rows.First());
    }

    [Fact]
    public void An_error_has_code_name_message_and_details()
    {
        var outcome = Assert.Single(CqlScriptParser.Parse("some", "> SELECT\nerror 0x2200 Invalid: no: such\ndetail 'ks', 'f', 1\n")).Outcome;

        Assert.Equal(
            (CqlOutcomeKind.Error, 0x2200, "Invalid", "no: such"), (outcome.Kind, outcome.ErrorCode, outcome.ErrorName, outcome.ErrorMessage));
        Assert.Equal(["'ks'", "'f'", "1"], outcome.ErrorDetails);
    }

    [Fact]
    public void A_prepared_statement_has_markers_key_and_announced_columns()
    {
        var outcome = Assert.Single(CqlScriptParser.Parse(
            "some", "@prepare\n> SELECT\nwarning of prepare\nprepared \"[ttl]\" int, a text key 1 0\nresult v int\nwarning of result\ncolumns v int\n")).Outcome;

        Assert.Equal([new("[ttl]", "int"), new("a", "text")], outcome.Markers!);
        Assert.Equal([1, 0], outcome.KeyMarkers!);
        Assert.Equal([new("v", "int")], outcome.AnnouncedColumns!);
        Assert.Equal(["of prepare"], outcome.PrepareWarnings);
        Assert.Equal(["of result"], outcome.Warnings);
        Assert.Empty(Assert.Single(outcome.Pages).Rows);
    }

    [Theory]
    [InlineData("void\n", "some:1: expected a comment, a directive or a statement, found \"void\".")]
    [InlineData("@page 3\n", "some:1: a directive without a statement.")]
    [InlineData("@pages 3\n> S\nvoid\n", "some:1: unknown directive \"@pages\".")]
    [InlineData("> S\n\n", "some:1: a statement without an outcome.")]
    [InlineData("> S\nvoid\nvoid\n", "some:1: two outcomes.")]
    [InlineData("> S\nnothing\n", "some:1: unexpected line \"nothing\" in the outcome.")]
    [InlineData("> S\ncolumns a int\nrow 1, 2\n", "some:1: 1 columns, but 2 values in \"row 1, 2\".")]
    public void What_is_not_in_the_format_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => CqlScriptParser.Parse("some", text)).Message);
}
