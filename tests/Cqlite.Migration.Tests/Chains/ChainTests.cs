using Cqlite.Fuzz.Chains;
using Xunit;

namespace Cqlite.Migration.Tests.Chains;

/// <summary>Random databases are moved in every way, and differences that are made on purpose are found and mended. More of them: <c>Cqlite.Fuzz chain COUNT SEED</c>.</summary>
public sealed class ChainTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_random_database_is_moved_and_proven(int seed) => Assert.Empty(await ChainCase.RunAsync(seed, reduce: false));
}
