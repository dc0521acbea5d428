using Cqlite.Core.Errors;
using Xunit;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>Decimals: digits of well-known constants, Java's scales, and numbers too large to compute with.</summary>
public sealed class DecimalFunctionTests
{
    private static readonly SmallDatabase Database = new(
        "CREATE TABLE t (k int PRIMARY KEY)",
        "INSERT INTO t (k) VALUES (1)");

    [Theory]
    [InlineData("exp((decimal)1)", "2.7182818284590452353602874713527")]
    [InlineData("exp((decimal)-1)", "0.36787944117144232159552377016146")]
    [InlineData("exp((decimal)0)", "1")]
    [InlineData("log((decimal)2)", "0.69314718055994530941723212145818")]
    [InlineData("log((decimal)10)", "2.3025850929940456840179914546844")]
    [InlineData("log((decimal)1)", "0")]
    [InlineData("log10((decimal)2)", "0.30102999566398119521373889472449")]
    [InlineData("log10((decimal)1000)", "3")]
    [InlineData("log10((decimal)0.001)", "-3")]
    [InlineData("exp((varint)10)", "22026")]
    [InlineData("log((varint)1000)", "6")]
    [InlineData("round((decimal)2.5)", "3")]
    [InlineData("round((decimal)-2.5)", "-3")]
    [InlineData("(decimal)1E+3 + (decimal)0.01", "1000.01")]
    [InlineData("(decimal)1E+3 + (decimal)0", "1000")]
    [InlineData("(decimal)10 % (decimal)3.00", "1.00")]
    [InlineData("(decimal)-7.5 % (decimal)2", "-1.5")]
    [InlineData("(decimal)1 / (decimal)8", "0.125")]
    [InlineData("(decimal)100 / (decimal)10", "1E+1")]
    [InlineData("abs((decimal)-0.10)", "0.10")]
    public void Are_computed_as_decimals_are(string selection, string expected) =>
        Assert.Equal([expected], Database.Select($"SELECT {selection} FROM t"));

    // The blob is 1E+2000000000.
    [Theory]
    [InlineData("blob_as_decimal(0x88ca6c0001) % (decimal)7")]
    [InlineData("blob_as_decimal(0x88ca6c0001) * blob_as_decimal(0x88ca6c0001)")]
    [InlineData("exp((decimal)100000000000000000000)")]
    [InlineData("exp((varint)2000000000)")]
    [InlineData("round(blob_as_decimal(0x88ca6c0001))")]
    [InlineData("CAST(blob_as_decimal(0x88ca6c0001) AS bigint)")]
    public void Too_large_to_compute_are_refused(string selection) =>
        Assert.Throws<InvalidQueryException>(() => Database.Select($"SELECT {selection} FROM t"));

    [Fact]
    public void A_sum_of_far_apart_numbers_keeps_ten_thousand_digits() =>
        Assert.StartsWith("1.0000", Database.Select("SELECT blob_as_decimal(0xffe17b8001) + (decimal)1 FROM t")[0], StringComparison.Ordinal);
}
