using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Tests.Query;
using Cqlite.Core.Transfer;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Transfer;

/// <summary>Tables that a node wrote, exported, and imported into an empty database: SELECT * answers the same bytes.</summary>
public sealed class ImportRoundTripTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cqlite-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, TransferFormat> Cases
    {
        get
        {
            TheoryData<string, TransferFormat> cases = [];
            foreach (string table in new[] { "regulars", "statics", "lists", "sets", "maps", "nested", "udts", "k_text", "k_decimal" })
            {
                foreach (TransferFormat format in Enum.GetValues<TransferFormat>())
                    cases.Add(table, format);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gives_every_row_again(string name, TransferFormat format)
    {
        CorpusTable recorded = Corpus.Table("5.0.9-nb", "types", name);
        CorpusDatabase source = CorpusDatabase.Of(recorded.Node);
        TableMetadata table = source.Database.Schema.Table("types", name)!;
        string file = Path.Combine(_folder, "table");
        new TableExporter(source.Queries).Export(table, file, format, new ExportOptions { WithWriteTime = true });
        using QueryEngine target = Create(recorded);
        TransferResult result = new TableImporter(target).Import(target.Database.Schema.Table("types", name)!, file, format);
        Assert.Equal(0, result.Rejected);
        string select = $"SELECT * FROM types.{CqlIdentifier.Quote(name)}";
        using QueryResult expected = source.Queries.Execute(select);
        using QueryResult actual = target.Execute(select);
        for (int row = 0; expected.MoveNext(); row++)
        {
            Assert.True(actual.MoveNext(), $"row {row}");
            for (int i = 0; i < expected.Columns.Length; i++)
            {
                string? wanted = Hex(expected, i);
                string? got = Hex(actual, i);
                if (wanted != got)
                    Assert.Equal((row, expected.Columns[i].Name, wanted), (row, expected.Columns[i].Name, got));
            }
        }

        Assert.False(actual.MoveNext());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Writes_every_row_of_a_long_file_once(int writers)
    {
        const int rows = 5000;
        string file = Path.Combine(_folder, "rows.csv");
        File.WriteAllLines(file, ["p,c,n", .. Enumerable.Range(0, rows).Select(i => $"{i % 3},{i},1")]);
        string folder = Path.Combine(_folder, "long");
        Database.Create(folder);
        using QueryEngine target = QueryEngine.Open(folder, DatabaseOptions.Default);
        target.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        target.Execute("CREATE TABLE k.t (p int, c int, n counter, PRIMARY KEY (p, c))").Dispose();
        TransferResult result = new TableImporter(target).Import(target.Database.Schema.Table("k", "t")!, file, TransferFormat.Csv, new ImportOptions { Writers = writers });
        Assert.Equal((rows, 0), (result.Rows, result.Rejected));
        using QueryResult counted = target.Execute("SELECT count(*), sum(n) FROM k.t");
        Assert.True(counted.MoveNext());
        Assert.Equal("0000000000001388", Hex(counted, 0));
        Assert.Equal("0000000000001388", Hex(counted, 1));
    }

    [Fact]
    public void Takes_wrong_rows_up_to_a_number_and_keeps_them()
    {
        using QueryEngine target = Empty();
        target.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        target.Execute("CREATE TABLE k.t (a int PRIMARY KEY, b text)").Dispose();
        TableMetadata table = target.Database.Schema.Table("k", "t")!;
        string file = Path.Combine(_folder, "t.csv");
        string rejected = Path.Combine(_folder, "rejected.csv");
        File.WriteAllText(file, "a,b\n1,one\ntwo,\"x,y\"\n3\n4,four\n");
        ImportException error = Assert.Throws<ImportException>(() => new TableImporter(target).Import(table, file, TransferFormat.Csv));
        Assert.Equal((3L, 1), (error.Line, error.Column));
        TransferResult result = new TableImporter(target).Import(table, file, TransferFormat.Csv, new ImportOptions { MaxErrors = 2, RejectPath = rejected });
        Assert.Equal((2L, 2L), (result.Rows, result.Rejected));
        Assert.Equal("a,b\r\ntwo,\"x,y\"\r\n3\r\n", File.ReadAllText(rejected));
        using QueryResult rows = target.Execute("SELECT count(*) FROM k.t");
        Assert.True(rows.MoveNext());
        Assert.Equal(2, rows.GetInt64(0));
    }

    private static string? Hex(QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull ? null : Convert.ToHexStringLower(value);
    }

    private QueryEngine Empty()
    {
        string path = Path.Combine(_folder, "database");
        Database.Create(path);
        return QueryEngine.Open(path);
    }

    private QueryEngine Create(CorpusTable recorded)
    {
        QueryEngine engine = Empty();
        foreach (string statement in Cqlite.Core.Cql.StatementSplitter.Split(recorded.SchemaCql!).Select(s => s.Text))
        {
            bool isWanted = statement.StartsWith("CREATE KEYSPACE", StringComparison.Ordinal) || statement.StartsWith("CREATE TYPE", StringComparison.Ordinal)
                || statement.StartsWith($"CREATE TABLE types.{recorded.Name} ", StringComparison.Ordinal);
            if (isWanted)
                engine.Execute(statement).Dispose();
        }

        return engine;
    }
}
