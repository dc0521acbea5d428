using System.Globalization;
using Cqlite.Core.Cql;
using Xunit;

namespace Cqlite.Core.Tests.Cql;

public class StatementSplitterTests
{
    [Fact]
    public void Scripts_split_into_statements_with_their_places() => ParserScript.Run("Splitter.txt", static script => string.Join('\n', StatementSplitter.Split(script)
        .Select(static s => string.Create(CultureInfo.InvariantCulture, $"{s.Position.Line}:{s.Position.Column} {(s.IsTerminated ? "ended" : "open")} {s.Text.Replace("\n", "\\n", StringComparison.Ordinal)}"))));

    [Fact]
    public void A_place_in_a_statement_is_found_in_the_script()
    {
        ScriptStatement second = StatementSplitter.Split("a;\n  b\nc")[1];
        Assert.Equal((2, 3), second.InScript(1, 1));
        Assert.Equal((3, 0), second.InScript(2, 0));
    }

    [Fact]
    public void A_large_script_is_split_in_one_pass()
    {
        string script = string.Concat(Enumerable.Repeat("INSERT INTO t (a) VALUES (';');\n", 50_000));
        Assert.Equal(50_000, StatementSplitter.Split(script).Count);
    }
}
