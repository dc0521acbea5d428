using Cqlite.Core.Encoding;
using Xunit;

namespace Cqlite.Core.Tests.Encoding;

public sealed class Murmur3Tests
{
    /// <summary>What Cassandra 5.0 answered for token(k) of blob keys.</summary>
    [Theory]
    [InlineData("337410503fded025aeda47694bc5f7a9", -8042616033118398646L)]
    [InlineData("0080ff", -7927530183729426732L)]
    [InlineData("f1085867786219369ca08cd745abe3d42856729d3d64895c78", -7305810540078028342L)]
    [InlineData("80", -5284281814142962636L)]
    [InlineData("589ff585", -5259380770527388620L)]
    [InlineData("58ac43867caa1b134acefe34f0b0d2d090f8edd1de", -4542907834995964397L)]
    [InlineData("ff", -4442228696663692417L)]
    [InlineData("71cc196f44c5", -4293556180037977618L)]
    [InlineData("ffffffffffffffffffffffffffffffff", -2824192546314762522L)]
    [InlineData("3ee306c1f379963aea05694d94", -2684483707889112027L)]
    [InlineData("545f27e810ce5c469dc3085166d2ef1049c53ccf", -2620704203792092455L)]
    [InlineData("c098acc82c836066c038a89e8cf0", -1025377436512995272L)]
    [InlineData("a9e4c32f344830435b5c62cd12ed2e", -808505505285004617L)]
    [InlineData("3c3aa9ddd70ca41b97ddc0a49c237d3fe47ccb1af335", -228538856144639329L)]
    [InlineData("2ab48a31f5ef2a9b0960", 768124304638099375L)]
    [InlineData("5e8fce", 1437906014765701492L)]
    [InlineData("978bbe3b759a5c738d432eec27e12517039180d82c5491617d5b", 1577207027207159895L)]
    [InlineData("3451819877b44865640d652a457df4d5aaa8", 1770506302897405130L)]
    [InlineData("7a9cca7823bcd75471d73e2432423fe800977c990ca658", 1785319537371801381L)]
    [InlineData("2eb888ed3fe7457a208756ab4a3e0193ba7bb9", 2594790706127420106L)]
    [InlineData("d307cda27d0985a960af9de136c168aa96", 3764427514706873507L)]
    [InlineData("71ff8512671ae55ca64d09fedee2860f253a5b794a1b9fd915a087ff", 3994724022323542430L)]
    [InlineData("00", 5048724184180415669L)]
    [InlineData("7f", 5072634478945617755L)]
    [InlineData("20e1e6cb48b676179c0fe8a09da6ff49f16967971e64a1b5", 5367093768370869062L)]
    [InlineData("43881b4d5b00684c41", 5471202849673894824L)]
    [InlineData("f8ceaf2ff7", 5666928579593650512L)]
    [InlineData("f1", 6477977424629076946L)]
    [InlineData("8e0e5f4d11ecc401ff1e5c20b8a4f71095595439df78e1837884fa", 7156866393874811592L)]
    [InlineData("8c1d7905f1bee6", 7433535904792103199L)]
    [InlineData("72e2", 7529959673415285555L)]
    [InlineData("7ed750d450a44a84", 7555115681180279859L)]
    [InlineData("9fcf269cef22b8264736c9ec", 8411224402271738202L)]
    [InlineData("d5622ee16a13d3fd509fa1", 8421116098034677414L)]
    public void Tokens_are_those_of_Murmur3Partitioner(string key, long token) =>
        Assert.Equal(token, Murmur3.Token(Convert.FromHexString(key)));

    /// <summary>Bytes 0x80, 0xA5, 0xCA, ... (37 apart) through Cassandra's own hash3_x64_128 and hash2_64.</summary>
    [Theory]
    [InlineData(1, 0xb6aa75aff6f3b434, 0x6ec0210d9ab133c5, 0x5cb5e363145d41b2)]
    [InlineData(2, 0x378ed8094b0d8cf9, 0x149478c698522dce, 0x9eb0a82cbc438597)]
    [InlineData(3, 0x31116058ad078bf4, 0x09f3b91a6d461c19, 0xd6f24396191f714a)]
    [InlineData(4, 0x407cd17fbfa8f06b, 0xde1843dc72ae2d1b, 0x23b7697fe64b7f05)]
    [InlineData(5, 0x9ae482de27087823, 0xb726925dfb71681c, 0x57aa04bde93ecbd9)]
    [InlineData(6, 0x6a2035fdf584e8a6, 0x550916ee5a6da54d, 0x59ab88cef4cf8a18)]
    [InlineData(7, 0x7021d564879d76d6, 0xab158ebcbedc44e9, 0x63192ae0163a63ba)]
    [InlineData(8, 0x2c0b16f8bbbbc90b, 0x0ba5c3e086e6581f, 0x3b50b818e2218c7a)]
    [InlineData(9, 0xa3840f44fe4ad631, 0x5ee0c513a84badb9, 0xccad49a23a3b779d)]
    [InlineData(11, 0xd8508200872b9783, 0xe13c89a8fa23487a, 0xcfbe30a0575f0d21)]
    [InlineData(13, 0x8ea395c30b6e2cb1, 0x83d84558dc50e853, 0x2df5851ce9baa94a)]
    [InlineData(15, 0xd325f5543bf26035, 0x76921d26d63def51, 0x7fef71aa57ed876b)]
    [InlineData(16, 0xbf2f4acf248aaab7, 0x425571f663094ec0, 0xec6f52a139ca17f1)]
    [InlineData(17, 0x769214dca4316ac3, 0x0b900fac0f3049ec, 0x854294e0e3133818)]
    [InlineData(23, 0xcbc1424a45858420, 0x3a3d0d6244d0734e, 0xfd85120bf0f7b67e)]
    [InlineData(24, 0x4776a67bea93a7bb, 0xcd92475bd067a0b1, 0x9c0ef6b25ae69c15)]
    [InlineData(31, 0xdcf939af81cad675, 0xad6dd62d978e1cb5, 0xa3cb9b7fecea3805)]
    [InlineData(32, 0x9cf26f97c96e7a33, 0xf4caa16eb29c75f9, 0xe4acaf4452861dfa)]
    public void Hashes_are_those_of_Cassandra_for_negative_bytes_in_every_place(int length, ulong first, ulong second, ulong hash2)
    {
        byte[] data = new byte[length];
        for (int index = 0; index < length; index++)
        {
            data[index] = (byte)(0x80 + (index * 37));
        }

        Murmur3.Hash128(data, 0, out ulong actualFirst, out ulong actualSecond);
        Assert.Equal((first, second), (actualFirst, actualSecond));
        Assert.Equal(hash2, Murmur3.Hash2(data, 0));
    }

    [Fact]
    public void Hash_of_bytes_below_0x80_is_the_published_one()
    {
        Murmur3.Hash128("The quick brown fox jumps over the lazy dog"u8, 0, out ulong first, out ulong second);
        Assert.Equal((0xe34bbc7bbc071b6cUL, 0x7a433ca9c49a9347UL), (first, second));
    }

    [Fact]
    public void Empty_key_has_the_smallest_token() => Assert.Equal(long.MinValue, Murmur3.Token([]));
}
