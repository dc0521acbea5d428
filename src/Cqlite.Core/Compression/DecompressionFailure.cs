namespace Cqlite.Core.Compression;

/// <summary>What <see cref="Compressor.Decompress"/> answers, in place of a length, when it cannot: numbers below zero.</summary>
internal static class DecompressionFailure
{
    /// <summary>The bytes are not what the format allows, or end too early or too late.</summary>
    public const int Malformed = -1;

    /// <summary>The data is longer than the destination, which holds as much as the caller expects at most.</summary>
    public const int DestinationTooSmall = -2;

    /// <summary>The format's own checksum (Adler32 of zlib, XXH64 of Zstandard) differs from that of the data.</summary>
    public const int ChecksumMismatch = -3;

    /// <summary>A Zstandard or zlib stream names a dictionary; Cassandra writes none.</summary>
    public const int DictionaryRequired = -4;

    /// <summary>The failure as the end of a sentence: "LZ4Compressor: the compressed bytes are malformed".</summary>
    public static string Describe(int failure) => failure switch
    {
        DestinationTooSmall => "the data is longer than the chunk",
        ChecksumMismatch => "the checksum inside the compressed bytes does not match the data",
        DictionaryRequired => "the compressed bytes need a dictionary, which is not supported",
        _ => "the compressed bytes are malformed",
    };
}
