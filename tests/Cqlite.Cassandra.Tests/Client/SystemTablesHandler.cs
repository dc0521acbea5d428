using System.Collections.Concurrent;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Types;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>A node of one datacenter that knows itself and nobody else, and leaves all other requests to a test.</summary>
internal sealed class SystemTablesHandler(Func<Message, ServerResponse, bool> answer) : IRequestHandler
{
    /// <summary>What was asked that is not of system tables.</summary>
    public ConcurrentQueue<Message> Asked { get; } = [];

    public async ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
    {
        await Task.Yield();
        string text = request is QueryMessage query ? query.Query : "";
        if (text.Contains("system.local", StringComparison.Ordinal))
        {
            Rows(response, [Text("key", "local"), Text("cluster_name", "test"), Text("partitioner", "org.apache.cassandra.dht.Murmur3Partitioner"), Text("data_center", "dc1"), Text("rack", "r1"), Text("release_version", "5.0.9")]);
        }
        else if (text.Contains("system.peers_v2", StringComparison.Ordinal))
        {
            response.Write(new ErrorMessage(ErrorCode.Invalid, "table peers_v2 does not exist"));
        }
        else if (text.Contains("system.peers", StringComparison.Ordinal) || text.Contains("system_schema.keyspaces", StringComparison.Ordinal))
        {
            response.BeginRows(ResultMetadata.Of([new("system", "peers", "peer", CqlTypes.Inet)])).Finish([]);
        }
        else
        {
            Asked.Enqueue(request);
            if (!answer(request, response))
                response.Write(VoidResult.Instance);
        }
    }

    /// <summary>One row of texts.</summary>
    public static void Rows(ServerResponse response, (ResultColumn Column, string Value)[] row)
    {
        BufferWriter content = new();
        foreach ((_, string value) in row)
            content.WriteLongString(value);
        response.Write(new RowsResult(ResultMetadata.Of([.. row.Select(r => r.Column)]), 1, content.ToArray()));
    }

    public static (ResultColumn Column, string Value) Text(string name, string value) => (new("system", "local", name, CqlTypes.Text), value);
}
