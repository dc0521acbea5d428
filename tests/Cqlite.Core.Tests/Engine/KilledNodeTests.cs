using Cqlite.Core.Engine;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Errors;
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

    [Theory]
    [MemberData(nameof(Nodes))]
    public void The_report_tells_what_was_left_out(string at)
    {
        using QueryEngine queries = QueryEngine.Open(Corpus.Node(at).Folder);
        CommitLogReplay report = queries.Database.CommitLog!;
        Assert.Equal(Directory.GetFiles(Corpus.Node(at).CommitLogDirectory).Length, report.Segments);
        Assert.Null(report.TornSegment);
        Assert.NotEqual(0, report.Applied);
        Assert.NotEqual(0, report.AlreadyStored);
        Assert.DoesNotContain(queries.Database.Tables().Select(t => t.Table.Id), report.UnknownTables.ContainsKey);
    }

    [Fact]
    public void Without_the_log_only_what_was_flushed_is_there()
    {
        CorpusNode node = Corpus.Node("killed/5.0.9-nb");
        using QueryEngine queries = QueryEngine.Open(node.Folder, new DatabaseOptions { ReplayCommitLog = false });
        Assert.Null(queries.Database.CommitLog);
        using QueryResult result = queries.Execute("SELECT * FROM app.unflushed");
        Assert.False(result.MoveNext());
    }

    [Fact]
    public void A_damaged_sstable_is_its_own_tables_matter()
    {
        CorpusNode node = Corpus.Node("killed/5.0.9-nb");
        string folder = Directory.CreateTempSubdirectory("cqlite-damaged-").FullName;
        FixtureArchive.CopyFolder(node.Folder, folder);
        CorpusTable[] stored = [.. node.Tables.Where(t => t.HasSelect && t.SSTables.Count > 0)];
        string statistics = Directory.EnumerateFiles(Path.Combine(folder, Path.GetRelativePath(node.Folder, stored[0].DataDirectory)), "*-Statistics.db").First();
        byte[] content = File.ReadAllBytes(statistics);
        content[^1] ^= 1;
        File.WriteAllBytes(statistics, content);

        using (QueryEngine queries = QueryEngine.Open(folder))
        {
            CorruptDataException told = Assert.Throws<CorruptDataException>(() => Count(queries, stored[0]));
            Assert.Contains(Path.GetFileName(statistics), told.Message, StringComparison.Ordinal);
            Assert.True(stored.Length > 1);
            Assert.All(node.Tables.Where(t => t.HasSelect && t != stored[0]), table => Assert.Equal(table.RowCount, Count(queries, table)));
        }

        Directory.Delete(folder, recursive: true);

        static long Count(QueryEngine queries, CorpusTable table)
        {
            long rows = 0;
            using QueryResult result = queries.Execute($"SELECT * FROM \"{table.Keyspace}\".\"{table.Name}\"", options: new QueryOptions { NowSeconds = table.ReadAtMillis / 1000 });
            while (result.MoveNext())
                rows++;
            return rows;
        }
    }
}
