using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>How the API is used, as the package's README tells it.</summary>
public sealed class ApiExampleTests
{
    private static readonly string Snapshot = Path.Combine(Repository.Root, "samples", "snapshot");

    [Fact]
    public void Opens_prepares_and_reads_typed_rows()
    {
        using QueryEngine engine = QueryEngine.Open(Snapshot);
        QuerySession session = new(engine, "app");
        PreparedQuery query = session.Prepare("SELECT page, n FROM hits WHERE page = ?");
        using QueryResult result = session.Execute(query, query.Bind("p1"));
        Assert.True(result.MoveNext());
        Assert.Equal(("p1", 15L), (result.GetString(0), result.GetInt64(1)));
        Assert.False(result.MoveNext());
    }

    [Fact]
    public void Gives_values_as_the_types_that_hold_them()
    {
        using QueryEngine engine = QueryEngine.Open(Snapshot);
        QuerySession session = new(engine, "app");
        PreparedQuery query = session.Prepare("SELECT at, n, log, props, home, body FROM events WHERE id = :id AND at = :at");
        DateTimeOffset at = new(2023, 11, 14, 22, 13, 56, TimeSpan.Zero);
        using QueryResult result = session.Execute(query, query.Bind(1, at));
        Assert.True(result.MoveNext());
        Assert.Equal(at, result.Get<DateTimeOffset>("at"));
        Assert.Equal(at.UtcDateTime, result.Get<DateTime>(0));
        Assert.Equal((36, 36L, 36m), (result.GetInt32(1), result.Get<long>(1), result.Get<decimal>(1)));
        Assert.Equal(result.GetList<int>(2), result.Get<int[]?>(2) ?? []);
        Assert.Equal(36, result.GetMap<string, int>(3)["i"]);
        Assert.True(result.IsNull(4) || result.GetObject(4) is CqlUdtValue);
        Assert.Equal("event 36", result.Get<string>("body"));
        Assert.Throws<InvalidCastException>(() => result.Get<Guid>("body"));
        Assert.Throws<ArgumentException>(() => result.Get<int>("nothing"));
    }

    [Fact]
    public async Task Reads_rows_asynchronously()
    {
        using QueryEngine engine = QueryEngine.Open(Snapshot);
        QuerySession session = new(engine, "app");
        Dictionary<string, long> hits = [];
        await foreach ((string page, long n) in session.QueryAsync("SELECT page, n FROM hits", row => (row.GetString(0)!, row.GetInt64(1)), cancellation: TestContext.Current.CancellationToken))
            hits.Add(page, n);
        Assert.Equal(55, hits.Values.Sum());
    }

    [Fact]
    public void Refuses_values_of_other_types_by_the_marker()
    {
        using QueryEngine engine = QueryEngine.Open(Snapshot);
        PreparedQuery query = engine.Prepare("SELECT n FROM app.events WHERE id = :id");
        Assert.StartsWith("The value of 'id' is no int", Assert.Throws<Cqlite.Core.Errors.InvalidQueryException>(() => query.Bind(Guid.Empty)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => query.Bind(1, 2));
    }
}
