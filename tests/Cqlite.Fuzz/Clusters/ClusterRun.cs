using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Fuzz.Chains;

namespace Cqlite.Fuzz.Clusters;

/// <summary>Cases of many seeds against one cluster.</summary>
internal static class ClusterRun
{
    /// <summary>Compares a cluster with databases that are served; the number of differences.</summary>
    /// <param name="address">A node's address and port.</param>
    /// <param name="count">How many seeds.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="step">Null to make databases and throw them away; <c>keep=FOLDER</c> to leave them, in the folder and the cluster; <c>answers=FOLDER</c> to compare with what lies in a folder; <c>log</c> to tell all statements.</param>
    public static async Task<int> ExecuteAsync(string address, int count, int first, string? step)
    {
        using CassandraConnection there = await CassandraConnection.ConnectAsync(new CassandraOptions { ContactPoints = [address], ConnectTimeout = TimeSpan.FromSeconds(60), Timeout = TimeSpan.FromSeconds(120) });
        string? kept = step is not null && step.StartsWith("keep=", StringComparison.Ordinal) ? step[5..] : null;
        string? answering = step is not null && step.StartsWith("answers=", StringComparison.Ordinal) ? step[8..] : null;
        int failures = 0;
        long statements = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            if (answering is not null)
            {
                using QueryEngine engine = QueryEngine.Open(answering, new DatabaseOptions());
                ClusterCase one = new(seed, there, engine, log: null);
                one.Run(onlyAnswers: true);
                Tell(one, seed);
                continue;
            }

            string path = kept is null ? Path.Combine(Path.GetTempPath(), $"cqlite-cluster-{Guid.NewGuid():N}") : Path.Combine(kept, $"{seed}");
            await using (ChainDatabase database = new(path, version: "oa"))
            {
                ClusterCase one = new(seed, there, await database.ServeAsync(), step == "log" ? Console.WriteLine : null);
                one.Run();
                Tell(one, seed);
                if (kept is null)
                    one.Dispose();
            }

            if (kept is null)
                Directory.Delete(path, recursive: true);
        }

        Console.WriteLine($"{count:N0} seeds from {first} on, {statements:N0} statements: {failures:N0} answers differ.");
        return failures;

        void Tell(ClusterCase one, int seed)
        {
            statements += one.Statements;
            failures += one.Failures.Count;
            foreach (string failure in one.Failures)
                Console.WriteLine($"FAILED seed {seed}: {failure}");
        }
    }
}
