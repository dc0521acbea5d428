using Xunit;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>What a user without the permission UNMASK sees of masked columns: the values that Cassandra's masking functions give (ddl/masking.cqlt).</summary>
public sealed class MaskingTests
{
    private static readonly SmallDatabase Database = new(
        "CREATE TABLE t (k int PRIMARY KEY, name text, email text MASKED WITH mask_inner(1, 2), salary int MASKED WITH DEFAULT, n int MASKED WITH mask_replace(7), z text MASKED WITH mask_null())",
        "INSERT INTO t (k, name, email, salary, n, z) VALUES (1, 'alice', 'alice@example.org', 100, 5, 'secret')");

    [Fact]
    public void Who_may_see_beyond_masks_sees_the_values() =>
        Assert.Equal(["1, 'alice@example.org', 5, 'alice', 100, 'secret'"], Database.Select("SELECT * FROM t"));

    [Fact]
    public void Others_see_the_masks() =>
        Assert.Equal(["1, 'a**************rg', 7, 'alice', 0, null"], Database.Select("SELECT * FROM t", unmask: false));

    [Fact]
    public void Functions_and_aggregates_get_the_masked_values() =>
        Assert.Equal(["107, 0"], Database.Select("SELECT n + 100, sum(salary) FROM t", unmask: false));

    [Fact]
    public void Json_has_the_masked_values() =>
        Assert.Equal(["""'{"n": 7, "z": null}'"""], Database.Select("SELECT JSON n, z FROM t", unmask: false));

    [Fact]
    public void Conditions_are_on_the_values() =>
        Assert.Equal(["1"], Database.Select("SELECT k FROM t WHERE salary = 100 ALLOW FILTERING", unmask: false));
}
