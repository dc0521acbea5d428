using Xunit;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>WRITETIME and MAXWRITETIME of parts of columns.</summary>
public sealed class CellMetadataTests
{
    private static readonly SmallDatabase Database = new(
        "CREATE TYPE u (a int, b int)",
        "CREATE TABLE t (k int PRIMARY KEY, m map<text, int>, f frozen<map<text, int>>, c u)",
        "INSERT INTO t (k, m, f, c) VALUES (1, {'a': 1, 'b': 2, 'c': 3}, {'a': 1}, {a: 1})");

    [Theory]
    [InlineData("writetime(m['a'])", "T")]
    [InlineData("writetime(m['x'])", "null")]
    [InlineData("writetime(m['b'..])", "[T, T]")]
    [InlineData("writetime(m['x'..])", "null")]
    [InlineData("maxwritetime(m['b'..])", "T")]
    [InlineData("writetime(f['a'])", "T")]
    [InlineData("writetime(f['x'])", "null")]
    [InlineData("writetime(f['a'..'b'])", "T")]
    [InlineData("writetime(f['x'..])", "null")]
    [InlineData("writetime(c)", "[T, null]")]
    [InlineData("writetime(c.a)", "T")]
    [InlineData("writetime(c.b)", "null")]
    [InlineData("ttl(m['a'])", "null")]
    public void Of_an_element_a_slice_or_a_field(string selection, string expected)
    {
        string time = Database.Select("SELECT maxwritetime(m) FROM t")[0];
        Assert.Equal([expected.Replace("T", time, StringComparison.Ordinal)], Database.Select($"SELECT {selection} FROM t"));
    }
}
