namespace Cqlite.Cassandra.Frames;

/// <summary>How much a peer may make us hold. Immutable.</summary>
internal sealed record FrameLimits
{
    /// <summary>Cassandra's defaults for requests.</summary>
    public static FrameLimits Server { get; } = new();

    /// <summary>What drivers take from a server.</summary>
    public static FrameLimits Client { get; } = new() { MaxEnvelopeBytes = 256 << 20, MaxMessageBytes = 256 << 20 };

    /// <summary>Where no outer frames are: the longest envelope in bytes, header included, before and after decompression. Default 16 MiB (native_transport_max_frame_size).</summary>
    public int MaxEnvelopeBytes { get; init; } = 16 << 20;

    /// <summary>Where outer frames are: the longest body in bytes. Default 16 MiB (native_transport_max_message_size).</summary>
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>How many wrong envelopes in a row are answered before the connection is given up, where outer frames are. Default 1 (consecutive_message_errors_threshold).</summary>
    public int MaxConsecutiveErrors { get; init; } = 1;
}
