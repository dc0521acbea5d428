namespace Cqlite.Cassandra.Frames;

/// <summary>A version of the native protocol, and what it can do.</summary>
/// <remarks>Source: org/apache/cassandra/transport/ProtocolVersion.java. 5.0 speaks 3, 4 and 5, and 6 as a beta that differs from 5 by a flag.</remarks>
internal readonly record struct ProtocolVersion(byte Number)
{
    private const byte Oldest = 3;
    private const byte Newest = 6;

    /// <summary>Version 3: Cassandra 2.1.</summary>
    public static ProtocolVersion V3 => new(Oldest);

    /// <summary>Version 4: Cassandra 2.2 and 3.x.</summary>
    public static ProtocolVersion V4 => new(4);

    /// <summary>Version 5: Cassandra 4.0 and later. What a peer is answered in that asks for an unknown one.</summary>
    public static ProtocolVersion V5 => new(5);

    /// <summary>Version 6: a beta.</summary>
    public static ProtocolVersion V6 => new(Newest);

    /// <summary>What SUPPORTED and refusals list.</summary>
    public static IReadOnlyList<string> SpokenNames { get; } = [V3.ToString(), V4.ToString(), V5.ToString(), V6.ToString()];

    /// <summary>Whether we speak it.</summary>
    public bool IsSpoken => Number is >= Oldest and <= Newest;

    /// <summary>Whether each envelope must have the flag <see cref="EnvelopeFlags.UseBeta"/>.</summary>
    public bool IsBeta => Number == Newest;

    /// <summary>Whether a stream has two bytes in the envelope's header; versions 1 and 2 have one.</summary>
    public bool HasWideStreams => Number >= 3;

    /// <summary>Whether envelopes travel within outer frames with checksums once STARTUP is answered; compression is then theirs.</summary>
    public bool HasOuterFrames => Number >= 5;

    /// <summary>Whether bodies may be compressed with Snappy.</summary>
    public bool HasSnappy => !HasOuterFrames;

    /// <summary>Whether an answer may carry warnings, and any message a custom payload.</summary>
    public bool HasWarningsAndPayload => Number >= 4;

    /// <summary>Whether a bound value may be unset (length -2); before, all negative lengths mean null.</summary>
    public bool HasUnset => Number >= 4;

    /// <summary>Whether READ_FAILURE, WRITE_FAILURE, FUNCTION_FAILURE and CDC_WRITE_FAILURE exist.</summary>
    public bool HasFailures => Number >= 4;

    /// <summary>Whether functions and aggregates are targets of schema changes.</summary>
    public bool HasFunctionChanges => Number >= 4;

    /// <summary>Whether PREPARED lists the markers that make up the partition key.</summary>
    public bool HasPartitionKeyIndexes => Number >= 4;

    /// <summary>Whether the flags of query parameters take 4 bytes, and may name a keyspace and a "now".</summary>
    public bool HasWideQueryFlags => Number >= 5;

    /// <summary>Whether PREPARE has flags and may name a keyspace.</summary>
    public bool HasPrepareFlags => Number >= 5;

    /// <summary>Whether PREPARED and EXECUTE carry the id of the result's metadata.</summary>
    public bool HasResultMetadataId => Number >= 5;

    /// <summary>Whether failures are listed by node with a reason; version 4 only counts them.</summary>
    public bool HasFailureReasons => Number >= 5;

    /// <summary>Whether a timed out conditional write tells its contentions, and CAS_WRITE_UNKNOWN exists.</summary>
    public bool HasConditionalWriteErrors => Number >= 5;

    /// <summary>The refusal of a version that is not spoken.</summary>
    public string RefusalText => $"Invalid or unsupported protocol version ({Number}); supported versions are ({string.Join(", ", SpokenNames)})";

    /// <inheritdoc/>
    public override string ToString() => IsBeta ? $"{Number}/v{Number}-beta" : $"{Number}/v{Number}";
}
