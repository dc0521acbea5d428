using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary><c>cqlite database ...</c> and <c>cqlite schema ...</c></summary>
public sealed class DatabaseAndSchemaCommandsTests
{
    [Fact]
    public void Verify_reads_every_SSTable_of_every_table()
    {
        CqliteResult result = CqliteProcess.Run("database", "verify", Repository.SampleSnapshot);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.EndsWith("9 tables, schema valid, 8 SSTables valid\n", result.Output, StringComparison.Ordinal);
        JsonElement total = CqliteProcess.Run("database", "verify", "--database", Repository.SampleSnapshot, "--json").Json[^1];
        Assert.True(total.GetProperty("valid").GetBoolean());
        Assert.Equal(8, total.GetProperty("sstables").GetInt32());
    }

    [Fact]
    public void Verify_exits_with_1_when_an_SSTable_is_damaged()
    {
        DamagedCase damaged = DamagedCase.Parse("damaged/5.0.9-nb data-bit-middle", null);
        using TestFolder folder = new();
        folder.Copy(damaged.DataDirectory, Path.Combine("damage", "packed"));
        CqliteResult result = CqliteProcess.Run("database", "verify", folder.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("1 SSTable, of which 1 with findings\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_is_shown_as_CQL_and_as_JSON()
    {
        CqliteResult cql = CqliteProcess.Run("schema", "show", "--database", Repository.SampleSnapshot, "--keyspace", "app", "--table", "hits");
        Assert.Equal((0, ""), (cql.ExitCode, cql.Error));
        Assert.StartsWith("CREATE TABLE app.hits (\n    page text PRIMARY KEY,\n    n counter\n)", cql.Output, StringComparison.Ordinal);
        JsonElement tables = JsonSerializer.Deserialize<JsonElement>(CqliteProcess.Run("schema", "show", "--database", Repository.SampleSnapshot, "--json").Output);
        Assert.Equal(9, tables.GetArrayLength());
        JsonElement hits = tables.EnumerateArray().Single(t => t.GetProperty("table").GetString() == "hits");
        Assert.Equal("page partition_key text", string.Join(' ', hits.GetProperty("columns")[0].EnumerateObject().Select(p => p.Value.GetString())));
    }

    [Theory]
    [InlineData("Keyspace 'nope' not found; there are app", "--keyspace", "nope")]
    [InlineData("Table 'app.nope' not found", "--keyspace", "app", "--table", "nope")]
    [InlineData("--table needs --keyspace", "--table", "hits")]
    public void Schema_says_what_is_not_there(string error, params string[] options)
    {
        CqliteResult result = CqliteProcess.Run(["schema", "show", "--database", Repository.SampleSnapshot, .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }
}
