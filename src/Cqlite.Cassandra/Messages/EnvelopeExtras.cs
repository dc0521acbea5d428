using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>What a body may have before its message, each if a flag of the envelope says so.</summary>
/// <remarks>
/// <code>
/// answers    [uuid] id of the trace         flag 0x02
///            [string list] warnings         flag 0x08
/// both       [bytes map] custom payload     flag 0x04
/// source     org/apache/cassandra/transport/Message.java
/// </code>
/// </remarks>
internal sealed record EnvelopeExtras
{
    /// <summary>Nothing.</summary>
    public static EnvelopeExtras None { get; } = new();

    /// <summary>Of a request: whether it is to be traced.</summary>
    public bool IsTracingRequested { get; init; }

    /// <summary>Of an answer: the id of the request's trace.</summary>
    public Guid? TracingId { get; init; }

    /// <summary>Of an answer: warnings; null where it has none.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>A map that client and server made out between them; null where there is none.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>?>>? CustomPayload { get; init; }

    /// <summary>The envelope's flags that go with it.</summary>
    public EnvelopeFlags Flags =>
        (IsTracingRequested || TracingId is not null ? EnvelopeFlags.Tracing : 0)
        | (Warnings is not null ? EnvelopeFlags.Warning : 0)
        | (CustomPayload is not null ? EnvelopeFlags.CustomPayload : 0);

    /// <summary>Reads what the header's flags announce.</summary>
    public static EnvelopeExtras Read(ref NotationReader reader, in EnvelopeHeader header)
    {
        EnvelopeFlags flags = header.Flags & (EnvelopeFlags.Tracing | EnvelopeFlags.CustomPayload | EnvelopeFlags.Warning);
        if (flags == EnvelopeFlags.None)
            return None;

        bool isTracing = flags.HasFlag(EnvelopeFlags.Tracing);
        Guid? tracingId = isTracing && header.IsResponse ? reader.ReadUuid() : null;
        string[]? warnings = flags.HasFlag(EnvelopeFlags.Warning) && header.IsResponse ? reader.ReadStringList() : null;
        KeyValuePair<string, ReadOnlyMemory<byte>?>[]? payload = null;
        if (flags.HasFlag(EnvelopeFlags.CustomPayload))
        {
            if (!header.Version.HasWarningsAndPayload)
                ProtocolException.Throw("Received frame with CUSTOM_PAYLOAD flag for native protocol version < 4");
            payload = reader.ReadBytesMap();
        }

        return new() { IsTracingRequested = isTracing && !header.IsResponse, TracingId = tracingId, Warnings = warnings, CustomPayload = payload };
    }

    /// <summary>The same without what a version does not have.</summary>
    public EnvelopeExtras For(ProtocolVersion version) => version.HasWarningsAndPayload ? this : this with { Warnings = null, CustomPayload = null };

    /// <summary>Appends what is there.</summary>
    public void Write(BufferWriter output)
    {
        if (TracingId is { } id)
            output.WriteUuid(id);
        if (Warnings is not null)
            output.WriteStringList(Warnings);
        if (CustomPayload is not null)
            output.WriteBytesMap(CustomPayload);
    }
}
