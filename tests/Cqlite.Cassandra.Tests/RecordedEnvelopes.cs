using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests;

/// <summary>The envelopes of a recording whose versions we speak, with decompressed bodies.</summary>
internal static class RecordedEnvelopes
{
    public static IEnumerable<(ProtocolRecord Record, Envelope Envelope)> Of(ProtocolConversation conversation)
    {
        Dictionary<int, WireCompression> compressions = [];
        foreach (ProtocolRecord record in conversation.Records.Where(r => r.Kind == ProtocolRecordKind.Envelope && r.Version is >= 3 and <= 6))
        {
            EnvelopeHeader header = EnvelopeHeader.Read(record.Bytes);
            if (!header.Opcode.Exists())
                continue;
            ReadOnlyMemory<byte> body = record.Bytes.AsMemory(EnvelopeHeader.Length);
            WireCompression compression = compressions.GetValueOrDefault(record.Connection);
            if (header.Flags.HasFlag(EnvelopeFlags.Compressed) && !header.Version.HasOuterFrames && compression != WireCompression.None)
                body = BodyCompression.Decompress(compression, body.Span, 256 << 20, new ScratchBuffer());
            if (header.Opcode == Opcode.Startup)
            {
                compressions[record.Connection] = new NotationReader(body).ReadStringMap().FirstOrDefault(o => o.Key == StartupMessage.Compression).Value switch
                {
                    "lz4" => WireCompression.Lz4,
                    "snappy" => WireCompression.Snappy,
                    _ => WireCompression.None,
                };
            }

            yield return (record, new(header, body));
        }
    }
}
