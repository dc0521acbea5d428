using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Encoding;
using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests.Replay;

/// <summary>Plays the clients of a conversation against a database of ours, frame by frame in the recorded order, and compares each answer with the node's.</summary>
internal sealed class ReplayRun
{
    private readonly ProtocolConversation _conversation;
    private readonly ReplaySetup _setup;
    private readonly Dictionary<int, RecordedAnswers> _recorded;
    private readonly Dictionary<int, ReplayConnection> _connections = [];
    private readonly Dictionary<ProtocolRecord, Envelope> _envelopes;

    // What a node hands out for clients to give back: paging states. Ours stand in the place of those recorded.
    private readonly Dictionary<string, byte[]> _ours = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Connection, short Stream), Message> _asked = [];
    private readonly List<ReplayDifference> _differences = [];

    private ReplayRun(ProtocolConversation conversation)
    {
        _conversation = conversation;
        _setup = new ReplaySetup(conversation.Name);
        _recorded = conversation.Records.Select(r => r.Connection).Distinct().ToDictionary(n => n, n => new RecordedAnswers(conversation, n));
        _envelopes = RecordedEnvelopes.Of(conversation).ToDictionary(e => e.Record, e => e.Envelope, ReferenceEqualityComparer.Instance as IEqualityComparer<ProtocolRecord>);
    }

    /// <summary>What our server answered otherwise.</summary>
    public static async Task<IReadOnlyList<ReplayDifference>> ExecuteAsync(ProtocolConversation conversation)
    {
        ReplayRun run = new(conversation);
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["cluster_name"] = "corpus", ["user_defined_functions_enabled"] = "true" };
        if (conversation.Head.Any(h => h.Contains("PasswordAuthenticator", StringComparison.Ordinal)))
        {
            settings["authenticator"] = "PasswordAuthenticator";
            settings["authorizer"] = "CassandraAuthorizer";
        }

        DatabaseServerOptions options = new() { Limits = new ServerOptions { Limits = RecordedConnection.NodeLimits } };
        await using ServedDatabase database = new(options, run._setup.Begin, settings);
        try
        {
            await run.PlayAsync(database);
        }
        finally
        {
            foreach (ReplayConnection connection in run._connections.Values)
                connection.Dispose();
        }

        return run._differences;
    }

    private async Task PlayAsync(ServedDatabase database)
    {
        foreach (ProtocolEntry entry in _conversation.Entries)
        {
            switch (entry)
            {
                case ProtocolRemark { ClosedConnection: { } closed } remark:
                    if (remark.ClosedByServer && !await _connections[closed].IsClosedAsync())
                        Differ($"c{closed} closed", "the server hangs up", "it does not");
                    break;
                case ProtocolRemark remark:
                    _setup.Follow(database.Engine, remark.Text);
                    break;
                case ProtocolRecord { FromClient: true } sent:
                    await SendAsync(database, sent);
                    break;
                case ProtocolRecord { Kind: ProtocolRecordKind.Envelope } expected:
                    await ReceiveAsync(expected);
                    _setup.Follow(database.Engine, $"@{expected.Number}");
                    break;
            }
        }
    }

    private async Task SendAsync(ServedDatabase database, ProtocolRecord record)
    {
        if (!_connections.TryGetValue(record.Connection, out ReplayConnection? connection))
        {
            _connections[record.Connection] = connection = new(_recorded[record.Connection]);
            await connection.ConnectAsync(database.Server.EndPoint);
        }

        if (_envelopes.TryGetValue(record, out Envelope known) && TryRead(known) is { } asked)
            _asked[(record.Connection, known.Header.Stream)] = asked;
        if (record.IsInner || _recorded[record.Connection].IsArtefact(record))
            return;
        List<Envelope> carried = [.. CarriedBy(record)];
        if (carried.Exists(e => Patch(e) != e))
            await connection.SendAsync(carried.Select(Patch));
        else
            await connection.SendAsync(record.Bytes);
    }

    /// <summary>The envelopes that a record brings to the server.</summary>
    private IEnumerable<Envelope> CarriedBy(ProtocolRecord record)
    {
        if (record.Kind == ProtocolRecordKind.Envelope)
            return _envelopes.TryGetValue(record, out Envelope plain) ? [plain] : [];
        return _conversation.Records.SkipWhile(r => r != record).Skip(1)
            .Where(r => r.Connection == record.Connection && r.FromClient)
            .TakeWhile(r => r.IsInner)
            .Where(_envelopes.ContainsKey)
            .Select(r => _envelopes[r]);
    }

    private Envelope Patch(Envelope envelope)
    {
        if (_ours.Count == 0 || envelope.Header.Opcode is not (Opcode.Query or Opcode.Execute) || TryRead(envelope) is not { } message)
            return envelope;
        QueryParameters parameters = message is QueryMessage query ? query.Parameters : ((ExecuteMessage)message).Parameters;
        if (parameters.PagingState is not { } state || !_ours.TryGetValue(Convert.ToHexString(state.Span), out byte[]? ours))
            return envelope;
        parameters = parameters with { PagingState = ours };
        message = message is QueryMessage q ? q with { Parameters = parameters } : ((ExecuteMessage)message) with { Parameters = parameters };
        BufferWriter body = new();
        _ = Message.Read(envelope, out EnvelopeExtras extras);
        extras.Write(body);
        message.Write(body, envelope.Header.Version);
        return new(envelope.Header, body.ToArray());
    }

    private async Task ReceiveAsync(ProtocolRecord record)
    {
        ReplayConnection connection = _connections[record.Connection];
        if (!_envelopes.TryGetValue(record, out Envelope expected))
        {
            byte[] bytes = await connection.ReceiveBytesAsync(record.Bytes.Length);
            if (!bytes.AsSpan().SequenceEqual(record.Bytes))
                Differ($"@{record.Number}", Convert.ToHexString(record.Bytes), Convert.ToHexString(bytes));
            return;
        }

        // A database is no cluster, whose nodes come and go.
        if (TryRead(expected) is EventMessage and not SchemaEvent)
            return;
        if (await connection.ReceiveAsync(expected.Header.Stream) is not { } actual)
        {
            Differ($"@{record.Number}", ReplayComparison.Describe(expected), "no answer");
            return;
        }

        Message? question = _asked.GetValueOrDefault((record.Connection, expected.Header.Stream));
        Learn(expected, actual);
        foreach ((string? column, string theirs, string ours) in ReplayComparison.Differences(question, expected, actual))
            Differ($"@{record.Number}{(column is null ? "" : $" {column}")}", theirs, ours, question);
    }

    private void Learn(in Envelope expected, in Envelope actual)
    {
        if (TryRead(expected) is RowsResult { Metadata.PagingState: { } theirs } && TryRead(actual) is RowsResult { Metadata.PagingState: { } ours })
            _ours[Convert.ToHexString(theirs.Span)] = ours.ToArray();
    }

    private void Differ(string place, string theirs, string ours, Message? question = null) => _differences.Add(new(_conversation.Name, place, question, theirs, ours));

    private static Message? TryRead(in Envelope envelope)
    {
        try
        {
            return Message.Read(envelope, out _);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }
}
