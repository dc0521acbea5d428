using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>Statements and answers are the same wherever numbers are written otherwise.</summary>
public class ForeignNumbersTests
{
    private static readonly string[] s_selections =
    [
        "JSON *",
        "cast(d as double) AS a, cast(d as float) AS b, cast(b as text) AS c, cast(x as text) AS d",
        "d / 3 AS a, -b AS b, x * -2.5 AS c, v + 1 AS d, d - 0.25 AS e",
        "cast(t as text) AS a, cast(v as double) AS b, avg(d) AS c",
        "p, d, x",
    ];

    [Fact]
    public void Answers_are_the_same()
    {
        string[] expected = Answers();
        using ForeignNumbers numbers = ForeignNumbers.Use();
        Assert.Equal(expected, Answers());
    }

    private static string[] Answers()
    {
        using TemporaryDatabase database = new();
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        database.Queries.Execute(
            "CREATE TABLE k.t (p int PRIMARY KEY, b bigint, d decimal, x double, v varint, t timestamp, g duration) WITH bloom_filter_fp_chance = 0.02").Dispose();
        database.Queries.Execute("INSERT INTO k.t (p, b, d, x, v, t, g) VALUES (-1, -5000000000, -1234.5678, -1.5e-7, -123456789012345678901234567890, -12345, -1mo2d3h)").Dispose();
        database.Reopen();
        List<string> answers = [];
        foreach (string selection in s_selections)
        {
            using QueryResult rows = database.Queries.Execute($"SELECT {selection} FROM k.t WHERE token(p) > -9223372036854775808");
            while (rows.MoveNext())
            {
                for (int i = 0; i < rows.Columns.Length; i++)
                {
                    ReadOnlySpan<byte> value = rows.GetValue(i, out bool isNull);
                    answers.Add(isNull ? "null" : rows.Columns[i].Type.Name == "text" ? System.Text.Encoding.UTF8.GetString(value) : Convert.ToHexStringLower(value));
                }
            }
        }

        answers.Add(Core.Engine.Backups.BackupWriter.SchemaText(database.Database.Schema).Replace(database.Database.Schema.Table("k", "t")!.Id.ToString(), "ID", StringComparison.Ordinal));
        return [.. answers];
    }
}
