using Cqlite.Cli.Shell;
using Xunit;

namespace Cqlite.Cli.Tests.Shell;

/// <summary>Keys, and what they make of a text.</summary>
public sealed class LineEditorTests
{
    [Theory]
    [InlineData("abc{Enter}", "abc")]
    [InlineData("abc{LeftArrow}{LeftArrow}X{Enter}", "aXbc")]
    [InlineData("abc^AX^EY{Enter}", "XabcY")]
    [InlineData("abc{Home}{Delete}{End}{Backspace}{Enter}", "b")]
    [InlineData("one two^W{Enter}", "one ")]
    [InlineData("one two~B^K{Enter}", "one ")]
    [InlineData("one two^U{Enter}", "")]
    [InlineData("one two~B~B~DX{Enter}", "X two")]
    [InlineData("one two^A~F^KX{Enter}", "oneX")]
    [InlineData("one^W^Y^Y{Enter}", "oneone")]
    [InlineData("ab^T{Enter}", "ba")]
    [InlineData("ab^B^DX{Enter}", "aX")]
    public void Edits_as_Emacs_does(string keys, string expected) => Assert.Equal(expected, Read(keys));

    [Theory]
    [InlineData("a日本{Backspace}{Enter}", "a日")]
    [InlineData("😀x{LeftArrow}{LeftArrow}y{Enter}", "y😀x")]
    [InlineData("e\u0301x{LeftArrow}{Backspace}{Enter}", "x")]
    [InlineData("👩‍👩‍👧{Backspace}z{Enter}", "z")]
    public void Moves_by_what_people_see_as_characters(string keys, string expected) => Assert.Equal(expected, Read(keys.Replace("👩‍👩‍👧", "{paste:👩‍👩‍👧}", StringComparison.Ordinal)));

    [Fact]
    public void Goes_on_over_lines_until_the_semicolon() =>
        Assert.Equal("SELECT 1\nFROM t;", Read("SELECT 1{Enter}FROM t;{Enter}", CqlShell.IsComplete));

    [Fact]
    public void Moves_between_lines() => Assert.Equal("aXb\ncYd;", Read("ab{Enter}cd;{UpArrow}{Home}{RightArrow}X{DownArrow}{LeftArrow}Y{Enter}", CqlShell.IsComplete));

    [Fact]
    public void Pasted_text_is_text() => Assert.Equal("SELECT\t1;\nUSE a;", Read("{paste:SELECT\t1;\nUSE a;}{Enter}", CqlShell.IsComplete));

    [Fact]
    public void Walks_through_the_history_and_back_to_the_draft()
    {
        Assert.Equal("second", Read("dra{UpArrow}{Enter}", entries: ["first", "second"]));
        Assert.Equal("first", Read("dra^P^P^P{Enter}", entries: ["first", "second"]));
        Assert.Equal("draft", Read("dra^P^P^N^Nft{Enter}", entries: ["first", "second"]));
    }

    [Theory]
    [InlineData("^Rone{Enter}", "one b")]
    [InlineData("^Rone^R{Enter}", "one a")]
    [InlineData("^Rone{RightArrow}X{Enter}", "oXne b")]
    [InlineData("keep^Rone^G{Enter}", "keep")]
    [InlineData("^Rzzz{Enter}", "")]
    public void Searches_the_history(string keys, string expected) => Assert.Equal(expected, Read(keys, entries: ["one a", "two", "one b", "three"]));

    [Theory]
    [InlineData("SEL{Tab}x{Enter}", "SELECT x")]
    [InlineData("c{Tab}x{Enter}", "collx")]
    [InlineData("zzz{Tab}{Enter}", "zzz")]
    public void Completes(string keys, string expected) => Assert.Equal(expected, Read(keys));

    [Fact]
    public void Lists_what_fits_when_asked_twice()
    {
        ScriptedTerminal terminal = new("c{Tab}{Tab}{Enter}");
        Read(terminal, _ => true, []);
        Assert.Contains("collapse  collect", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_gives_up_and_Ctrl_D_leaves()
    {
        LineEditor editor = Editor(new ScriptedTerminal("abc^C^D"), _ => true, []);
        Assert.Equal(LineEditor.Ending.Interrupted, editor.Read("> ", "", out string text));
        Assert.Equal("", text);
        Assert.Equal(LineEditor.Ending.Closed, editor.Read("> ", "", out _));
    }

    [Fact]
    public void Lays_wide_characters_out_over_rows()
    {
        ScreenLayout layout = ScreenLayout.Of("> ", ". ", "ab日本\nc", 4, 6);
        Assert.Equal(["> ab日", "本", ". c"], layout.Rows);
        Assert.Equal((1, 2), (layout.CursorRow, layout.CursorColumn));
        Assert.Equal((1, 0), Place(ScreenLayout.Of("> ", ". ", "abcd", 4, 6)));
        Assert.Equal((0, 2), Place(ScreenLayout.Of("> ", ". ", "", 0, 6)));
    }

    private static (int Row, int Column) Place(ScreenLayout layout) => (layout.CursorRow, layout.CursorColumn);

    private static string Read(string keys, Func<string, bool>? isComplete = null, string[]? entries = null) => Read(new ScriptedTerminal(keys), isComplete ?? (_ => true), entries ?? []);

    private static string Read(ScriptedTerminal terminal, Func<string, bool> isComplete, string[] entries)
    {
        Assert.Equal(LineEditor.Ending.Text, Editor(terminal, isComplete, entries).Read("> ", ". ", out string text));
        return text;
    }

    private static LineEditor Editor(ScriptedTerminal terminal, Func<string, bool> isComplete, string[] entries)
    {
        History history = History.Load(null);
        foreach (string entry in entries)
            history.Add(entry);
        return new LineEditor(terminal, history, Complete, isComplete);
    }

    private static Completions Complete(string text, int cursor) =>
        new(0, [.. new[] { "SELECT", "collapse", "collect" }.Where(c => c.StartsWith(text[..cursor], StringComparison.OrdinalIgnoreCase))]);
}
