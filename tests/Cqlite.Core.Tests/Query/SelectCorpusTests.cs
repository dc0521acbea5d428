using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>SELECT * of every table of the corpus, row by row, against what the node that wrote it answered.</summary>
public sealed class SelectCorpusTests
{
    [Theory]
    [CorpusTables(WithSelect = true)]
    public void SelectsEveryRow(CorpusTable table)
    {
        CorpusDatabase database = CorpusDatabase.Of(table.Node);
        var options = new QueryOptions { NowSeconds = table.ReadAtMillis / 1000 };
        using QueryResult result = database.Queries.Execute($"SELECT * FROM \"{table.Keyspace}\".\"{table.Name}\"", options: options);
        long index = 0;
        foreach (SelectTruthRow expected in table.SelectRows())
        {
            if (index == 0)
                Assert.Equal(expected.Columns.Select(c => c.Name), result.Columns.Select(c => c.Name));
            Assert.True(result.MoveNext(), $"{table} ends after {index} rows; {table.RowCount} are expected.");
            for (int i = 0; i < expected.Columns.Count; i++)
            {
                ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                if (isNull != expected.Columns[i].Value is null || !value.SequenceEqual(expected.Columns[i].Value))
                    Assert.Equal((index, expected.Columns[i].Name, expected.Columns[i].Hex), (index, result.Columns[i].Name, isNull ? null : Convert.ToHexStringLower(value)));
            }

            index++;
        }

        Assert.False(result.MoveNext(), $"{table} has more than the {index} rows that are expected.");
    }
}
