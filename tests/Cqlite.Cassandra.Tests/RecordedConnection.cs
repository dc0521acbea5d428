using System.Buffers;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests;

/// <summary>
/// A recorded connection, read again: feeds what each side sent to a reader in the framing that the connection was in, and knows when the
/// framing changes, which a recording does not say.
/// </summary>
internal sealed class RecordedConnection
{
    /// <summary>The largest frame that the recorded node took.</summary>
    public static readonly FrameLimits NodeLimits = new() { MaxEnvelopeBytes = 8 << 20, MaxMessageBytes = 6 << 20 };

    private readonly EnvelopeReader _fromClient = new(NodeLimits, fromServer: false);
    private readonly EnvelopeReader _fromServer = new(FrameLimits.Client, fromServer: true);
    private readonly byte[][] _rest = [[], []];
    private bool _isReady;

    /// <summary>What the client asked for in STARTUP.</summary>
    public WireCompression Compression { get; private set; }

    /// <summary>Feeds the bytes of a record in pieces; answers with what became whole, or was refused.</summary>
    /// <param name="record">A record that is not inner.</param>
    /// <param name="pieceBytes">How many bytes arrive at once.</param>
    public IEnumerable<(Envelope? Envelope, ProtocolException? Problem)> Feed(ProtocolRecord record, int pieceBytes)
    {
        for (int at = 0; at < record.Bytes.Length; at += pieceBytes)
        {
            ref byte[] rest = ref _rest[record.FromClient ? 0 : 1];
            ReadOnlySequence<byte> input = Pieces.Of(rest, record.Bytes.AsMemory(at, Math.Min(pieceBytes, record.Bytes.Length - at)));
            foreach ((Envelope?, ProtocolException?) found in ReadAll(record, ref input))
                yield return found;
            _rest[record.FromClient ? 0 : 1] = input.ToArray();
        }
    }

    private List<(Envelope?, ProtocolException?)> ReadAll(ProtocolRecord record, ref ReadOnlySequence<byte> input)
    {
        EnvelopeReader reader = record.FromClient ? _fromClient : _fromServer;
        List<(Envelope?, ProtocolException?)> found = [];
        while (true)
        {
            try
            {
                if (!reader.TryRead(ref input, out Envelope envelope))
                    return found;
                Follow(envelope);
                found.Add((envelope with { Body = envelope.Body.ToArray() }, null));
            }
            catch (ProtocolException problem)
            {
                found.Add((null, problem));
                if (problem.IsFatal)
                {
                    input = input.Slice(input.End);
                    return found;
                }
            }
        }
    }

    /// <summary>Changes framing as both sides do: after the answer to STARTUP.</summary>
    private void Follow(in Envelope envelope)
    {
        if (_isReady)
            return;
        if (envelope.Header.Opcode == Opcode.Startup)
        {
            var startup = (StartupMessage)Message.Read(envelope, out _);
            Compression = startup.Find(StartupMessage.Compression)?.ToUpperInvariant() switch
            {
                "LZ4" => WireCompression.Lz4,
                "SNAPPY" => WireCompression.Snappy,
                _ => WireCompression.None,
            };
            if (!envelope.Header.Version.HasOuterFrames)
                _fromServer.UseBodyCompression(Compression);
        }
        else if (envelope.Header.Opcode is Opcode.Ready or Opcode.Authenticate)
        {
            _isReady = true;
            _fromClient.UseVersion(envelope.Header.Version);
            foreach (EnvelopeReader reader in new[] { _fromClient, _fromServer })
            {
                if (envelope.Header.Version.HasOuterFrames)
                    reader.UseOuterFrames(Compression);
                else
                    reader.UseBodyCompression(Compression);
            }
        }
    }
}
