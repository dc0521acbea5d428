using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Fuzz.Chains;

namespace Cqlite.Fuzz.Clusters;

/// <summary>The same random statements, executed by a cluster and by a database that is served, and every answer compared.</summary>
internal sealed class ClusterCase : IDisposable
{
    private static readonly string[] s_schemaTables = ["keyspaces", "tables", "columns", "types", "indexes", "views", "dropped_columns", "column_masks"];
    private readonly Random _random;
    private readonly long _beginsAt;
    private readonly ChainGenerator _generator;
    private readonly ClusterDefinitions _definitions;
    private readonly ClusterWrites _writes;
    private readonly ClusterSelects _selects;
    private readonly IQuerySession _there;
    private readonly IQuerySession _here;
    private readonly List<string> _failures = [];
    private readonly Action<string>? _log;
    private bool _isApart;

    /// <summary>Begins the case of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="there">The cluster.</param>
    /// <param name="here">The database.</param>
    /// <param name="log">What is told of each statement.</param>
    public ClusterCase(int seed, CassandraConnection there, IQueryTarget here, Action<string>? log)
    {
        _random = new Random(seed);
        _beginsAt = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).ToUnixTimeSeconds();
        _generator = new ChainGenerator(_random, _beginsAt, $"_{seed}");
        bool hasConditions = _random.Next(3) == 0;
        _definitions = new ClusterDefinitions(_random);
        _writes = new ClusterWrites(_generator, _random, _beginsAt, hasConditions);
        _selects = new ClusterSelects(_generator, _random, !hasConditions);
        _there = there.OpenSession();
        _here = here.OpenSession();
        _log = log;
    }

    /// <summary>Statements executed.</summary>
    public int Statements { get; private set; }

    /// <summary>What was different.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>The keyspaces of the case.</summary>
    public IReadOnlyList<string> Keyspaces => [.. _generator.Tables.Select(t => t.Keyspace).Distinct()];

    /// <summary>Executes all statements.</summary>
    /// <param name="onlyAnswers">Whether what the statements left is there already, and only asked for.</param>
    public void Run(bool onlyAnswers = false)
    {
        foreach (string definition in _generator.Definitions().ToList())
            Write(definition, ChainGenerator.FirstSecondsBefore, onlyAnswers);
        int before = ChainGenerator.FirstSecondsBefore;
        int count = _random.Next(20, 160);
        bool hasFollowers = _random.Next(2) == 0;
        for (int i = 0; i < count && !_isApart; i++)
        {
            before = Math.Max(2_000, before - _random.Next(0, 2 * ChainGenerator.FirstSecondsBefore / count));
            int what = _random.Next(40);
            string? statement = what switch
            {
                0 => _generator.Alteration(),
                1 or 2 when hasFollowers => _definitions.Next(_generator.Tables[_random.Next(_generator.Tables.Count)]),
                < 12 => null,
                _ => _writes.Next(before),
            };
            if (statement is not null)
                Write(statement, before, onlyAnswers);
            else
                Compare(_selects.Next(_definitions.Views), onlyAnswers);
        }

        if (_isApart)
            return;
        for (int i = 0; i < 60; i++)
            Compare(_selects.Next(_definitions.Views), isSkipped: false);
        foreach (string statement in _selects.All(_definitions.Views))
            Compare(statement, isSkipped: false);
        if (!onlyAnswers)
            CompareSchema();
    }

    private void Write(string cql, int secondsBefore, bool isSkipped)
    {
        if (isSkipped)
            return;
        Statements++;
        long now = _beginsAt - secondsBefore;
        QueryOptions options = new() { NowSeconds = now, TimestampMicros = now * 1_000_000, Consistency = ConsistencyLevel.One };
        ClusterAnswer there = ClusterAnswer.Ask(_there, cql, options);
        ClusterAnswer here = ClusterAnswer.Ask(_here, cql, options);
        _log?.Invoke($"{cql};  -- {there.Error ?? "done"}");
        if (here.Difference(there) is not { } difference)
            return;
        _isApart = here.Error is null != (there.Error is null);
        Fail(cql, difference);
    }

    private void Compare(string cql, bool isSkipped)
    {
        int? pages = _random.Next(3) == 0 ? _random.Next(1, 7) : null;
        if (isSkipped)
            return;
        Statements++;
        QueryOptions options = new() { NowSeconds = _beginsAt, PageSize = pages, Consistency = ConsistencyLevel.One };
        ClusterAnswer there = ClusterAnswer.Ask(_there, cql, options);
        ClusterAnswer here = ClusterAnswer.Ask(_here, cql, options);
        _log?.Invoke($"{cql};  -- {there.Error ?? $"{there.Rows.Count} rows"}");
        if (here.Difference(there) is { } difference)
            Fail(pages is null ? cql : $"{cql} -- pages of {pages}", difference);
    }

    private void CompareSchema()
    {
        foreach (string keyspace in Keyspaces)
        {
            string literal = ChainGenerator.Bare(keyspace).Replace("'", "''", StringComparison.Ordinal);
            foreach (string table in s_schemaTables)
            {
                string cql = $"SELECT * FROM system_schema.{table} WHERE keyspace_name = '{literal}'";
                CompareWithout(cql, name => name is "id" or "dropped_time" or "base_table_id");
            }

            CompareWithout($"DESCRIBE KEYSPACE {keyspace}", _ => false);
        }
    }

    private void CompareWithout(string cql, Func<string, bool> skips)
    {
        Statements++;
        ClusterAnswer there = ClusterAnswer.Ask(_there, cql, QueryOptions.Default, skips);
        ClusterAnswer here = ClusterAnswer.Ask(_here, cql, QueryOptions.Default, skips);
        if (here.Difference(there) is { } difference)
            Fail(cql, difference);
    }

    private void Fail(string cql, string difference) => _failures.Add($"{(cql.Length > 1500 ? $"{cql[..700]} ... {cql[^700..]}" : cql)}\n  {difference}");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (string keyspace in Keyspaces)
            _ = ClusterAnswer.Ask(_there, $"DROP KEYSPACE IF EXISTS {keyspace}", QueryOptions.Default);
    }
}
