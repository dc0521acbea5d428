using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Counter contexts by their bytes: header, then id, clock, count of each shard.</summary>
public sealed class CounterContextTests
{
    private const string Id1 = "00000000000000000000000000000001";
    private const string Id2 = "00000000000000000000000000000002";
    private const string Id3 = "00000000000000000000000000000003";

    /// <summary>A global shard of id 1 (clock 2, count 5), a local one of id 2 (clock 1, count -3), a remote one of id 3 (clock 7, count 100).</summary>
    private const string OfAllKinds =
        "0002 8000 0001"
        + Id1 + "0000000000000002 0000000000000005"
        + Id2 + "0000000000000001 fffffffffffffffd"
        + Id3 + "0000000000000007 0000000000000064";

    [Fact]
    public void A_context_has_a_total_and_shards_of_each_kind()
    {
        CounterContext context = new(Bytes(OfAllKinds));

        Assert.Equal(102, context.Total);
        Assert.Equal(3, context.Count);
        Assert.True(context.HasLegacyShards);
        Assert.False(context.ShouldClearLocal);
        List<CounterShard> shards = [];
        foreach (CounterShard shard in context)
            shards.Add(shard);
        Assert.Equal(
            [
                new CounterShard(new Guid(Bytes(Id1), bigEndian: true), 2, 5, CounterShardKind.Global),
                new CounterShard(new Guid(Bytes(Id2), bigEndian: true), 1, -3, CounterShardKind.Local),
                new CounterShard(new Guid(Bytes(Id3), bigEndian: true), 7, 100, CounterShardKind.Remote),
            ],
            shards);
    }

    [Fact]
    public void A_context_prints_as_Cassandra_prints_it()
    {
        BufferWriter output = new();
        new CounterContext(Bytes(OfAllKinds)).WriteText(output);

        Assert.Equal(
            "[{00000000-0000-0000-0000-000000000001, 2, 5}$,{00000000-0000-0000-0000-000000000002, 1, -3}*,{00000000-0000-0000-0000-000000000003, 7, 100}]",
            output.ToString());
    }

    [Fact]
    public void An_increment_is_one_global_shard()
    {
        BufferWriter output = new();
        CounterContext.WriteGlobal(new Guid(Bytes(Id1), bigEndian: true), 1, 10, output);

        Assert.Equal(Bytes("0001 8000" + Id1 + "0000000000000001 000000000000000a"), output.ToArray());
        Assert.False(new CounterContext(output.WrittenSpan).HasLegacyShards);
    }

    [Theory]
    [InlineData("g2:5", "g1:9", "g2:5")]
    [InlineData("g1:5", "g1:9", "g1:9")]
    [InlineData("g1:5", "r9:9", "g1:5")]
    [InlineData("l9:9", "g1:5", "g1:5")]
    [InlineData("l1:5", "l2:9", "l3:14")]
    [InlineData("l1:5", "r9:9", "l1:5")]
    [InlineData("r2:5", "r1:9", "r2:5")]
    [InlineData("r1:5", "r1:9", "r1:9")]
    [InlineData("r-2:5", "r-1:9", "r-2:5")]
    [InlineData("r-1:5", "r3:9", "r-1:5")]
    public void Shards_of_one_id_merge_by_their_kinds(string left, string right, string merged)
    {
        Assert.Equal(Shard(merged), Merge(Shard(left), Shard(right)));
        if (!left.StartsWith("r-1", StringComparison.Ordinal))
            Assert.Equal(Shard(merged), Merge(Shard(right), Shard(left)));
    }

    [Fact]
    public void Shards_of_several_ids_merge_in_the_order_of_ids()
    {
        byte[] left = Bytes("0001 8000" + Id1 + "0000000000000002 0000000000000005" + Id3 + "0000000000000007 0000000000000064");
        byte[] right = Bytes("0001 8001" + Id1 + "0000000000000009 0000000000000009" + Id2 + "0000000000000001 0000000000000003");

        Assert.Equal(
            Bytes("0002 8000 8001"
                + Id1 + "0000000000000002 0000000000000005"
                + Id2 + "0000000000000001 0000000000000003"
                + Id3 + "0000000000000007 0000000000000064"),
            Merge(left, right));
    }

    [Theory]
    [InlineData("g2:5", "g2:5", CounterRelationship.Equal)]
    [InlineData("g3:5", "g2:5", CounterRelationship.GreaterThan)]
    [InlineData("g2:5", "g3:5", CounterRelationship.LessThan)]
    [InlineData("g2:5", "g2:6", CounterRelationship.Disjoint)]
    public void One_context_may_have_all_that_another_has(string left, string right, CounterRelationship expected)
    {
        Assert.Equal(expected, CounterContext.Diff(new CounterContext(Shard(left)), new CounterContext(Shard(right))));
    }

    [Fact]
    public void Local_shards_are_made_remote()
    {
        BufferWriter output = new();
        new CounterContext(Bytes(OfAllKinds)).WriteWithoutLocal(output);

        Assert.Equal(Bytes("0001 8000" + OfAllKinds[14..]), output.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0001")]
    [InlineData("0001 8000 00")]
    [InlineData("7fff 8000")]
    public void Bytes_of_wrong_length_are_no_context(string bytes)
    {
        Assert.Equal("Invalid size for a counter context", Assert.Throws<InvalidQueryException>(() => new CounterContext(Bytes(bytes)).Count).Message);
    }

    [Fact]
    public void Sstabledump_takes_a_context_for_a_number()
    {
        // 5.0.9's sstabledump on a counter's cell: "value" : 422215066127771.
        BufferWriter output = new();
        CqlTypes.Counter.WriteJson(Bytes("0001 8000 7f01 699b" + Id1[8..] + "0000000000000002 0000000000000005"), output);

        Assert.Equal(0x000180007f01699b.ToString(), output.ToString());
    }

    private static byte[] Merge(byte[] left, byte[] right)
    {
        BufferWriter output = new();
        CounterContext.Merge(new CounterContext(left), new CounterContext(right), output);
        return output.ToArray();
    }

    /// <summary>A context of one shard: kind, clock, count.</summary>
    private static byte[] Shard(string text)
    {
        string[] numbers = text[1..].Split(':');
        string header = text[0] switch { 'g' => "00018000", 'l' => "00010000", _ => "0000" };
        return Bytes(header + Id1 + long.Parse(numbers[0]).ToString("x16") + long.Parse(numbers[1]).ToString("x16"));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
