using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Client;

/// <summary>An answer was longer than whoever asked has memory for; it was thrown away as it came. A shorter page of the same rows can be asked for.</summary>
/// <param name="node">Who sent it.</param>
/// <param name="bytes">Its length.</param>
internal sealed class AnswerTooLongException(NodeAddress node, long bytes)
    : CqliteException($"{node} sent an answer of {bytes:N0} bytes, which is longer than was wanted.")
{
    /// <summary>The answer's length.</summary>
    public long Bytes { get; } = bytes;
}
