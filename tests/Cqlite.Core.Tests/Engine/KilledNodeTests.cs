using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>The folders of nodes that were killed: what was only in their commit logs is there, and what was truncated is not.</summary>
public sealed class KilledNodeTests
{
    public static TheoryData<string> Nodes => new("killed/3.11.19-me", "killed/4.1.10-nb", "killed/5.0.9-nb", "killed/5.0.9-nb-lz4");

    [Theory]
    [MemberData(nameof(Nodes))]
    public void Every_recorded_row_is_there(string at)
    {
        CorpusNode node = Corpus.Node(at);
        using QueryEngine queries = QueryEngine.Open(node.Folder);
        int tables = 0;
        foreach (CorpusTable table in node.Tables.Where(t => t.HasSelect))
        {
            tables++;
            using QueryResult result = queries.Execute(
                $"SELECT * FROM \"{table.Keyspace}\".\"{table.Name}\"",
                options: new QueryOptions { NowSeconds = table.ReadAtMillis / 1000 });
            string[] names = [.. result.Columns.Select(c => c.Name)];
            long index = 0;
            foreach (SelectTruthRow expected in table.SelectRows())
            {
                Assert.True(result.MoveNext(), $"{table} ends after {index} rows; {table.RowCount} are expected.");
                foreach (SelectTruthColumn column in expected.Columns)
                {
                    ReadOnlySpan<byte> value = result.GetValue(Array.IndexOf(names, column.Name), out bool isNull);
                    Assert.Equal((table.Name, index, column.Name, column.Hex), (table.Name, index, column.Name, isNull ? null : Convert.ToHexStringLower(value)));
                }

                index++;
            }

            Assert.False(result.MoveNext(), $"{table} has more than the {index} rows that are expected.");
        }

        Assert.True(tables >= 7, $"{at} has truth of {tables} tables only.");
    }
}
