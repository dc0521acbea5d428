using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Cassandra.Tests.Messages;

/// <summary>What no recording has: errors that a quiet node does not give, and values at the edge.</summary>
public sealed class MessageFactsTests
{
    [Fact]
    public void Errors_that_an_old_version_does_not_know_become_the_next_best()
    {
        NodeFailures failures = new(1, [new(IPAddress.Loopback, 2)]);
        ErrorMessage unknown = new(ErrorCode.CasWriteUnknown, "?", new CasWriteUnknownDetails(ConsistencyLevel.Serial, 1, 2));
        ErrorMessage read = new(ErrorCode.ReadFailure, "?", new ReadFailureDetails(ConsistencyLevel.One, 1, 2, failures, IsDataPresent: true));
        ErrorMessage write = new(ErrorCode.WriteFailure, "?", new WriteFailureDetails(ConsistencyLevel.One, 1, 2, failures, "SIMPLE"));
        ErrorMessage function = new(ErrorCode.FunctionFailure, "no", new FunctionFailureDetails("k", "f", ["int"]));

        Assert.Equal("00001700 0001 3f 0008 00000001 00000002".Replace(" ", "", StringComparison.Ordinal), Bytes(unknown, 5));
        Assert.Equal("00001100 0001 3f 0008 00000001 00000002 0003 434153".Replace(" ", "", StringComparison.Ordinal), Bytes(unknown, 4));
        Assert.Equal("00001300 0001 3f 0001 00000001 00000002 00000001 04 7f000001 0002 01".Replace(" ", "", StringComparison.Ordinal), Bytes(read, 5));
        Assert.Equal("00001300 0001 3f 0001 00000001 00000002 00000001 01".Replace(" ", "", StringComparison.Ordinal), Bytes(read, 4));
        Assert.Equal("00001200 0001 3f 0001 00000001 00000002 01".Replace(" ", "", StringComparison.Ordinal), Bytes(read, 3));
        Assert.Equal("00001100 0001 3f 0001 00000001 00000002 0006 53494d504c45".Replace(" ", "", StringComparison.Ordinal), Bytes(write, 3));
        Assert.Equal(ErrorCode.Invalid, function.For(ProtocolVersion.V3).Code);
        Assert.Equal(function, function.For(ProtocolVersion.V4));
    }

    [Fact]
    public void A_conditional_writes_timeout_tells_its_contentions_from_version_5_on()
    {
        ErrorMessage error = new(ErrorCode.WriteTimeout, "", new WriteTimeoutDetails(ConsistencyLevel.Serial, 0, 1, "CAS", 7));
        Assert.Equal("00001100 0000 0008 00000000 00000001 0003 434153 0007".Replace(" ", "", StringComparison.Ordinal), Bytes(error, 5));
        Assert.Equal("00001100 0000 0008 00000000 00000001 0003 434153".Replace(" ", "", StringComparison.Ordinal), Bytes(error, 4));
        Assert.Equal(error, Again(error, 5));
    }

    [Fact]
    public void Events_of_nodes_are_written_with_address_and_port()
    {
        NodeEvent moved = new(NodeChange.MovedNode, new IPEndPoint(IPAddress.IPv6Loopback, 9042));
        Assert.Equal("000f 544f504f4c4f47595f4348414e4745 000a 4d4f5645445f4e4f4445 10 00000000000000000000000000000001 00002352".Replace(" ", "", StringComparison.Ordinal), Bytes(moved, 4));
        Assert.Equal(moved, Again(moved, 4));
        NodeEvent down = new(NodeChange.Down, new IPEndPoint(IPAddress.Loopback, 1));
        Assert.Equal((EventKind.StatusChange, down), (down.Kind, Again(down, 3)));
    }

    [Fact]
    public void Types_that_a_version_does_not_know_are_custom()
    {
        (CqlType Type, int Version, string Bytes)[] cases =
        [
            (CqlTypes.Duration, 5, "0015"), (CqlTypes.TinyInt, 4, "0014"), (CqlTypes.Text, 3, "000d"), (CqlTypes.Reversed(CqlTypes.Int), 4, "0009"),
            (CqlTypes.LegacyTimestamp, 4, "000b"), (CqlTypes.Tuple(CqlTypes.Int, CqlTypes.List(CqlTypes.Text)), 4, "0031000200090020000d"),
            (CqlTypes.Map(CqlTypes.Int, CqlTypes.Set(CqlTypes.Uuid, frozen: true)), 3, "002100090022000c"),
            (CqlTypes.SmallInt, 3, "00000029" + Convert.ToHexStringLower("org.apache.cassandra.db.marshal.ShortType"u8)),
        ];
        foreach ((CqlType type, int version, string bytes) in cases)
            Assert.Equal(bytes, OptionOf(type, version));
    }

    [Fact]
    public void Types_within_types_have_a_limit()
    {
        byte[] nested = new byte[2 * 10_000];
        for (int i = 0; i < nested.Length; i += 2)
            nested[i + 1] = 0x20;
        Assert.Throws<ProtocolException>(() =>
        {
            NotationReader reader = new(nested);
            TypeOption.Read(ref reader);
        });
    }

    [Fact]
    public void A_text_that_does_not_fit_is_cut_after_a_whole_letter()
    {
        BufferWriter output = new();
        output.WriteString("x" + new string('é', 40_000));
        NotationReader reader = new(output.ToArray());
        Assert.Equal("x" + new string('é', 32_767), reader.ReadString());
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData(3, true, false)]
    [InlineData(4, false, true)]
    public void Minus_two_means_unset_from_version_4_on(int version, bool isNull, bool isUnset)
    {
        NotationReader reader = new(new byte[] { 0xFF, 0xFF, 0xFF, 0xFE });
        BoundValue value = reader.ReadValue(new((byte)version));
        Assert.Equal((isNull, isUnset), (value.IsNull, value.IsUnset));
    }

    [Fact]
    public void Consistency_levels_have_Cassandras_names()
    {
        Assert.True(ConsistencyLevels.TryParse("local_quorum", out ConsistencyLevel level));
        Assert.Equal((ConsistencyLevel.LocalQuorum, "LOCAL_QUORUM"), (level, level.Name()));
        Assert.False(ConsistencyLevels.TryParse("most", out _));
    }

    private static string OptionOf(CqlType type, int version)
    {
        BufferWriter output = new();
        TypeOption.Write(output, type, new((byte)version));
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    private static string Bytes(Message message, byte version)
    {
        BufferWriter output = new();
        message.Write(output, new(version));
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    private static Message Again(Message message, byte version)
    {
        BufferWriter output = new();
        message.Write(output, new(version));
        NotationReader reader = new(output.ToArray());
        return Message.Read(ref reader, message.Opcode, new(version));
    }
}
