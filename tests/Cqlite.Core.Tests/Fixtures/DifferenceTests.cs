using System.Text;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Fixtures;

public sealed class DifferenceTests
{
    [Theory]
    [InlineData("[1, {\"a\": \"x\"}]", "[ 1,{\"a\":\"x\"} ]", null)]
    [InlineData("[\"\\u0061\\n\"]", "[\"a\\u000a\"]", null)]
    [InlineData("[1, 2, 3]", "[1, 2, 4]", "at $[2] (byte 7 expected, 7 found): expected 3, found 4")]
    [InlineData("[1]", "[1.0]", "at $[0] (byte 1 expected, 1 found): expected 1, found 1.0")]
    [InlineData("[{\"a\": 1, \"rows\": [{\"v\": \"x\"}]}]", "[{\"a\": 1, \"rows\": [{\"v\": \"y\"}]}]", "at $[0].rows[0].v (byte 25 expected, 25 found): expected \"x\", found \"y\"")]
    [InlineData("{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1}", "at $ (byte 1 expected, 1 found): expected member \"a\", found member \"b\"")]
    [InlineData("{\"a\": []}", "{\"a\": [[]]}", "at $.a (byte 7 expected, 7 found): expected the end of the array, found an array")]
    [InlineData("{\"a\": 1}", "{\"a\": \"1\"}", "at $.a (byte 6 expected, 6 found): expected 1, found \"1\"")]
    public void Documents_differ_at_a_path(string expected, string actual, string? difference) =>
        Assert.Equal(difference, JsonDifference.Find(expected, actual));

    [Fact]
    public void What_is_no_json_is_a_difference() =>
        Assert.StartsWith("at $[1]: found what is no JSON", JsonDifference.Find("[1, 2]", "[1, NaN]"), StringComparison.Ordinal);

    [Fact]
    public void A_document_that_ends_early_is_a_difference() =>
        Assert.StartsWith("at $[1]: found what is no JSON", JsonDifference.Find("[1, 2]", "[1,"), StringComparison.Ordinal);

    [Fact]
    public void Documents_and_tokens_larger_than_the_buffer_are_compared_whole()
    {
        var expected = new StringBuilder("[");
        for (var element = 0; element < 5_000; element++)
            expected.Append($"{{\"element {element}\": \"{new string((char)('a' + (element % 26)), 37)}\"}},\n");
        expected.Append('"').Append('é', 100_000).Append("\"]");
        var equal = expected.ToString().Replace("\n", "\n  ", StringComparison.Ordinal);

        Assert.Null(JsonDifference.Find(expected.ToString(), equal));
        Assert.Contains(
            "at $[4321].element 4321 ", JsonDifference.Find(expected.ToString(), equal.Replace("4321\": \"f", "4321\": \"_", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_differ_at_a_line_with_its_context() => Assert.Equal(
        "line 5, column 3 (- expected, + found):\n  b\n  c\n  d\n- one\n- two\n+ on\n+ two\n",
        TextDifference.Find("a\nb\nc\nd\none\ntwo\n", "a\nb\nc\nd\non\ntwo\n"));

    [Fact]
    public void A_text_that_ends_early_says_so() =>
        Assert.Equal("line 2, column 1 (- expected, + found):\n  a\n- b\n+ (the end)\n", TextDifference.Find("a\nb", "a\r\n"));

    [Fact]
    public void Equal_texts_do_not_differ() => Assert.Null(TextDifference.Find("a\nb\n", "a\r\nb"));

    [Fact]
    public void A_required_text_fails_with_the_difference()
    {
        var error = Assert.Throws<DifferenceException>(() => TextDifference.Require("a", "b", "the dump"));

        Assert.Equal("the dump: line 1, column 1 (- expected, + found):\n- a\n+ b\n", error.Message);
    }
}
