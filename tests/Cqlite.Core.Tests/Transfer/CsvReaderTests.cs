using Cqlite.Core.Errors;
using Cqlite.Core.Transfer;
using Xunit;

namespace Cqlite.Core.Tests.Transfer;

/// <summary>Records of comma-separated values: those that RFC 4180 describes, and what files of other programs hold.</summary>
public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\r\n1,2\r\n", "[a][b];[1][2]")]
    [InlineData("a,b\n1,2", "[a][b];[1][2]")]
    [InlineData("a,b\r1,2\r", "[a][b];[1][2]")]
    [InlineData("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", "<aaa><b\r\nbb><ccc>;[zzz][yyy][xxx]")]
    [InlineData("\"a\"\"b\",\"\",", "<a\"b><>[]")]
    [InlineData("\n\na\n\n\nb\n\n", "[a];[b]")]
    [InlineData(",\n,", "[][];[][]")]
    [InlineData(" a , b", "[ a ][ b]")]
    [InlineData("", "")]
    public void Reads_records(string text, string expected) => Assert.Equal(expected, Read(text, CsvDialect.Default));

    [Theory]
    [InlineData("a\\,b,c", "[a,b][c]")]
    [InlineData("'a\\'b','\\\\'", "<a'b><\\>")]
    public void Reads_escapes(string text, string expected) => Assert.Equal(expected, Read(text, new CsvDialect { Quote = '\'', Escape = '\\' }));

    [Fact]
    public void Tells_where_fields_stand()
    {
        CsvReader reader = new(new StringReader("a,\"b\nc\",d\ne,f"), "file", CsvDialect.Default);
        Assert.True(reader.Read());
        Assert.Equal([(1L, 1), (1L, 3), (2L, 4)], reader.Fields.Select(f => (f.Line, f.Column)));
        Assert.True(reader.Read());
        Assert.Equal(3, reader.RecordLine);
    }

    [Fact]
    public void Refuses_what_stands_behind_a_quote_and_goes_on_with_the_next_line()
    {
        CsvReader reader = new(new StringReader("1,\"b\"c,d\n2,e\n"), "file.csv", CsvDialect.Default);
        ImportException error = Assert.Throws<ImportException>(() => reader.Read());
        Assert.Equal((1L, 6), (error.Line, error.Column));
        Assert.StartsWith("file.csv: line 1, column 6: 'c' stands behind the quote", error.Message, StringComparison.Ordinal);
        Assert.True(reader.Read());
        Assert.Equal("2", reader.Fields[0].Text.ToString());
    }

    [Fact]
    public void Refuses_a_quote_without_end()
    {
        CsvReader reader = new(new StringReader("a\n1,\"b\nc"), "file.csv", CsvDialect.Default);
        Assert.True(reader.Read());
        ImportException error = Assert.Throws<ImportException>(() => reader.Read());
        Assert.Equal((2L, 3), (error.Line, error.Column));
    }

    private static string Read(string text, CsvDialect dialect)
    {
        CsvReader reader = new(new StringReader(text), "file", dialect);
        List<string> records = [];
        while (reader.Read())
            records.Add(string.Concat(reader.Fields.Select(f => f.IsQuoted ? $"<{f.Text}>" : $"[{f.Text}]")));
        return string.Join(';', records);
    }
}
