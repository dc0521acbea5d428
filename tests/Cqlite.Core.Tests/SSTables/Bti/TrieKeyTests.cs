using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Bti;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

/// <summary>Byte-comparable forms, expected as in utils/bytecomparable/ByteComparable.md and the comments of IntegerType and ByteSource.</summary>
public sealed class TrieKeyTests
{
    [Theory]
    [InlineData("", "40 7fffffffffffffff 40 00 38")]
    [InlineData("2233", "40 7fffffffffffffff 40 2233 00 38")]
    [InlineData("22", "40 7fffffffffffffff 40 22 00 38")]
    [InlineData("2200", "40 7fffffffffffffff 40 2200fe 38")]
    [InlineData("22000033", "40 7fffffffffffffff 40 2200feff3300 38")]
    [InlineData("220011", "40 7fffffffffffffff 40 2200ff1100 38")]
    [InlineData("00", "40 7fffffffffffffff 40 00fe 38")]
    [InlineData("000000", "40 7fffffffffffffff 40 00fefefe 38")]
    public void A_murmur3_key_is_its_token_and_its_bytes_with_zeros_escaped(string key, string expected)
    {
        BufferWriter output = new();
        TrieKey.WriteKey(Partitioner.Murmur3, new Token(-1), Convert.FromHexString(key), output);

        AssertIs(expected, output);
    }

    [Fact]
    public void A_byte_ordered_token_is_the_key()
    {
        BufferWriter output = new();
        TrieKey.WriteKey(Partitioner.ByteOrdered, default, [0x22, 0x00, 0x11], output);

        AssertIs("40 2200ff1100 40 2200ff1100 38", output);
    }

    [Theory]
    [InlineData("0", "80")]
    [InlineData("1", "81")]
    [InlineData("63", "bf")]
    [InlineData("64", "c040")]
    [InlineData("127", "c07f")]
    [InlineData("255", "c0ff")]
    [InlineData("8191", "dfff")]
    [InlineData("8192", "e02000")]
    [InlineData("4294967295", "f8ffffffff")]
    [InlineData("4294967296", "f900000000")]
    [InlineData("281474976710655", "feffffffffffff")]
    [InlineData("281474976710656", "ff00 01000000000000")]
    [InlineData("72057594037927935", "ff00 ffffffffffffff")]
    [InlineData("72057594037927936", "ff01 0100000000000000")]
    [InlineData("170141183460469231731687303715884105727", "ff09 7fffffffffffffffffffffffffffffff")]
    public void A_random_token_is_a_varint(string token, string expected)
    {
        BufferWriter output = new();
        TrieKey.WriteKey(Partitioner.Random, new Token(Int128.Parse(token, CultureInfo.InvariantCulture)), [0x61], output);

        AssertIs($"40 {expected} 40 6100 38", output);
    }

    [Theory]
    [InlineData(null, -1, "40 8000000000000005 20")]
    [InlineData(null, 1, "40 8000000000000005 60")]
    [InlineData("2200", -1, "40 8000000000000005 40 2200fe 20")]
    [InlineData("2200", 0, "40 8000000000000005 40 2200fe 38")]
    [InlineData("2200", 1, "40 8000000000000005 40 2200fe 60")]
    public void A_ring_position_ends_in_its_side(string? key, int side, string expected)
    {
        BufferWriter output = new();
        TrieKey.WritePosition(Partitioner.Murmur3, new RingPosition(new Token(5), key is null ? (ReadOnlyMemory<byte>?)null : Convert.FromHexString(key), side), output);

        AssertIs(expected, output);
    }

    [Theory]
    [InlineData("ShortType FloatType", ClusteringKind.Clustering, "0001 3f800000", "40 8001 40 bf800000 38")]
    [InlineData("ShortType FloatType", ClusteringKind.Clustering, "ffff null", "40 7fff 3e 38")]
    [InlineData("ShortType FloatType", ClusteringKind.InclusiveStart, "0000 ff800000", "40 8000 40 007fffff 20")]
    [InlineData("ShortType FloatType", ClusteringKind.ExclusiveEnd, "8000", "40 0000 20")]
    [InlineData("ShortType FloatType", ClusteringKind.ExclusiveStart, "0000", "40 8000 60")]
    [InlineData("BytesType", ClusteringKind.InclusiveStart, "2200", "40 2200fe 20")]
    [InlineData("BytesType", ClusteringKind.InclusiveEnd, "220000", "40 2200fefe 60")]
    [InlineData("BytesType", ClusteringKind.ExclusiveEndInclusiveStart, "22", "40 2200 20")]
    [InlineData("BytesType", ClusteringKind.InclusiveEndExclusiveStart, "22", "40 2200 60")]
    [InlineData("UTF8Type Int32Type", ClusteringKind.Clustering, "empty empty", "40 00 3f 38")]
    [InlineData("UTF8Type ReversedType(Int32Type)", ClusteringKind.Clustering, "41 empty", "40 4100 41 38")]
    [InlineData("UTF8Type ReversedType(Int32Type)", ClusteringKind.Clustering, "41 null", "40 4100 3e 38")]
    [InlineData("ReversedType(Int32Type)", ClusteringKind.Clustering, "00000001", "40 7ffffffe 38")]
    [InlineData("Int32Type", ClusteringKind.InclusiveStart, "", "20")]
    [InlineData("Int32Type", ClusteringKind.InclusiveEnd, "", "60")]
    [InlineData("", ClusteringKind.Clustering, "", "38")]
    [InlineData("Int32Type", ClusteringKind.Static, "", "18")]
    public void A_clustering_is_its_values_and_its_kind(string types, ClusteringKind kind, string values, string expected)
    {
        CqlType[] parsed = [.. types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(type => TypeParser.ParseClassName(type))];
        ClusteringBound bound = new(kind, [.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(value => value switch
        {
            "null" => null,
            "empty" => [],
            _ => Convert.FromHexString(value),
        })]);
        BufferWriter output = new();
        TrieKey.WriteClustering(parsed, bound.View, output);

        AssertIs(expected, output);
    }

    private static void AssertIs(string expected, BufferWriter output) =>
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(output.WrittenSpan));
}
