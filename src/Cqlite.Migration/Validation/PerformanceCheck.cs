using System.Diagnostics;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Validation;

/// <summary>How long one side took for a query, in milliseconds, to the last row.</summary>
public sealed record Latencies(double Mean, double P50, double P95, double P99, double Max)
{
    internal static Latencies Of(double[] millis)
    {
        Array.Sort(millis);
        return new Latencies(millis.Average(), At(0.50), At(0.95), At(0.99), millis[^1]);

        double At(double share) => millis[Math.Min(millis.Length - 1, (int)Math.Ceiling(share * millis.Length) - 1)];
    }
}

/// <summary>One query, timed on both sides.</summary>
/// <param name="Query">The statement.</param>
/// <param name="Iterations">How often.</param>
public sealed record QueryTiming(string Query, int Iterations)
{
    /// <summary>The source's times; null where it could not answer.</summary>
    public Latencies? Source { get; init; }

    /// <summary>The target's times; null where it could not answer.</summary>
    public Latencies? Target { get; init; }

    /// <summary>Rows that the source answered with; null where it could not.</summary>
    public long? SourceRows { get; init; }

    /// <summary>Rows that the target answered with; null where it could not.</summary>
    public long? TargetRows { get; init; }

    /// <summary>What a side refused; null where both answered.</summary>
    public string? Message { get; init; }

    /// <summary>Passed where both answered with as many rows.</summary>
    public CheckStatus Status { get; init; }
}

/// <summary>Times queries on both sides, turn by turn, so that what slows the machine slows both.</summary>
internal static class PerformanceCheck
{
    private const int PageRows = 100;

    /// <summary>The statements of a file of queries.</summary>
    public static IReadOnlyList<string> Queries(string script) => [.. StatementSplitter.Split(script).Select(s => s.Text.Trim()).Where(t => t.Length > 0)];

    /// <summary>What is timed of a table where nothing else is asked for: a page from the ring's beginning, and the first row behind its middle.</summary>
    public static IEnumerable<string> Queries(TableMetadata table)
    {
        string name = $"{CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}";
        yield return $"SELECT * FROM {name} LIMIT {PageRows}";
        if (table.Partitioner == Partitioner.Murmur3)
            yield return $"SELECT * FROM {name} WHERE token({string.Join(", ", table.PartitionKey.Select(c => CqlIdentifier.Quote(c.Name)))}) > 0 LIMIT 1";
    }

    public static IReadOnlyList<QueryTiming> Run(PerformanceSettings settings, CancellationToken cancellation) =>
        [.. settings.Queries.Select(query => Time(query, settings, cancellation))];

    private static QueryTiming Time(string query, PerformanceSettings settings, CancellationToken cancellation)
    {
        int iterations = Math.Max(1, settings.Iterations);
        try
        {
            if (CqlParser.Parse(query) is not SelectStatement)
                throw new InvalidQueryException("only SELECT statements are timed, for others would change what is compared.");
            IQuerySession source = settings.Source.OpenSession();
            IQuerySession target = settings.Target.OpenSession();
            PreparedStatement one = source.Prepare(query, cancellation);
            PreparedStatement other = target.Prepare(query, cancellation);
            double[] sourceMillis = new double[iterations];
            double[] targetMillis = new double[iterations];
            long sourceRows = 0;
            long targetRows = 0;
            for (int i = 0; i < iterations; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                (sourceMillis[i], sourceRows) = Once(source, one);
                (targetMillis[i], targetRows) = Once(target, other);
            }

            return new QueryTiming(query, iterations)
            {
                Source = Latencies.Of(sourceMillis),
                Target = Latencies.Of(targetMillis),
                SourceRows = sourceRows,
                TargetRows = targetRows,
                Status = sourceRows == targetRows ? CheckStatus.Passed : CheckStatus.Failed,
            };
        }
        catch (CqliteException e)
        {
            return new QueryTiming(query, iterations) { Message = e.Message, Status = CheckStatus.NotChecked };
        }
    }

    private static (double Millis, long Rows) Once(IQuerySession session, PreparedStatement statement)
    {
        long started = Stopwatch.GetTimestamp();
        long rows = 0;
        using QueryResult result = session.Execute(statement);
        while (result.MoveNext())
            rows++;
        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, rows);
    }
}
