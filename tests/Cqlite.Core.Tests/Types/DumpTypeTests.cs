using System.Text.Json;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Values as sstabledump printed them: partition keys as text, clusterings and cells as JSON.</summary>
public sealed class DumpTypeTests
{
    [Theory]
    [CorpusTables(At = "5.0.9-nb,5.0.9-da,4.1.10-nb,4.0-rc1-na,3.11.19-me,3.0.31-me,3.0.24-md,3.0.17-mc,3.0.7-mb,3.0.6-ma", Theme = "types", WithSelect = true)]
    public void Keys_clusterings_and_values_print_as_sstabledump_printed_them(CorpusTable table)
    {
        if (!table.Name.StartsWith("k_", StringComparison.Ordinal) || table.SSTables.Count != 1)
            return;
        if (table.Dump(table.SSTables[0]) is not { } dump)
            return;

        TextDialect dialect = CorpusTypeTests.Dialect(dump.Release);
        if (dialect == TextDialect.Release3017 && table.Name is "k_float" or "k_double" or "k_vector_float_3")
            return;

        CorpusColumnTypes types = new(table);
        Dictionary<string, CqlType> byName = table.Columns.ToDictionary(c => c.Name, c => types.Of(c).WithDialect(dialect), StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(dump.Text);
        using IEnumerator<SelectTruthRow> rows = table.SelectRows().GetEnumerator();
        int checks = 0;
        foreach (JsonElement partition in document.RootElement.EnumerateArray())
        {
            foreach (JsonElement row in partition.GetProperty("rows").EnumerateArray().Where(r => r.GetProperty("type").GetString() == "row"))
            {
                Assert.True(rows.MoveNext());
                AssertText(byName["p"], rows.Current["p"].Value!, partition.GetProperty("partition").GetProperty("key")[0]);
                AssertJson(byName["a"], rows.Current["a"].Value!, row.GetProperty("clustering")[0], dialect);
                AssertJson(byName["d"], rows.Current["d"].Value!, row.GetProperty("clustering")[1], dialect);
                foreach (JsonElement cell in row.GetProperty("cells").EnumerateArray().Where(c => c.GetProperty("name").GetString() == "v" && c.TryGetProperty("value", out _)))
                    AssertJson(byName["v"], rows.Current["v"].Value!, cell.GetProperty("value"), dialect);
                checks++;
            }
        }

        Assert.True(checks > 3);
    }

    private static void AssertText(CqlType type, byte[] value, JsonElement expected)
    {
        BufferWriter output = new();
        type.WriteText(value, output);
        Assert.Equal(expected.GetString(), output.ToString());
    }

    private static void AssertJson(CqlType type, byte[] value, JsonElement expected, TextDialect dialect)
    {
        if (dialect == TextDialect.Release306)
        {
            // The first releases print the text of all values, and of frozen collections only what a cell of theirs would hold.
            if (type.Unreversed is SetType)
                Assert.Equal("", expected.GetString());
            else
                AssertText(type, value, expected);
            return;
        }

        BufferWriter output = new();
        type.WriteJson(value, output);
        Assert.Equal(expected.GetRawText(), output.ToString());
    }
}
