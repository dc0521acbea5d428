using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>Stands for the engine and the roles of a recorded node: answers each request of a connection with what the node answered.</summary>
internal sealed class RecordedAnswers : IRequestHandler, IAuthenticator
{
    private readonly Queue<Envelope?> _answers = [];
    private readonly Queue<Envelope?> _authentications = [];
    private readonly List<byte[]> _outerPayloads = [];

    public RecordedAnswers(ProtocolConversation conversation, int connection)
    {
        List<(ProtocolRecord Record, Envelope Envelope)> all = [.. All(conversation, connection)];
        HashSet<int> taken = [];
        foreach ((ProtocolRecord record, Envelope envelope) in all.Where(e => e.Record.FromClient))
        {
            Opcode opcode = envelope.Header.Opcode;
            if (opcode == Opcode.Startup)
                Version = envelope.Header.Version.Number;
            int index = all.FindIndex(e => !e.Record.FromClient && e.Record.Number > record.Number && e.Record.Stream == record.Stream && !taken.Contains(e.Record.Number));
            if (index >= 0)
                taken.Add(all[index].Record.Number);
            Envelope? answer = index < 0 ? null : all[index].Envelope;
            if (opcode == Opcode.AuthResponse)
                _authentications.Enqueue(answer);
            else if (opcode is Opcode.Query or Opcode.Prepare or Opcode.Execute or Opcode.Batch
                && envelope.Header.BodyLength <= RecordedConnection.NodeLimits.MaxMessageBytes && IsMessage(envelope))
                _answers.Enqueue(answer);
        }

        FromServer = [.. all.Where(e => !e.Record.FromClient)];
        _outerPayloads = [.. conversation.Records.Where(r => r.Connection == connection && r.Kind == ProtocolRecordKind.PlainOuterFrame).Select(r => r.Payload.ToArray())];
        Compression = conversation.Records.Where(r => r.Connection == connection && r is { FromClient: true, Opcode: "STARTUP" }).Select(CompressionOf).FirstOrDefault();
    }

    /// <summary>What the node answered, in order.</summary>
    public IReadOnlyList<(ProtocolRecord Record, Envelope Envelope)> FromServer { get; }

    /// <summary>The version of STARTUP.</summary>
    public int Version { get; }

    public WireCompression Compression { get; }

    public bool HasAuthentication => FromServer.Any(e => e.Envelope.Header.Opcode == Opcode.Authenticate);

    /// <summary>Whether bytes are shown as an envelope's beginning, and were not sent again.</summary>
    public bool IsArtefact(ProtocolRecord record) => record.Kind == ProtocolRecordKind.Raw && _outerPayloads.Any(p => p.AsSpan().SequenceEqual(record.Bytes));

    public ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
    {
        if (_answers.TryDequeue(out Envelope? answer) && answer is { } recorded)
        {
            response.Write(Message.Read(recorded, out EnvelopeExtras recordedExtras));
            response.Extras = recordedExtras;
        }
        else
        {
            response.Write(VoidResult.Instance);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AuthenticateAsync(string user, string password, CancellationToken cancellation)
    {
        while (_authentications.TryDequeue(out Envelope? answer))
        {
            if (answer is not { } recorded || recorded.Header.Opcode == Opcode.AuthSuccess)
                return ValueTask.CompletedTask;

            // Malformed credentials don't come here.
            if (Message.Read(recorded, out _) is ErrorMessage error && error.Text.Contains("are incorrect", StringComparison.Ordinal))
                throw new AuthenticationException(error.Text);
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsMessage(in Envelope envelope)
    {
        try
        {
            _ = Message.Read(envelope, out _);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }

    private static WireCompression CompressionOf(ProtocolRecord record)
    {
        NotationReader reader = new(record.Body.ToArray());
        return StartupMessage.Read(ref reader).Find(StartupMessage.Compression) switch
        {
            "lz4" => WireCompression.Lz4,
            "snappy" when record.Version < 5 => WireCompression.Snappy,
            _ => WireCompression.None,
        };
    }

    /// <summary>All envelopes of the connection; those of versions that are refused with their own header.</summary>
    private static IEnumerable<(ProtocolRecord Record, Envelope Envelope)> All(ProtocolConversation conversation, int connection)
    {
        IEnumerable<(ProtocolRecord Record, Envelope Envelope)> old = conversation.Records
            .Where(r => r.Kind == ProtocolRecordKind.Envelope && r.Version is 1 or 2 && !r.FromClient)
            .Select(r => (r, new Envelope(new(new((byte)r.Version), true, (EnvelopeFlags)r.Flags, (short)r.Stream, (Opcode)r.Bytes[3], (uint)r.BodyLength), r.Body.ToArray())));
        return RecordedEnvelopes.Of(conversation).Concat(old).Where(e => e.Record.Connection == connection).OrderBy(e => e.Record.Number);
    }
}
