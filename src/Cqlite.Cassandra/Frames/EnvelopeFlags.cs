namespace Cqlite.Cassandra.Frames;

/// <summary>Flags of an envelope; bits without a name are passed over, as Cassandra does.</summary>
/// <remarks>Source: org/apache/cassandra/transport/Envelope.java (Header.Flag).</remarks>
[Flags]
internal enum EnvelopeFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The body is compressed. Without meaning where outer frames are, or none was agreed upon.</summary>
    Compressed = 0x01,

    /// <summary>Request: trace it. Answer: the trace's id begins the body.</summary>
    Tracing = 0x02,

    /// <summary>A map of the client's making stands in the body before the message.</summary>
    CustomPayload = 0x04,

    /// <summary>Answer: warnings stand in the body before the message.</summary>
    Warning = 0x08,

    /// <summary>The sender knows that the version is a beta.</summary>
    UseBeta = 0x10,
}
