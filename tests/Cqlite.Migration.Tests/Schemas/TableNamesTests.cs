using Cqlite.Migration.Schemas;
using Xunit;

namespace Cqlite.Migration.Tests.Schemas;

/// <summary>Keyspaces and tables by all names that users have for them.</summary>
public sealed class TableNamesTests
{
    private static readonly (string, string)[] s_known = [("shop", ""), ("shop", "orders"), ("shop", "Orders"), ("shop", "select"), ("MiXed", ""), ("MiXed", "TaBle")];

    [Theory]
    [InlineData("shop", "shop")]
    [InlineData("SHOP", "shop")]
    [InlineData("\"shop\"", "shop")]
    [InlineData("\"SHOP\"", "\"SHOP\"")]
    [InlineData("MiXed", "MiXed")]
    [InlineData("\"MiXed\"", "MiXed")]
    [InlineData("mixed", "mixed")]
    [InlineData("shop.orders", "shop.orders")]
    [InlineData("shop.Orders", "shop.Orders")]
    [InlineData("Shop.ORDERS", "shop.orders")]
    [InlineData("shop.\"Orders\"", "shop.Orders")]
    [InlineData("shop.\"ORDERS\"", "shop.\"ORDERS\"")]
    [InlineData("shop.\"select\"", "shop.select")]
    [InlineData("\"MiXed\".\"TaBle\"", "MiXed.TaBle")]
    [InlineData("shop.nosuch", "shop.nosuch")]
    [InlineData("shop.", "shop.")]
    [InlineData("\"shop", "\"shop")]
    public void Means_what_is_called_so(string name, string expected) => Assert.Equal([expected], TableNames.Resolve([name], s_known));

    [Fact]
    public void Means_each_once() => Assert.Equal(["shop", "MiXed"], TableNames.Resolve(["shop", "SHOP", "\"MiXed\"", "MiXed"], s_known));
}
