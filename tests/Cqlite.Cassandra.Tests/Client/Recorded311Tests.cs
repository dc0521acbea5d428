using System.Collections.Concurrent;
using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Schema;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>A node of 3.11.19, whose recorded answers are played, is connected to, and its schema read.</summary>
public sealed class Recorded311Tests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_is_known_by_its_own_answers()
    {
        RecordedNode node = new(ProtocolConversation.Parse("java-v4-connect-311", null));
        await using NativeServer server = NativeServer.Start(new IPEndPoint(IPAddress.Loopback, 0), node);
        await using VersionGate gate = new(server.EndPoint, 4, ProtocolConversation.Parse("handshake-311-v5", null).Records.First(r => !r.FromClient).Bytes);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [gate.EndPoint.ToString()], ConnectTimeout = TimeSpan.FromSeconds(60) }, Cancellation);
        Assert.Equal((4, "corpus", "datacenter1", "3.11.19"), (cluster.ProtocolVersion, cluster.ClusterName, cluster.LocalDatacenter, cluster.OldestRelease));
        Assert.True(gate.Refused > 0);
        Assert.Equal("org.apache.cassandra.dht.Murmur3Partitioner", cluster.Partitioner.ClassName);
        CassandraNode self = Assert.Single(await cluster.GetNodesAsync(Cancellation));
        Assert.Equal((new Guid("35bafe76-568f-45c6-9ddd-da346af1424d"), "rack1"), (self.HostId, self.Rack));

        DatabaseSchema schema = await cluster.ReadSchemaAsync(Cancellation);
        Assert.Contains("system_schema.column_masks", node.Unknown);
        TableMetadata tables = schema.Table("system_schema", "tables")!;
        Assert.Equal(
            ["read_repair_chance", "dclocal_read_repair_chance", "cdc"],
            new[] { "read_repair_chance", "dclocal_read_repair_chance", "cdc", "additional_write_policy", "memtable" }.Where(c => tables.Column(c) is not null));
        Assert.Equal("99p", tables.Options.SpeculativeRetry);
        Assert.NotNull(schema.Table("system", "peers"));
        Assert.Null(schema.Table("system", "peers_v2"));
    }

    /// <summary>Answers each statement as the node did, also where it is prepared; what it was never asked is an unknown table to it.</summary>
    private sealed class RecordedNode : IRequestHandler
    {
        private readonly ConcurrentDictionary<string, Message> _answers = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, string> _prepared = new(StringComparer.Ordinal);

        public RecordedNode(ProtocolConversation conversation)
        {
            Dictionary<(int Connection, int Stream), string> asked = [];
            foreach ((ProtocolRecord record, Envelope envelope) in RecordedEnvelopes.Of(conversation).Where(e => e.Envelope.Header.Version == ProtocolVersion.V4))
            {
                (int, int) place = (record.Connection, record.Stream);
                if (Message.Read(envelope, out _) is not { } message)
                    continue;
                if (message is QueryMessage query)
                    asked[place] = TableOf(query.Query);
                else if (!record.FromClient && asked.Remove(place, out string? text) && message is RowsResult or ErrorMessage && (message as RowsResult)?.Metadata.ColumnCount != 1)
                    _answers[text] = message;
            }
        }

        /// <summary>Tables that the node does not have.</summary>
        public ConcurrentQueue<string> Unknown { get; } = [];

        public ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
        {
            string table = request switch
            {
                QueryMessage query => TableOf(query.Query),
                PrepareMessage prepare => TableOf(prepare.Query),
                ExecuteMessage execute => _prepared[Convert.ToHexString(execute.StatementId.Span)],
                _ => "",
            };
            if (!_answers.TryGetValue(table, out Message? answer))
            {
                Unknown.Enqueue(table);
                answer = new ErrorMessage(ErrorCode.Invalid, $"unconfigured table {table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..]}");
            }

            if (request is PrepareMessage && answer is RowsResult rows)
            {
                byte[] id = PreparedResult.ComputeId(table, null);
                _prepared[Convert.ToHexString(id)] = table;
                answer = new PreparedResult(id, default, new([], []), rows.Metadata with { PagingState = null });
            }

            response.Write(answer);
            return ValueTask.CompletedTask;
        }

        private static string TableOf(string query) => query.Split(' ') is var words && Array.IndexOf(words, "FROM") is var from and >= 0 ? words[from + 1] : query;
    }
}
