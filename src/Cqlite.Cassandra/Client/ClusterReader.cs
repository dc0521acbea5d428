using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;

namespace Cqlite.Cassandra.Client;

/// <summary>What a node says of its cluster.</summary>
/// <param name="Name">The cluster's name.</param>
/// <param name="Partitioner">The partitioner's class.</param>
/// <param name="Nodes">All nodes; the asked one first.</param>
/// <param name="Replication">Each keyspace's replication.</param>
internal sealed record ClusterFacts(
    string Name,
    string Partitioner,
    IReadOnlyList<NodeFacts> Nodes,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Replication);

/// <summary>Asks a node of its cluster: the other nodes, and the schema.</summary>
internal static class ClusterReader
{
    private const int PageSize = 1000;

    /// <summary>Reads nodes and replication.</summary>
    public static async Task<ClusterFacts> ReadAsync(NodeConnection connection, CassandraOptions options, CancellationToken cancellation)
    {
        string name = "";
        string partitioner = "";
        List<NodeFacts> nodes = [];
        await ReadRowsAsync(connection, options, "SELECT * FROM system.local WHERE key = 'local'", row =>
        {
            name = Text(row, "cluster_name");
            partitioner = Text(row, "partitioner");
            nodes.Add(Node(row, connection.Address));
        }, cancellation).ConfigureAwait(false);
        if (nodes.Count == 0)
            throw new ConnectionFailedException(connection.Address.ToString(), "the node says nothing of itself in system.local.");
        try
        {
            await ReadRowsAsync(connection, options, "SELECT * FROM system.peers_v2", row => AddPeer(row, "native_address", "native_port"), cancellation).ConfigureAwait(false);
        }
        catch (InvalidQueryException)
        {
            // Before 4.0 there is but the older table, in which all nodes have one port.
            await ReadRowsAsync(connection, options, "SELECT * FROM system.peers", row => AddPeer(row, "rpc_address", port: null), cancellation).ConfigureAwait(false);
        }

        Dictionary<string, IReadOnlyDictionary<string, string>> replication = new(StringComparer.Ordinal);
        await ReadRowsAsync(connection, options, "SELECT keyspace_name, replication FROM system_schema.keyspaces", row =>
            replication[Text(row, "keyspace_name")] = row.GetMap<string, string>(row.GetOrdinal("replication")), cancellation).ConfigureAwait(false);
        return new(name, partitioner, nodes, replication);

        void AddPeer(QueryResult row, string addressColumn, string? port)
        {
            // A row without tokens or id is what a node left that is coming or going.
            if (Value<IPAddress>(row, addressColumn) is not { } address || Value<object>(row, "host_id") is null || Value<object>(row, "tokens") is null)
                return;
            if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
                address = Value<IPAddress>(row, "peer") ?? address;
            int number = port is not null && Value<object>(row, port) is int told ? told : connection.Address.EndPoint.Port;
            nodes.Add(Node(row, new NodeAddress(new IPEndPoint(address, number), address.ToString())));
        }
    }

    /// <summary>Reads the whole schema, as far as it is known to us.</summary>
    /// <param name="ask">Executes a query on the cluster.</param>
    /// <param name="partitioner">The partitioner's class.</param>
    public static async Task<SystemSchemaContent> ReadSchemaAsync(Func<string, Task<QueryResult>> ask, string partitioner)
    {
        List<SchemaRow> rows = [];
        foreach (string table in SystemSchemaReader.Tables)
        {
            QueryResult result;
            try
            {
                result = await ask($"SELECT * FROM system_schema.{table}").ConfigureAwait(false);
            }
            catch (InvalidQueryException) when (table is not ("keyspaces" or "tables" or "columns"))
            {
                // An older release has not got this table, nor what it would tell.
                continue;
            }

            using (result)
            {
                while (result.MoveNext())
                    rows.Add(ToSchemaRow(table, result));
            }
        }

        return SystemSchemaReader.Read(rows, Partitioner.FromClassName(partitioner, keyType: null, "system.local"));
    }

    private static SchemaRow ToSchemaRow(string table, QueryResult row)
    {
        Dictionary<string, ReadOnlyMemory<byte>> values = new(StringComparer.Ordinal);
        for (int i = 0; i < row.Columns.Length; i++)
        {
            ReadOnlySpan<byte> value = row.GetValue(i, out bool isNull);
            if (!isNull)
                values[row.Columns[i].Name] = value.ToArray();
        }

        return new SchemaRow(table, values);
    }

    private static NodeFacts Node(QueryResult row, NodeAddress address) => new(
        address,
        Value<object>(row, "host_id") is Guid id ? id : Guid.Empty,
        Text(row, "data_center"),
        Text(row, "rack"),
        Text(row, "release_version"),
        Value<object>(row, "schema_version") as Guid?,
        Value<string[]>(row, "tokens") ?? []);

    private static string Text(QueryResult row, string column) => Value<string>(row, column) ?? "";

    private static T? Value<T>(QueryResult row, string column)
        where T : class
    {
        for (int i = 0; i < row.Columns.Length; i++)
        {
            if (row.Columns[i].Name == column)
                return row.IsNull(i) ? null : row.Get<T>(i);
        }

        return null;
    }

    private static async Task ReadRowsAsync(NodeConnection connection, CassandraOptions options, string query, Action<QueryResult> onRow, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte>? pagingState = null;
        do
        {
            QueryParameters parameters = new() { Consistency = ConsistencyLevel.One, PageSize = PageSize, PagingState = pagingState };
            NodeAnswer answer = await connection.AskAsync(new QueryMessage(query, parameters), options.Timeout, cancellation).ConfigureAwait(false);
            if (answer.Message is ErrorMessage error)
                throw ServerFailure.Of(error, connection.Address);
            if (answer.Message is not RowsResult page)
                throw new ConnectionFailedException(connection.Address.ToString(), $"answered {answer.Message.Opcode.Name()} where rows belong.");
            using QueryResult rows = OpenPage(page, connection);
            while (Next(rows, connection))
                onRow(rows);
            pagingState = page.Metadata.PagingState;
        }
        while (pagingState is not null);
    }

    private static QueryResult OpenPage(RowsResult page, NodeConnection connection)
    {
        try
        {
            return page.Open();
        }
        catch (ProtocolException problem)
        {
            throw NotRows(connection, problem);
        }
    }

    private static bool Next(QueryResult rows, NodeConnection connection)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (ProtocolException problem)
        {
            throw NotRows(connection, problem);
        }
    }

    private static ConnectionFailedException NotRows(NodeConnection connection, ProtocolException problem) =>
        new(connection.Address.ToString(), $"sent rows that do not decode: {problem.Message}", problem);
}
