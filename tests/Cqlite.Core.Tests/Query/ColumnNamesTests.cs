using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>Names and order of a result's columns, names in messages, and masks, where a node of 5.0 gave them in a way that is not plain.</summary>
public sealed class ColumnNamesTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public ColumnNamesTests()
    {
        Execute("CREATE KEYSPACE \"Ks\" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute("CREATE TYPE \"Ks\".\"Pair\" (a int)");
    }

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("a int, z int, \"ä\" int, b map<int, int>, y map<int, int>, \"Ü\" map<int, int>, \"ä2\" map<int, int>", "p ä a b y z Ü ä2")]
    [InlineData("a int, z int, b map<int, int>, y map<int, int>, \"ä2\" map<int, int>", "p a b y z ä2")]
    [InlineData("a int, z int, \"ä2\" int, b map<int, int>, y map<int, int>", "p ä2 a b y z")]
    [InlineData("\"from\" int, v1 int, value int, \"Ü\" map<int, int>", "p from v1 value Ü")]
    public void NamesBeyondAsciiHaveTheirPlaces(string columns, string names)
    {
        Execute($"CREATE TABLE \"Ks\".t (p int PRIMARY KEY, {columns})");
        Assert.Equal(names, Names("SELECT * FROM \"Ks\".t"));
    }

    [Theory]
    [InlineData("(frozen<tuple<frozen<list<int>>, double>>) ([1], 2.0)", "(tuple<frozen<list<int>>, double>)([1], 2.0)")]
    [InlineData("(frozen<\"Pair\">) {a: 1}", "(frozen<Ks.Pair>){a: 1}")]
    public void HintsShowTheTypeAsItIsResolved(string selector, string name)
    {
        Execute("CREATE TABLE \"Ks\".t (p int PRIMARY KEY)");
        Assert.Equal(name, Names($"SELECT {selector} FROM \"Ks\".t"));
    }

    [Fact]
    public void ACastThatCantBeNamesTheFirstColumnOfTheClause()
    {
        Execute("CREATE TABLE \"Ks\".t (p int PRIMARY KEY, v text)");
        Assert.Equal("p cannot be cast to blob", Refusal("SELECT p, CAST(v AS blob) FROM \"Ks\".t"));
        Assert.Equal("v cannot be cast to blob", Refusal("SELECT CAST(v AS blob), p FROM \"Ks\".t"));
    }

    [Fact]
    public void AnUnknownColumnsTableIsQuoted()
    {
        Execute("CREATE TABLE \"Ks\".t (p int PRIMARY KEY)");
        Assert.Equal("Undefined column name x in table \"Ks\".t", Refusal("SELECT x FROM \"Ks\".t"));
    }

    [Fact]
    public void AHalfOfACharacterThatAMaskLeavesIsAQuestionMark()
    {
        Execute("CREATE TABLE \"Ks\".t (p text PRIMARY KEY)");
        Execute("INSERT INTO \"Ks\".t (p) VALUES ('😀')");
        using QueryResult result = _database.Queries.Execute("SELECT mask_outer(p, 1, null, '#') FROM \"Ks\".t");
        Assert.True(result.MoveNext());
        Assert.Equal("#?", result.GetString(0));
    }

    private void Execute(string cql) => _database.Queries.Execute(cql).Dispose();

    private string Names(string cql)
    {
        using QueryResult result = _database.Queries.Execute(cql);
        return string.Join(' ', result.Columns.Select(c => c.Name));
    }

    private string Refusal(string cql) => Assert.Throws<InvalidQueryException>(() => _database.Queries.Execute(cql).Dispose()).Message;
}
