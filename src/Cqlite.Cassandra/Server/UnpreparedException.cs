using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Server;

/// <summary>No statement with an id is prepared here, or no longer; becomes UNPREPARED, which makes drivers prepare it again.</summary>
internal sealed class UnpreparedException(ReadOnlyMemory<byte> id) : CqliteException(
    $"Prepared query with ID {Convert.ToHexStringLower(id.Span)} not found (either the query was not prepared on this host (maybe the host has been restarted?) or you have prepared too many queries and it has been evicted from the internal cache)")
{
    /// <summary>The id, which outlives the request.</summary>
    public byte[] StatementId { get; } = id.ToArray();
}
