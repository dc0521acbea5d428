using Cqlite.Core.Query.Output;
using Xunit;

namespace Cqlite.Core.Tests.Query.Output;

/// <summary>Columns of a terminal, as Unicode's East Asian Width and emoji data have them.</summary>
public sealed class DisplayWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("plain ~", 7)]
    [InlineData("Zürich", 6)]
    [InlineData("Zu\u0308rich", 6)]
    [InlineData("東京", 4)]
    [InlineData("한국어", 6)]
    [InlineData("ｗｉｄｅ", 8)]
    [InlineData("ｱｲｳ", 3)]
    [InlineData("🎉!", 3)]
    [InlineData("👩‍👩‍👧", 2)]
    [InlineData("👍🏽", 2)]
    [InlineData("🇩🇪🇫🇷", 4)]
    [InlineData("❤️", 2)]
    public void Counts_columns(string text, int columns) => Assert.Equal(columns, DisplayWidth.Of(text));
}
