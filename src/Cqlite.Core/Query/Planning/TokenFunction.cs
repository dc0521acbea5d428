using Cqlite.Core.Query.Functions;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Planning;

/// <summary>token(), of a table's partition key. It may have any number of arguments, so that it is computed apart from other functions.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/TokenFct.java.</remarks>
internal sealed class TokenFunction(TableMetadata table)
    : Function(System, "token", Tokens.TypeOf(table.Partitioner), [.. table.PartitionKey.Select(c => c.Type.Unreversed)])
{
    public TableMetadata Table { get; } = table;
}
