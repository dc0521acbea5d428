using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.SSTables.Bti;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

/// <summary>Nodes as io/tries/TrieNode.java stores them, expected as hex.</summary>
public sealed class TrieNodeTests
{
    private const long Position = (1L << 50) + 100;

    [Theory]
    // type and payload bits, payload
    [InlineData("", "9:2a07", "09 2a07")]
    // a single child: type and distance, byte
    [InlineData("61:1", "", "11 61")]
    [InlineData("61:15", "", "1f 61")]
    [InlineData("61:15", "1:55", "21 61 0f 55")]
    [InlineData("61:16", "", "20 61 10")]
    [InlineData("61:255", "9:5501", "29 61 ff 5501")]
    [InlineData("61:256", "", "31 00 61")]
    [InlineData("61:4095", "", "3f ff 61")]
    [InlineData("61:256", "1:55", "41 61 0100 55")]
    [InlineData("61:4096", "", "40 61 1000")]
    [InlineData("61:65535", "", "40 61 ffff")]
    // longer distances have no single type: a dense node of one place
    [InlineData("61:65536", "", "c0 61 00 010000")]
    [InlineData("61:16777215", "2:0102", "c2 61 00 ffffff 0102")]
    [InlineData("61:16777216", "", "d0 61 00 01000000")]
    [InlineData("61:4294967296", "", "e0 61 00 0100000000")]
    [InlineData("61:1099511627776", "", "f0 61 00 0000010000000000")]
    // few children far apart: count, bytes, distances
    [InlineData("61:20 63:10", "", "50 02 61 63 14 0a")]
    [InlineData("00:255 ff:1", "3:aabbcc", "53 02 00 ff ff 01 aabbcc")]
    [InlineData("00:256 ff:1", "", "60 02 00 ff 100 001")]
    [InlineData("00:4095 80:291 ff:1", "1:77", "61 03 00 80 ff fff 123 001 0 77")]
    [InlineData("00:4096 ff:1", "", "70 02 00 ff 1000 0001")]
    [InlineData("00:65536 ff:1", "", "80 02 00 ff 010000 000001")]
    [InlineData("00:16777216 ff:1", "", "90 02 00 ff 0001000000 0000000001")]
    [InlineData("00:4294967296 ff:1", "", "90 02 00 ff 0100000000 0000000001")]
    // neighbours: first byte, last byte less first, distances, zero for none
    [InlineData("61:40 62:30 63:20 64:10", "", "a0 61 03 028 01e 014 00a")]
    [InlineData("61:50 62:40 63:30 64:20 66:10", "1:99", "a1 61 05 032 028 01e 014 000 00a 99")]
    [InlineData("61:4096 62:3", "", "b0 61 01 1000 0003")]
    [InlineData("61:65536 62:3", "", "c0 61 01 010000 000003")]
    [InlineData("61:16777216 62:3", "", "d0 61 01 01000000 00000003")]
    [InlineData("61:4294967296 62:3", "", "e0 61 01 0100000000 0000000003")]
    [InlineData("61:1099511627776 63:3", "", "f0 61 02 0000010000000000 0000000000000000 0000000000000003")]
    public void A_node_is_stored_in_the_smallest_form_and_read_back(string children, string payload, string expected)
    {
        (byte Byte, long Distance)[] places = [.. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
        TrieBuildNode built = new();
        for (int i = 0; i < places.Length; i++)
        {
            built.Add(new TrieBuildNode { Byte = places[i].Byte });
            built.SetWritten(i, Position - places[i].Distance);
        }

        byte[] payloadBytes = payload.Length == 0 ? [] : Convert.FromHexString(payload.Split(':')[1]);
        if (payload.Length > 0)
        {
            built.Payload = new TriePayload(int.Parse(payload.Split(':')[0], CultureInfo.InvariantCulture), payloadBytes.Length);
            payloadBytes.CopyTo(built.Payload.Bytes);
        }

        BufferWriter output = new();
        built.Write(output, Position);
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(output.WrittenSpan));
        Assert.Equal(output.Length, built.BytesAt(Position));

        byte[] page = new byte[100 + output.Length];
        output.WrittenSpan.CopyTo(page.AsSpan(100));
        using PagedFile file = new(new MemoryFile("Rows.db", page, Position - 100), new PageCache(0));
        TrieNode node = new(file, page, Position);
        Assert.Equal(payload.Length == 0 ? 0 : built.Payload.Bits, node.PayloadBits);
        Assert.Equal(payloadBytes, node.Payload.ToArray());
        int child = node.NextChild(0);
        foreach ((byte value, long distance) in places)
        {
            Assert.Equal(value, node.ChildByte(child));
            Assert.Equal(Position - distance, node.Child(child));
            Assert.Equal(child, node.Search(value));
            Assert.Equal(child, node.PreviousChild(child));
            child = node.NextChild(child + 1);
        }

        Assert.Equal(-1, child);
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            if (places.Any(place => place.Byte == value))
                continue;
            int index = node.Search((byte)value);
            Assert.True(index < 0);
            int next = node.NextChild(~index);
            int previous = node.PreviousChild(~index - 1);
            Assert.Equal(places.Select(place => (int)place.Byte).Where(b => b > value).DefaultIfEmpty(-1).First(), next < 0 ? -1 : node.ChildByte(next));
            Assert.Equal(places.Select(place => (int)place.Byte).Where(b => b < value).DefaultIfEmpty(-1).Last(), previous < 0 ? -1 : node.ChildByte(previous));
        }
    }

    [Theory]
    [InlineData("40 61 10", "cut off")]
    [InlineData("50", "cut off")]
    [InlineData("50 00", "no children")]
    [InlineData("50 03 61 62 63 01 02", "cut off")]
    [InlineData("a0 61", "cut off")]
    [InlineData("a0 ff 01 001 002", "past the last byte")]
    [InlineData("f0 61 00 00000000000000", "cut off")]
    public void A_node_that_can_not_be_is_corrupt(string stored, string problem)
    {
        byte[] page = Convert.FromHexString(stored.Replace(" ", "", StringComparison.Ordinal));
        using PagedFile file = new(new MemoryFile("Rows.db", page), new PageCache(0));

        CorruptDataException error = Assert.Throws<CorruptDataException>(() => new TrieReader(file).At(0).ChildRange);

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, error.Offset);
    }

    [Theory]
    [InlineData("10 61")]
    [InlineData("20 61 00")]
    [InlineData("20 61 01")]
    [InlineData("60 02 61 62 000 000")]
    [InlineData("f0 61 00 ffffffffffffffff")]
    [InlineData("f0 61 00 8000000000000000")]
    public void A_child_that_is_not_before_its_parent_is_corrupt(string stored)
    {
        byte[] page = Convert.FromHexString(stored.Replace(" ", "", StringComparison.Ordinal));
        using PagedFile file = new(new MemoryFile("Rows.db", page), new PageCache(0));

        Assert.Throws<CorruptDataException>(() => new TrieReader(file).At(0).Child(0));
    }

    private static (byte Byte, long Distance) Parse(string place) => (
        byte.Parse(place.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        long.Parse(place.AsSpan(3), CultureInfo.InvariantCulture));
}
