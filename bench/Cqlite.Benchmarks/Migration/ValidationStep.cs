using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;

namespace Cqlite.Benchmarks.Migration;

/// <summary>A validation by digests as a process of its own: all rows of both sides, with times of writes and TTLs.</summary>
internal static class ValidationStep
{
    /// <summary>The command of the process.</summary>
    public const string Command = "migrate-validate";

    /// <summary>Validates; fails where the two sides differ.</summary>
    /// <param name="source">A folder, or the port of a server on 127.0.0.1.</param>
    /// <param name="target">A folder.</param>
    public static int Run(string source, string target) => RunAsync(source, target).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string source, string target)
    {
        using CassandraConnection? connection = int.TryParse(source, out int port)
            ? await CassandraConnection.ConnectAsync(new CassandraOptions { ContactPoints = [$"127.0.0.1:{port}"], Consistency = ConsistencyLevel.One })
            : null;
        using IMigrationSource one = connection is null ? StoredSource.Open(source) : new ClusterSource(connection);
        using IMigrationSource other = StoredSource.Open(target);
        ValidationSettings settings = new() { Checks = ValidationChecks.Count | ValidationChecks.Data, Tables = ["bench"], WriteTimes = true, Ttls = true };
        ValidationReport report = await new Validator(one, other, settings).RunAsync();
        return report.Status == CheckStatus.Passed ? 0 : throw new InvalidOperationException(report.ToJson());
    }
}
