using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Fuzz.Statements;

/// <summary>
/// Runs a recorded script, then statements made of its own by mutation: each is planned and executed on what the script has left, and must give a
/// result or one of our errors.
/// </summary>
internal static class StatementFuzz
{
    private const string Folder = "/databases/one";
    private const int RowsRead = 20;

    /// <summary>Tries mutated statements.</summary>
    /// <param name="script">The script whose statements are mutated.</param>
    /// <param name="count">How many statements to try.</param>
    /// <param name="seed">What the mutations are chosen by.</param>
    /// <returns>Each statement of which something else came than a result or an error of ours, with that.</returns>
    public static IReadOnlyList<string> Run(CqlScript script, int count, int seed)
    {
        SimulatedDisk disk = new();
        Database.Create(Folder, disk);
        using QueryEngine engine = QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, Durability = Durability.Periodic, CompactionThreads = 0 });
        QuerySession session = new(engine);
        Random random = new(seed);
        string[] statements = [.. script.Statements.Select(s => s.Text)];
        List<string> failures = [];
        HashSet<string> places = [];

        // Most scripts suppose that their keyspace has been made.
        string[] keyspace = ["CREATE KEYSPACE IF NOT EXISTS ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", "USE ks"];
        foreach (string statement in keyspace.Concat(statements))
            Attempt(statement);
        StatementMutator mutator = new(statements, random);
        for (int i = 0; i < count; i++)
            Attempt(mutator.Next());
        return failures;

        void Attempt(string statement)
        {
            try
            {
                Try(session, statement, random);
            }
            catch (Exception e) when (e is not CqliteException)
            {
                // One of each place is enough to mend it.
                if (places.Add(string.Join('\n', (e.StackTrace ?? "").Split('\n').Take(3))))
                    failures.Add($"{script.Path}, seed {seed}: {statement}\n{e}");
            }
        }
    }

    private static void Try(QuerySession session, string statement, Random random)
    {
        try
        {
            PreparedQuery query = session.Prepare(statement);
            byte[]?[] values = new byte[query.Markers.Length][];
            for (int i = 0; i < values.Length; i++)
                values[i] = Value(random);
            QueryOptions options = new() { PageSize = random.Next(3) == 0 ? random.Next(1, 4) : null };
            using QueryResult result = session.Execute(query, new BindValues(values), options);
            for (int rows = 0; rows < RowsRead && result.MoveNext(); rows++)
            {
                for (int column = 0; column < result.Columns.Length; column++)
                    _ = result.GetValue(column, out _);
            }

            if (result.PagingState is { } next)
                session.Execute(query, new BindValues(values), options with { PagingState = next }).Dispose();
        }
        catch (CqliteException e) when (e.Message.Length > 0)
        {
            // An error of ours is an answer.
        }
    }

    private static byte[]? Value(Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                return null;
            case 1:
                return BindValues.Unset;
            case 2:
                return [];
            default:
                byte[] value = new byte[random.Next(3) switch { 0 => 4, 1 => 8, _ => random.Next(1, 20) }];
                random.NextBytes(value);
                return value;
        }
    }
}
