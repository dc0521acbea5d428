using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>DESCRIBE, in all forms.</summary>
internal sealed record DescribePlan(DescribeStatement Statement) : StatementPlan
{
    private const string Keyspace = "system";
    private const string Table = "describe";

    /// <summary>The plan of a statement.</summary>
    public static DescribePlan Create(DescribeStatement statement) => new(statement)
    {
        Columns = statement.Kind == DescribeKind.Cluster
            ? [Text("cluster"), Text("partitioner"), Text("snitch"), new ResultColumn(Keyspace, Table, "range_ownership", OwnershipType)]
            : SchemaDescription.HasStatements(statement.Kind)
                ? [Text("keyspace_name"), Text("type"), Text("name"), Text("create_statement")]
                : [Text("keyspace_name"), Text("type"), Text("name")],
    };

    private static CqlType OwnershipType { get; } = CqlTypes.Map(CqlTypes.Text, CqlTypes.List(CqlTypes.Text));

    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values)
    {
        if (Statement.Kind == DescribeKind.Cluster)
        {
            // Who owns what differs by keyspace: a session that uses none is not told.
            int told = context.Session.Keyspace is { } used && !SystemKeyspaces.IsSystem(used) ? Columns.Length : Columns.Length - 1;
            return DescribePage.Cut(Columns[..told], [Cluster(context.Database)[..told]], context.Options);
        }

        int columns = Columns.Length;
        return DescribePage.Cut(
            Columns,
            [.. SchemaDescription.Describe(Statement, context.Database.Schema, context.Session.Keyspace).Select(e => ((byte[]?[])[Utf8(e.Keyspace), Utf8(e.Type), Utf8(e.Name), Utf8(e.CreateStatement)])[..columns])],
            context.Options);
    }

    /// <inheritdoc/>
    public override string ToString() => $"describe {Statement.Kind}\n";

    // One node, which holds the ring from its one token all around.
    private static byte[]?[] Cluster(Engine.Database database)
    {
        string partitioner = database.Partitioner.ClassName;
        var ownership = new BufferWriter();
        ownership.WriteInt32(1);
        ownership.WriteIntBytes("-9223372036854775808"u8);
        var replicas = new BufferWriter();
        replicas.WriteInt32(1);
        replicas.WriteIntBytes("127.0.0.1:7000"u8);
        ownership.WriteIntBytes(replicas.WrittenSpan);
        return [Utf8(database.ClusterName), Utf8(partitioner[(partitioner.LastIndexOf('.') + 1)..]), Utf8("DynamicEndpointSnitch"), ownership.ToArray()];
    }

    private static ResultColumn Text(string name) => new(Keyspace, Table, name, CqlTypes.Text);

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
