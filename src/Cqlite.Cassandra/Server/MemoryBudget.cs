using Cqlite.Cassandra.Frames;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// Memory that the requests and answers of all clients of a server take together. While it is used up, requests are refused with OVERLOADED, which drivers
/// take as "try again, elsewhere if you can"; what is being answered is finished.
/// </summary>
internal sealed class MemoryBudget(long limitBytes)
{
    private long _usedBytes;

    /// <summary>Bytes that are taken.</summary>
    public long UsedBytes => Volatile.Read(ref _usedBytes);

    /// <summary>Takes memory, unless there is not so much left.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _usedBytes, bytes) <= limitBytes)
            return true;
        Return(bytes);
        return false;
    }

    /// <summary>Takes memory for what can't be refused any more.</summary>
    public void Take(long bytes) => Interlocked.Add(ref _usedBytes, bytes);

    /// <summary>Gives memory back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _usedBytes, -bytes);

    /// <summary>The refusal of what there is no memory for.</summary>
    public static ProtocolException Refusal() =>
        new("Requests of all clients use up the memory that the server may use. Server is currently in an overloaded state and cannot accept more requests.") { Code = ErrorCode.Overloaded };
}
