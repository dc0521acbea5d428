using Cqlite.Core.Encoding;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Byte-comparable forms as the comments of Cassandra's types and ByteComparable.md give them.</summary>
public sealed class ByteComparableTests
{
    [Theory]
    [InlineData("varint", "-1", "7f")]
    [InlineData("varint", "0", "80")]
    [InlineData("varint", "1", "81")]
    [InlineData("varint", "127", "c07f")]
    [InlineData("varint", "255", "c0ff")]
    [InlineData("varint", "4294967295", "f8ffffffff")]
    [InlineData("varint", "4294967296", "f900000000")]
    [InlineData("varint", "281474976710655", "feffffffffffff")]
    [InlineData("varint", "72057594037927935", "ff00ffffffffffffff")]
    [InlineData("varint", "72057594037927936", "ff010100000000000000")]
    [InlineData("decimal", "0", "80")]
    [InlineData("decimal", "0.00", "80")]
    [InlineData("decimal", "1.1", "c101818a00")]
    [InlineData("decimal", "1.10", "c101818a00")]
    [InlineData("decimal", "-1", "3fff7f00")]
    [InlineData("decimal", "-99.9", "3fff1c8a00")]
    [InlineData("int", "1", "80000001")]
    [InlineData("int", "-1", "7fffffff")]
    [InlineData("bigint", "0", "80")]
    [InlineData("bigint", "9223372036854775807", "ffffffffffffffffff")]
    [InlineData("bigint", "-9223372036854775808", "000000000000000000")]
    [InlineData("double", "1", "bff0000000000000")]
    [InlineData("double", "-1", "400fffffffffffff")]
    [InlineData("text", "A\0\0B", "4100feff4200")]
    [InlineData("text", "A\0B\0", "4100ff4200fe")]
    [InlineData("text", "A\0", "4100fe")]
    [InlineData("text", "AB", "414200")]
    [InlineData("text", "", "00")]
    [InlineData("int", "", "")]
    public void Values_translate_as_documented(string type, string text, string expected)
    {
        CqlType cqlType = TypeParser.ParseCql(type);
        BufferWriter value = new();
        BufferWriter output = new();
        cqlType.ParseText(text, value);
        cqlType.WriteByteComparable(value.WrittenSpan, output);

        Assert.Equal(expected, Convert.ToHexStringLower(output.WrittenSpan));
    }
}
