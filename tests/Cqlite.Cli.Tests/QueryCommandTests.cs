using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary><c>cqlite query</c>, on the snapshot that ships with the project.</summary>
public sealed class QueryCommandTests
{
    [Fact]
    public void Prints_a_table()
    {
        CqliteResult result = Query("SELECT page, n FROM app.hits");
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Equal(
            """
             page | n
            ------+----
             p1   | 15
             p0   | 22
             p2   | 18

            (3 rows)

            """.ReplaceLineEndings("\n"),
            result.Output);
    }

    [Fact]
    public void Prints_csv() => Assert.Equal("page,n\r\np1,15\r\np0,22\r\np2,18\r\n", Query("SELECT page, n FROM app.hits", "--format", "csv").Output);

    [Fact]
    public void Prints_a_json_array()
    {
        JsonElement array = JsonSerializer.Deserialize<JsonElement>(Query("SELECT * FROM app.hits", "--format", "json").Output);
        Assert.Equal([15, 22, 18], array.EnumerateArray().Select(row => row.GetProperty("n").GetInt32()));
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--format", "jsonl")]
    [InlineData("--json", "--format", "jsonl")]
    public void Prints_json_lines(params string[] options) =>
        Assert.Equal("{\"page\":\"p1\",\"n\":15}\n{\"page\":\"p0\",\"n\":22}\n{\"page\":\"p2\",\"n\":18}\n", Query("SELECT * FROM app.hits", options).Output);

    [Fact]
    public void Prints_wire_values_as_recorded()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "types", "lists");
        using TestFolder folder = new();
        string schema = folder.Write("schema.cql", table.SchemaCql!);
        CqliteResult result = CqliteProcess.Run(
            "query", "SELECT * FROM types.lists", "--format", "wire", "--database", table.Node.Folder, "--schema", schema, "--now", $"{table.ReadAtMillis / 1000}");
        Assert.Equal(0, result.ExitCode);
        IEnumerable<string> recorded = table.SelectRows()
            .Select(row => $"{{{string.Join(',', row.Columns.Select(c => $"\"{c.Name}\":{(c.Hex is null ? "null" : $"\"0x{c.Hex}\"")}"))}}}");
        Assert.Equal(recorded, result.Lines);
    }

    [Fact]
    public void Counts_rows_without_printing_them() => Assert.StartsWith("40 rows in ", Query("SELECT * FROM app.events", "--format", "none").Output, StringComparison.Ordinal);

    [Fact]
    public void Runs_several_statements()
    {
        CqliteResult result = Query("SELECT count(*) FROM app.events; -- a comment\nSELECT count(*) FROM app.hits;", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([40, 3], result.Json.Select(row => row.GetProperty("count").GetInt32()));
    }

    [Fact]
    public void Reads_statements_from_standard_input()
    {
        CqliteResult result = CqliteProcess.Run(
            ["query", "-", "--format", "csv", "--database", Repository.SampleSnapshot], "SELECT page FROM app.hits\nWHERE page = 'p2';\n");
        Assert.Equal("page\r\np2\r\n", result.Output);
    }

    [Fact]
    public void Takes_a_keyspace_for_tables_without_one() => Assert.Equal(0, Query("SELECT * FROM hits", "--keyspace", "app").ExitCode);

    [Fact]
    public void Takes_the_database_from_the_environment() => Assert.Equal(
        "n\r\n22\r\n",
        CqliteProcess.Run(["query", "SELECT n FROM app.hits WHERE page = 'p0'", "--format", "csv"], null, ("CQLITE_DATABASE_PATH", Repository.SampleSnapshot)).Output);

    [Fact]
    public void Judges_TTLs_at_the_given_moment()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "deletes", "ttl");
        string Count(string now) => CqliteProcess.Run("query", "SELECT * FROM deletes.ttl", "--json", "--database", table.Node.Folder, "--now", now).Output;
        string then = Count(DateTimeOffset.FromUnixTimeMilliseconds(table.ReadAtMillis!.Value).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        Assert.Equal(table.RowCount, then.Count(c => c == '\n'));
        Assert.NotEqual(then, Count("2200-01-01T00:00:00Z"));
    }

    [Fact]
    public void Takes_a_schema_from_a_file()
    {
        using TestFolder folder = new();
        string schema = folder.Write("schema.cql", "CREATE TABLE app.hits (url text PRIMARY KEY, n counter);");
        CqliteResult result = Query("SELECT url FROM app.hits LIMIT 1", "--schema", schema, "--format", "csv");
        Assert.Equal("url\r\np1\r\n", result.Output);
    }

    [Fact]
    public void Tells_rows_read_against_rows_returned() =>
        Assert.Contains("read 40 rows of 5 partitions, returned 1, in", Query("SELECT * FROM app.events WHERE n = 36 ALLOW FILTERING", "--analyze").Output, StringComparison.Ordinal);

    [Fact]
    public void Explains_without_executing()
    {
        Assert.Contains("scan app.hits", Query("SELECT * FROM app.hits", "--explain").Output, StringComparison.Ordinal);
        Assert.Contains("scan app.hits", Assert.Single(Query("SELECT * FROM app.hits", "--explain", "--json").Json).GetProperty("plan").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verifies_first_when_asked_to()
    {
        CqliteResult result = Query("SELECT n FROM app.hits LIMIT 1", "--verify", "--format", "csv");
        Assert.Equal("n\r\n15\r\n", result.Output);
        Assert.Contains("valid (3 partitions, 3 rows, 3 cells read)", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("selec * FROM app.hits", "line 1:0 no viable alternative at input 'selec' ([selec]...)\n  selec * FROM app.hits\n  ^\n")]
    [InlineData("SELECT * FROM app.hits LIMIT 1;\n\nSELECT *\n\tFORM app.hits", "cqlite: line 4:1 ")]
    [InlineData("SELECT * FROM app.nope", "cqlite: table nope does not exist\n")]
    [InlineData("SELECT * FROM app.hits LIMIT 1;\nSELECT nope FROM app.hits", "cqlite: statement at line 2: Undefined column name nope in table app.hits\n")]
    [InlineData("  ", "cqlite: there is no statement in CQL.\n")]
    [InlineData("DELETE FROM app.hits WHERE page = 'x'", "open for reading")]
    public void Says_what_is_wrong_with_a_statement(string cql, string error)
    {
        CqliteResult result = Query(cql);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(error, result.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_errors_as_JSON()
    {
        JsonElement error = JsonSerializer.Deserialize<JsonElement>(Query("SELECT *\nFORM app.hits", "--json").Error);
        Assert.Equal("CqlSyntax", error.GetProperty("error").GetString());
        Assert.Equal((2, 0), (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32()));
    }

    [Fact]
    public void Says_that_a_path_is_missing()
    {
        CqliteResult result = CqliteProcess.Run("query", "SELECT * FROM a.b", "--database", "/no/such/folder");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("no such folder", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_a_folder_is_empty()
    {
        using TestFolder folder = new();
        CqliteResult result = CqliteProcess.Run("query", "SELECT * FROM a.b", "--database", folder.Path);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("holds no SSTables", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_where_data_are_damaged()
    {
        DamagedCase damaged = DamagedCase.Parse("damaged/5.0.9-nb data-bit-middle", null);
        using TestFolder folder = new();
        string copy = folder.Copy(damaged.DataDirectory, Path.Combine("damage", "packed"));
        CqliteResult result = CqliteProcess.Run("query", "SELECT * FROM damage.packed", "--format", "none", "--json", "--database", copy);
        Assert.Equal(2, result.ExitCode);
        result = CqliteProcess.Run("query", "SELECT * FROM damage.packed", "--format", "none", "--database", copy);
        Assert.Equal(2, result.ExitCode);
        Assert.Matches("Data\\.db at byte [0-9,]+: ", result.Error);
    }

    private static CqliteResult Query(string cql, params string[] options) => CqliteProcess.Run(["query", cql, "--database", Repository.SampleSnapshot, .. options]);
}
