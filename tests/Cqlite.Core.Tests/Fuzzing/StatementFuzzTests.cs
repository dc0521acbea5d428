using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Fuzz.Statements;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Fuzzing;

/// <summary>Whatever is asked: a result or one of our errors, from parsing to the last row.</summary>
public class StatementFuzzTests
{
    private const int StatementsOfAScript = 150;
    private const int Deep = 10_000;
    private const string Folder = "/databases/one";

    [Fact]
    public void Mutated_statements_are_executed_or_refused()
    {
        string[] failures = [.. CqlScript.All.AsParallel().SelectMany(script => StatementFuzz.Run(script, StatementsOfAScript, seed: 1))];
        Assert.True(failures.Length == 0, string.Join("\n\n", failures));
    }

    public static TheoryData<string, string, string, int> Statements => new()
    {
        { "SELECT * FROM k.t WHERE p IN (", "1, ", "1)", 300_000 },
        { "SELECT * FROM k.t WHERE p = 1 AND c IN (", "1, ", "1)", 300_000 },
        { "SELECT ", "v, ", "v FROM k.t", 300_000 },
        { "SELECT ", "v + ", "1 FROM k.t", Deep },
        { "SELECT ", "(int)", "v FROM k.t", Deep },
        { "SELECT * FROM k.t WHERE ", "v = 1 AND ", "v = 1 ALLOW FILTERING", 80_000 },
        { "UPDATE k.t SET s = {", "1, ", "1} WHERE p = 1 AND c = 1", 300_000 },
        { "UPDATE k.t SET s = ", "{", "1} WHERE p = 1 AND c = 1", Deep },
        { "INSERT INTO k.t (p, c, s) VALUES (1, 1, ", "[", "", Deep },
        { "UPDATE k.t SET ", "v = 1, ", "v = 1 WHERE p = 1 AND c = 1", 100_000 },
        { "INSERT INTO k.t (p, c, v) VALUES (1, 1, ", "- ", "1)", Deep },
        { "INSERT INTO k.t JSON '", "[", "'", Deep },
        { "INSERT INTO k.t JSON '{\"s\": ", "[", "'", Deep },
        { "BEGIN BATCH ", "DELETE FROM k.t WHERE p = 1; ", "APPLY BATCH", 30_000 },
        { "ALTER TABLE k.t ADD x ", "frozen<list<", "", Deep },
    };

    [Theory, MemberData(nameof(Statements))]
    public void Long_and_deep_statements_are_executed_or_refused(string start, string part, string end, int count)
    {
        SimulatedDisk disk = new();
        Database.Create(Folder, disk);
        using QueryEngine engine = QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, CompactionThreads = 0 });
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute("CREATE TABLE k.t (p int, c int, v int, s set<int>, PRIMARY KEY (p, c))").Dispose();
        string statement = start + string.Concat(Enumerable.Repeat(part, count)) + end;

        // A thread of PowerShell's pipeline or of a pool has no more than this on any system.
        Thread thread = new(
            () =>
            {
                try
                {
                    using QueryResult result = engine.Execute(statement);
                    _ = result.MoveNext();
                }
                catch (CqliteException e)
                {
                    Assert.NotEmpty(e.Message);
                }
            },
            maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
    }

    /// <summary>What mutated statements once found.</summary>
    [Fact]
    public void A_token_of_no_bytes_is_refused()
    {
        SimulatedDisk disk = new();
        Database.Create(Folder, disk);
        using QueryEngine engine = QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, CompactionThreads = 0 });
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY)").Dispose();
        PreparedQuery query = engine.Prepare("SELECT * FROM k.t WHERE token(p) > ?");
        Assert.Throws<InvalidQueryException>(() => engine.Execute(query, new BindValues([[]])));
    }
}
