using Cqlite.Core.Cql;
using Cqlite.Core.Errors;
using Xunit;

namespace Cqlite.Core.Tests.Cql;

/// <summary>Whatever the text: a tree or an error that names it, in bounded stack, and no more than linear in time.</summary>
public class ParserBoundsTests
{
    private const int Deep = 10_000;

    public static TheoryData<string, string, string> Nesting => new()
    {
        { "SELECT ", "(", "" },
        { "SELECT ", "- ", "a FROM t" },
        { "SELECT ", "CAST(", "" },
        { "SELECT ", "f(", "" },
        { "SELECT ", "[", "" },
        { "SELECT ", "{", "" },
        { "SELECT ", "(int)", "a FROM t" },
        { "SELECT ", "(a)[", "" },
        { "SELECT ", "a[", "" },
        { "SELECT a", ".b", " FROM t" },
        { "SELECT ", "1 + ", "1 FROM t" },
        { "SELECT JSON ", "(", "" },
        { "SELECT (a)", "(", "" },
        { "INSERT INTO t (a) VALUES ", "(", "" },
        { "INSERT INTO t (a) VALUES (", "[", "" },
        { "INSERT INTO t (a) VALUES (", "{", "" },
        { "INSERT INTO t (a) VALUES (", "{a: ", "" },
        { "INSERT INTO t (a) VALUES (", "(int)", "1)" },
        { "INSERT INTO t (a) VALUES (", "f(", "" },
        { "INSERT INTO t (a) VALUES (", "1 * ", "1)" },
        { "SELECT * FROM t WHERE ", "(", "a = 1" },
        { "CREATE TABLE t (a ", "list<", "" },
        { "CREATE TABLE t (a ", "tuple<int, ", "" },
        { "SELECT (", "map<int, ", "" },
    };

    [Theory, MemberData(nameof(Nesting))]
    public void Ten_thousand_levels_are_refused(string start, string level, string end)
    {
        string statement = start + string.Concat(Enumerable.Repeat(level, Deep)) + end;
        Exception error = RunOnSmallStack(statement)!;
        Assert.True(error is InvalidQueryException or CqlSyntaxException, $"{error?.GetType().Name ?? "no error"}");
        if (error is InvalidQueryException)
            Assert.Contains("nested too deeply", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT ((((a)))), f(f(f(1))) FROM t")]
    [InlineData("INSERT INTO t (a) VALUES ([[[[{1: {2: 3}}]]]])")]
    public void Common_nesting_is_accepted(string statement) => Assert.Null(RunOnSmallStack(statement));

    public static TheoryData<string, string, string, int> Lengths => new()
    {
        { "SELECT * FROM t WHERE k IN (", "1,", "1)", 400_000 },
        { "SELECT * FROM t WHERE k IN (", "1,", "1 x", 200_000 },
        { "SELECT ", "(int)a,", "b FROM t x", 100_000 },
        { "SELECT ", "{'a': [(b)]},", "b FROM t x", 60_000 },
        { "SELECT * FROM t WHERE ", "a = 1 AND ", "a x", 80_000 },
        { "UPDATE t SET ", "a[1] = 2,", "a[3] = 4 WHERE k = 1", 100_000 },
        { "CREATE TABLE t (", "PRIMARY KEY (a, b),", "c int)", 50_000 },
        { "BEGIN BATCH ", "DELETE FROM t WHERE k = 1;", "APPLY BATCH", 40_000 },
        { "BEGIN BATCH ", "DELETE FROM t WHERE k = 1;", "APPLY", 40_000 },
        { "SELECT * FROM t", ";", "x", 1_000_000 },
        { "", "\n", "SELECT", 1_000_000 },
        { "", "/*", "", 500_000 },
        { "SELECT ", "''", "'", 500_000 },
        { "SELECT '", "x", "", 1_000_000 },
        { "SELECT ", "$$", "$", 500_000 },
        { "SELECT 1", "0", "", 1_000_000 },
        { "CREATE ROLE r WITH ", "ACCESS TO DATACENTERS {'a'} AND ", "LOGIN = true", 30_000 },
    };

    /// <summary>A megabyte, which anything worse than linear time would not finish within the run's patience.</summary>
    [Theory, MemberData(nameof(Lengths))]
    public void A_megabyte_gives_a_result_or_an_error(string start, string part, string end, int count)
    {
        Exception? error = RunOnSmallStack(start + string.Concat(Enumerable.Repeat(part, count)) + end);
        Assert.True(error is null or CqliteException, error?.ToString());
    }

    /// <summary>Statements made by cutting and mending the recorded ones at random: a result or an error of ours, never another exception.</summary>
    [Fact]
    public void Mutated_statements_give_a_result_or_an_error()
    {
        var random = new Random(20_241_121);
        string[] statements = [.. Testing.CqlScript.All.SelectMany(static script => script.Statements).Select(static statement => statement.Text)];
        string[] pieces = ["(", ")", "[", "]", "{", "}", "'", "\"", "$$", "--", "/*", "*/", "\n", "..", "?", ":x", ";", "-", "1e", "0x", "P1", "µ", "\ud83d", "\0", " IN ", " AS ", " JSON ", " FROM "];
        for (int i = 0; i < 20_000; i++)
        {
            string text = statements[random.Next(statements.Length)];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(text.Length + 1);
                text = random.Next(4) switch
                {
                    0 => text[..at],
                    1 => text.Insert(at, pieces[random.Next(pieces.Length)]),
                    2 when at < text.Length => text.Remove(at, Math.Min(random.Next(1, 5), text.Length - at)),
                    _ => string.Concat(text.AsSpan(0, at), statements[random.Next(statements.Length)].AsSpan()),
                };
            }

            try
            {
                CqlParser.Parse(text);
            }
            catch (CqliteException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static Exception? RunOnSmallStack(string statement)
    {
        Exception? found = null;
        // A thread of PowerShell's pipeline or of a pool has no more than this on any system.
        var thread = new Thread(
            () =>
            {
                try
                {
                    CqlParser.Parse(statement);
                }
                catch (CqliteException e)
                {
                    found = e;
                }
            },
            maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        return found;
    }
}
