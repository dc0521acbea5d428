using System.Text.Json;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Output;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query.Output;

/// <summary>Prints answers in each format; JSON and wire against what the node recorded.</summary>
public sealed class ResultWriterTests
{
    [Theory]
    [CorpusTables(WithSelect = true, At = "5.0.9-nb,5.0.9-da", Theme = "types,keys,counters,multi")]
    public void PrintsValuesAsRecorded(CorpusTable table)
    {
        string[] wire = Print(table, ResultFormat.Wire);
        string[] json = Print(table, ResultFormat.JsonLines);
        string whole = string.Join('\n', Print(table, ResultFormat.Json));
        using JsonDocument array = JsonDocument.Parse(whole);
        Assert.Equal(table.RowCount, array.RootElement.GetArrayLength());
        int index = 0;
        foreach (SelectTruthRow row in table.SelectRows())
        {
            Assert.Equal($"{{{string.Join(',', row.Columns.Select(c => $"{Name(c)}:{(c.Hex is null ? "null" : $"\"0x{c.Hex}\"")}"))}}}", wire[index]);
            if (row.Columns.All(c => c.JsonError is null && (c.Value is null || c.Json is not null)))
                Assert.Equal($"{{{string.Join(',', row.Columns.Select(c => $"{Name(c)}:{c.Json ?? "null"}"))}}}", json[index]);
            index++;
        }
    }

    [Fact]
    public void SelectsJson()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "keys", "composite3");
        using QueryResult result = Execute(table, "JSON *");
        SelectTruthRow first = table.SelectRows().First();
        Assert.True(result.MoveNext());
        Assert.Equal("[json]", Assert.Single(result.Columns).Name);
        Assert.Equal(
            $"{{{string.Join(", ", first.Columns.Select(c => $"{Name(c)}: {c.Json ?? "null"}"))}}}",
            System.Text.Encoding.UTF8.GetString(result.GetValue(0, out _)));
    }

    [Fact]
    public void PrintsTablesAndCsv()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "keys", "composite3");
        string[] csv = Print(table, ResultFormat.Csv);
        Assert.Equal(string.Join(',', table.SelectRows().First().Columns.Select(c => c.Name)), csv[0].TrimEnd('\r'));
        Assert.Equal(table.RowCount, csv.Length - 1);
        string[] text = Print(table, ResultFormat.Table);
        Assert.Equal($"({table.RowCount} rows)", text[^1]);
        Assert.Equal($"{table.RowCount} rows in", Print(table, ResultFormat.None)[0][..$"{table.RowCount} rows in".Length]);
    }

    private static string Name(SelectTruthColumn column) => $"\"{column.Name.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string[] Print(CorpusTable table, ResultFormat format)
    {
        using QueryResult result = Execute(table, "*");
        using var output = new MemoryStream();
        Assert.Equal(table.RowCount, ResultWriter.For(format).Write(result, output));
        return System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static QueryResult Execute(CorpusTable table, string selection) => CorpusDatabase.Of(table.Node).Queries.Execute(
        $"SELECT {selection} FROM \"{table.Keyspace}\".\"{table.Name}\"",
        options: new QueryOptions { NowSeconds = table.ReadAtMillis / 1000 });
}
