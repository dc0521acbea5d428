using Cqlite.Cli.Shell;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests.Shell;

/// <summary><c>cqlite shell</c> with scripts, on the snapshot that ships with the project.</summary>
public sealed class ShellCommandTests
{
    private static readonly string s_snapshot = Path.Combine(Repository.Root, "samples", "snapshot");

    [Fact]
    public void Runs_what_is_piped_in()
    {
        CqliteResult result = Pipe(".mode csv\nUSE app;\nSELECT page,\n  n FROM hits;\n.tables %hit%\nSELECT n FROM hits LIMIT 1");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("page,n\r\np1,15\r\np0,22\r\np2,18\r\napp.hits\nn\r\n15\r\n", result.Output);
    }

    [Fact]
    public void Ends_at_the_first_error_and_names_its_line()
    {
        CqliteResult result = Pipe("-- heading\nSELECT n FROM app.hits;\n\nSELECT page\n  FORM app.hits;\nSELECT n FROM app.hits;\n");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("standard input, line 5: syntax error: line 2:2 ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("\n    FORM app.hits\n    ^\n", result.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Single(result.Output.Split("(3 rows)").SkipLast(1));
        Assert.Contains("line 2: error", Pipe("USE app;\nSELECT nothing FROM hits;").Error, StringComparison.Ordinal);
        Assert.Contains("line 1: error: there is no command .nothing", Pipe(".nothing").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT page FROM app.hits LIMIT 1;", " page\n------\n p1\n\n(1 row)\n")]
    [InlineData(".mode line\nSELECT * FROM app.hits LIMIT 1;", "page = p1\n   n = 15\n")]
    [InlineData("EXPAND ON\nSELECT * FROM app.hits LIMIT 1;", "Now Expanded output is enabled.\n@ Row 1\n------+----\n page | p1\n n    | 15\n\n(1 row)\n")]
    [InlineData("EXPLAIN SELECT * FROM app.hits;", "select page, n\nscan app.hits\n")]
    [InlineData("COPY app.hits (n, page) TO STDOUT WITH HEADER = true AND DELIMITER=';'", "n;page\r\n15;p1\r\n22;p0\r\n18;p2\r\n")]
    [InlineData("CONSISTENCY", "Current consistency level is ONE.\n")]
    [InlineData("SERIAL CONSISTENCY local_serial;", "Serial consistency level set to LOCAL_SERIAL.\n")]
    [InlineData("TRACING OFF", "Tracing is disabled.\n")]
    [InlineData("DESC TABLES;", "\nKeyspace app\n------------\naltered           dropped           events            flushed\nhits              indexed           nondurable_later  truncated\nunflushed\n\n")]
    public void Prints_what_users_of_cqlsh_and_sqlite_expect(string script, string expected) => Assert.Equal((expected, ""), (Pipe(script).Output, Pipe(script).Error));

    [Fact]
    public void Describes_tables_as_statements()
    {
        string output = Pipe("DESCRIBE TABLE app.hits").Output;
        Assert.StartsWith("\nCREATE TABLE app.hits (\n    page text PRIMARY KEY,\n    n counter\n) WITH ", output, StringComparison.Ordinal);
        Assert.Equal(output, Pipe("USE app; desc table hits;").Output);
        Assert.Contains("CREATE TABLE app.hits", Pipe(".schema hits").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_scripts_and_captures_rows()
    {
        using TestFolder folder = new();
        string script = folder.Write("script.cql", "SELECT page FROM app.hits;\n");
        string captured = Path.Combine(folder.Path, "captured.txt");
        CqliteResult result = Pipe($".mode jsonl\nCAPTURE '{captured}'\nSOURCE '{script}'\nCAPTURE OFF\n.read {script}\n");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("{\"page\":\"p1\"}\n{\"page\":\"p0\"}\n{\"page\":\"p2\"}\n", result.Output);
        Assert.Equal(result.Output, File.ReadAllText(captured));
        Assert.Equal(result.Output, CqliteProcess.Run("shell", "-d", s_snapshot, "--mode", "jsonl", "-f", script).Output);
        Assert.Equal(result.Output, CqliteProcess.Run("shell", "-d", s_snapshot, "--json", "-e", "SELECT page FROM app.hits").Output);
    }

    [Fact]
    public void Exports_tables()
    {
        using TestFolder folder = new();
        string csv = Path.Combine(folder.Path, "hits.csv");
        Assert.Contains("3 rows exported", Pipe($".export app.hits {csv}").Output, StringComparison.Ordinal);
        Assert.Equal("page,n\r\np1,15\r\np0,22\r\np2,18\r\n", File.ReadAllText(csv));
        Assert.Contains("already", Pipe($".export app.hits {csv}").Error, StringComparison.Ordinal);
        CqliteResult result = CqliteProcess.Run("table", "export", "app.hits", csv, "-d", s_snapshot, "--force", "--columns", "n", "--no-header");
        Assert.Equal("3 rows exported, 12 bytes.\n", result.Output.ReplaceLineEndings("\n"));
        Assert.Equal([csv], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Refuses_imports_into_what_is_read_only()
    {
        using TestFolder folder = new();
        CqliteResult result = CqliteProcess.Run("table", "import", "app.hits", folder.Write("hits.csv", "page,n\na,1\n"), "-d", s_snapshot);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("open for reading", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COPY t TO x", "COPY: a file's name in single quotes, STDIN or STDOUT is expected at column 11, and 'x' was found.")]
    [InlineData("COPY t TO 'x' WITH NOTHING=1", "COPY has no option NOTHING")]
    [InlineData("COPY t TO 'x' WITH BOOLSTYLE='a,b'", "COPY writes and reads values exactly")]
    [InlineData("COPY t FROM 'x' WITH MAXROWS=many", "MAXROWS takes a number")]
    public void Refuses_wrong_copies(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<ShellException>(() => CopyStatement.Parse(text).Import("e")).Message, StringComparison.Ordinal);

    [Fact]
    public void Reads_copies()
    {
        CopyStatement copy = CopyStatement.Parse("COPY \"Ks\".T (a, \"B\") FROM '/tmp/it''s.csv' WITH HEADER=TRUE AND NULL='N/A' AND SKIPROWS = 2 AND MAXROWS=-1 AND NUMPROCESSES=4;");
        Assert.Equal(("Ks", "t", "/tmp/it's.csv", false), (copy.Keyspace, copy.Table, copy.Path, copy.IsExport));
        Assert.Equal(["a", "B"], copy.Columns);
        Assert.Equal((true, "N/A", 2L, long.MaxValue), (copy.Import("e").Csv.HasHeader, copy.Import("e").Csv.NullText, copy.Import("e").SkipRows, copy.Import("e").MaxRows));
        Assert.Equal(["NUMPROCESSES"], copy.Ignored);
    }

    [Theory]
    [InlineData("sel", "select")]
    [InlineData("USE a", "app")]
    [InlineData("SELECT * FROM app.hi", "hits")]
    [InlineData("SELECT * FROM hit", "hits")]
    [InlineData("SELECT pa| FROM hits", "page")]
    [InlineData("SELECT * FROM hits WHERE pa", "page")]
    [InlineData("SELECT * FROM hits WHERE page = 'x' ALL", "ALLOW")]
    [InlineData("SELECT * FROM hits WHERE page = 'x' ALLOW ", "FILTERING")]
    [InlineData("INSERT INTO hits (pa", "page")]
    [InlineData("CREATE TABLE x (a biginT", "bigint")]
    [InlineData("CREATE TABLE x (a addr", "address")]
    [InlineData("DESCRIBE TABLE hi", "hits")]
    [InlineData("SELECT 1; upd", "update")]
    [InlineData(".exp", ".explain,.export")]
    [InlineData(".mode js", "json,jsonl")]
    [InlineData("SELECT 'FROM ", "")]
    public void Completes_by_position(string text, string expected)
    {
        int cursor = text.IndexOf('|', StringComparison.Ordinal) is >= 0 and var marked ? marked : text.Length;
        using QueryEngine engine = QueryEngine.Open(s_snapshot);
        Assert.Equal(expected, string.Join(',', new Completer(new QuerySession(engine, "app")).Complete(text.Replace("|", "", StringComparison.Ordinal), cursor).Candidates));
    }

    [Fact]
    public void Keeps_history_but_no_passwords()
    {
        using TestFolder folder = new();
        string path = Path.Combine(folder.Path, "below", "history");
        History history = History.Load(path);
        string[] entries = ["SELECT 1;", "SELECT\n '\\n';"];
        foreach (string entry in entries)
            history.Add(entry);
        history.Add(entries[1]);
        history.Add("CREATE ROLE r WITH PASSWORD = 'secret';");
        history.Add("alter user r\nwith password 'secret';");
        history.Add("LOGIN r 'secret'");
        Assert.Equal(entries, history.Entries);
        Assert.Equal(entries, History.Load(path).Entries);
        Assert.DoesNotContain("secret", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static CqliteResult Pipe(string script) => CqliteProcess.Run(["shell", "--database", s_snapshot], script);
}
