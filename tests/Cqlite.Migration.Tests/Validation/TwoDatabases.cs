using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>Two databases, written by the same statements at the same fixed time.</summary>
internal sealed class TwoDatabases : IDisposable
{
    public const long Now = 1_700_000_000;
    private readonly TemporaryFolder _folder = new();

    public TwoDatabases(params IEnumerable<string> script)
    {
        Source = Make("source", script);
        Target = Make("target", script);
    }

    public QueryEngine Source { get; }

    public QueryEngine Target { get; }

    public static string[] Sample { get; } =
    [
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TYPE k.address (street text, zip int)",
        "CREATE TABLE k.t (p int, c int, s text static, v text, n int, l list<int>, m map<text, int>, e set<int>, u address, PRIMARY KEY (p, c))",
        "INSERT INTO k.t (p, s) VALUES (1, 'stat') USING TIMESTAMP 1000",
        "INSERT INTO k.t (p, c, v, n, l, m, e, u) VALUES (1, 2, 'abc', 5, [1, 2, 3], {'a': 1, 'b': 2}, {1, 2}, {street: 'Elm', zip: 7}) USING TIMESTAMP 1000",
        "INSERT INTO k.t (p, c, v) VALUES (1, 3, 'ttl') USING TIMESTAMP 1000 AND TTL 1000",
        "INSERT INTO k.t (p, c, v) VALUES (3, 1, 'gone') USING TIMESTAMP 1000",
        "INSERT INTO k.t (p, s) VALUES (4, 'alone') USING TIMESTAMP 1000",
        "INSERT INTO k.t (p, c, v) VALUES (5, 1, 'deleted') USING TIMESTAMP 1000",
        "DELETE FROM k.t USING TIMESTAMP 1000 WHERE p = 5",
    ];

    public static void Run(QueryEngine engine, string cql) => engine.Execute(cql).Dispose();

    public Validator Validator(ValidationSettings? settings = null) =>
        new(new StoredSource(Source, OperandKind.Database), new StoredSource(Target, OperandKind.Database), (settings ?? new ValidationSettings { WriteTimes = true, Ttls = true }) with { NowSeconds = Now });

    public Task<ValidationReport> ValidateAsync(ValidationSettings? settings = null) => Validator(settings).RunAsync(cancellation: TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Source.Dispose();
        Target.Dispose();
        _folder.Dispose();
    }

    private QueryEngine Make(string name, IEnumerable<string> script)
    {
        Database.Create(_folder[name]);
        QueryEngine engine = QueryEngine.Open(_folder[name], new DatabaseOptions { NowSeconds = Now, Durability = Durability.Periodic, CacheSizeBytes = 16 << 20 });
        foreach (string cql in script)
            Run(engine, cql);
        return engine;
    }
}
