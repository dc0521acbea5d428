using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Nodes on this machine that tell clients of each other, as far as a test has them known, and answer requests as the test says.</summary>
internal sealed class ScriptedRing : IAsyncDisposable
{
    private static readonly SetType s_texts = new(CqlTypes.Text, isMultiCell: false);
    private static readonly MapType s_options = new(CqlTypes.Text, CqlTypes.Text, isMultiCell: false);
    private readonly List<Node> _all = [];

    /// <summary>The nodes that the cluster consists of.</summary>
    public ImmutableArray<Node> Members { get; set; } = [];

    /// <summary>How often a client has asked who the others are.</summary>
    public int PeersAsked => _all.Sum(n => n.PeersAsked);

    /// <summary>Starts a node with one token; it is no member yet.</summary>
    /// <param name="token">The token.</param>
    /// <param name="release">What it says of its release; null for nothing.</param>
    /// <param name="newest">The newest version of the protocol that it speaks.</param>
    public Node Start(string token, string? release = "5.0.9", int newest = 5)
    {
        Node node = new(this, token, release, newest);
        _all.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in _all)
            await node.DisposeAsync();
    }

    /// <summary>One node.</summary>
    public sealed class Node : IRequestHandler, IAsyncDisposable
    {
        private static readonly ServerOptions s_limits = new() { StopTimeout = TimeSpan.FromMilliseconds(100) };
        private readonly ScriptedRing _ring;
        private readonly string _token;
        private readonly Guid _hostId = Guid.NewGuid();
        private readonly string? _release;
        private VersionGate? _gate;
        private NativeServer? _server;
        private int _peersAsked;

        public Node(ScriptedRing ring, string token, string? release, int newest)
        {
            _release = release;
            _ring = ring;
            _token = token;
            _server = NativeServer.Start(new(OwnAddress.Next(), 0), this, options: s_limits);
            if (newest < ProtocolVersion.V5.Number)
                _gate = new VersionGate(_server.EndPoint, newest, ProtocolConversation.Parse("handshake-311-v5", null).Records.First(r => !r.FromClient).Bytes);
            EndPoint = _gate?.EndPoint ?? _server.EndPoint;
        }

        /// <summary>Where it listens, also after it was stopped and started again.</summary>
        public IPEndPoint EndPoint { get; set; }

        /// <summary>Texts of the statements that it was asked to execute.</summary>
        public ConcurrentQueue<string> Executed { get; } = [];

        /// <summary>Of statements that it is to hold back, how long.</summary>
        public Func<string, Task> Hold { get; set; } = _ => Task.CompletedTask;

        public int PeersAsked => _peersAsked;

        public int ConnectionCount => _server?.ConnectionCount ?? 0;

        /// <summary>Listens again at the same place; where the address is not its own, somebody else's connection may have that port for a moment.</summary>
        public async Task RestartAsync(CancellationToken patience)
        {
            while (_server is null)
            {
                try
                {
                    _server = NativeServer.Start(EndPoint, this, options: s_limits);
                }
                catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
                {
                    await Task.Delay(20, patience);
                }
            }
        }

        public async ValueTask DisposeAsync() => await StopAsync();

        public async Task StopAsync()
        {
            if (Interlocked.Exchange(ref _gate, null) is { } gate)
                await gate.DisposeAsync();
            if (Interlocked.Exchange(ref _server, null) is { } running)
                await running.DisposeAsync();
        }

        public void Publish(NodeChange change, Node of) => _server!.Publish(new NodeEvent(change, of.EndPoint));

        public async ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
        {
            await Task.Yield();
            switch (request)
            {
                case QueryMessage query when query.Query.Contains("system.local", StringComparison.Ordinal):
                    Answer(response, [this], node => [Text("key", "local"), Text("cluster_name", "test"), Text("partitioner", "org.apache.cassandra.dht.Murmur3Partitioner"), .. node.Facts()]);
                    break;
                case QueryMessage query when query.Query.Contains("system.peers_v2", StringComparison.Ordinal):
                    Answer(response, _ring.Members.Where(n => n != this), node => node.Place());
                    Interlocked.Increment(ref _peersAsked);
                    break;
                case QueryMessage query when query.Query.Contains("system_schema.keyspaces", StringComparison.Ordinal):
                    Answer(response, ["k"], name => [Text("keyspace_name", name), (new("s", "t", "replication", s_options), Options(("class", "org.apache.cassandra.locator.SimpleStrategy"), ("replication_factor", "1")))]);
                    break;
                case PrepareMessage prepare:
                    response.Write(new PreparedResult(IdOf(prepare.Query), new byte[16], new([new("k", "t", "id", CqlTypes.Int)], [0]), ResultMetadata.Of([new("k", "t", "node", CqlTypes.Text)])));
                    break;
                case ExecuteMessage execute:
                    string text = System.Text.Encoding.UTF8.GetString(execute.StatementId.Span);
                    Executed.Enqueue(text);
                    await Hold(text).WaitAsync(cancellation);
                    Answer(response, [this], node => [Text("node", node._token)]);
                    break;
                default:
                    response.Write(VoidResult.Instance);
                    break;
            }
        }

        /// <summary>The statement's own text, by which any node knows it.</summary>
        private static byte[] IdOf(string cql) => System.Text.Encoding.UTF8.GetBytes(cql);

        private static (ResultColumn Column, byte[] Value) Text(string name, string value) => (new("s", "t", name, CqlTypes.Text), System.Text.Encoding.UTF8.GetBytes(value));

        private static byte[] Options(params (string Name, string Value)[] options)
        {
            BufferWriter map = new();
            map.WriteInt32(options.Length);
            foreach ((string name, string value) in options)
            {
                map.WriteLongString(name);
                map.WriteLongString(value);
            }

            return map.ToArray();
        }

        private static void Answer<T>(ServerResponse response, IEnumerable<T> rows, Func<T, (ResultColumn Column, byte[] Value)[]> valuesOf)
        {
            BufferWriter content = new();
            ResultColumn[] columns = [];
            int count = 0;
            foreach ((ResultColumn Column, byte[] Value)[] row in rows.Select(valuesOf))
            {
                columns = [.. row.Select(v => v.Column)];
                foreach ((_, byte[]? value) in row)
                {
                    if (value is null)
                        content.WriteInt32(-1);
                    else
                        content.WriteIntBytes(value);
                }

                count++;
            }

            response.Write(new RowsResult(ResultMetadata.Of([.. columns.DefaultIfEmpty(new("s", "t", "key", CqlTypes.Text))]), count, content.ToArray()));
        }

        private (ResultColumn Column, byte[] Value)[] Place()
        {
            byte[] port = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(port, EndPoint.Port);
            byte[] address = EndPoint.Address.GetAddressBytes();
            return
            [
                (new("s", "t", "peer", CqlTypes.Inet), address),
                (new("s", "t", "native_address", CqlTypes.Inet), address),
                (new("s", "t", "native_port", CqlTypes.Int), port),
                .. Facts(),
            ];
        }

        private (ResultColumn Column, byte[] Value)[] Facts()
        {
            BufferWriter tokens = new();
            tokens.WriteInt32(1);
            tokens.WriteLongString(_token);
            return
            [
                Text("data_center", "dc1"),
                Text("rack", "r1"),
                _release is null ? (Text("release_version", "").Column, null!) : Text("release_version", _release),
                (new("s", "t", "host_id", CqlTypes.Uuid), _hostId.ToByteArray(bigEndian: true)),
                (new("s", "t", "tokens", s_texts), tokens.ToArray()),
            ];
        }
    }
}
