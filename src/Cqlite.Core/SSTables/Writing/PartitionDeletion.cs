using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables.Bti;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Deletions that are not relative to anything: of partitions, and of ranges that are open in an index.</summary>
/// <remarks>
/// <code>
/// up to nb    int local seconds (2^31-1: none; a later time becomes 2^31-2), long marked at
/// oa, da      FlaggedDeletionTime
/// </code>
/// Source: org/apache/cassandra/db/DeletionTime.java.
/// </remarks>
internal static class PartitionDeletion
{
    /// <summary>Whether a version has room for a deletion: from oa on the sign of the timestamp stands for no deletion at all.</summary>
    public static bool HasRoom(in DeletionTime deletion, SSTableVersion version) => deletion.IsLive || deletion.MarkedAtMicros >= 0 || !version.HasUIntDeletionTime;

    /// <summary>Appends a deletion.</summary>
    public static void Write(BufferWriter output, in DeletionTime deletion, SSTableVersion version)
    {
        if (version.HasUIntDeletionTime)
        {
            FlaggedDeletionTime.Write(deletion, output);
            return;
        }

        output.WriteInt32(deletion.LocalSeconds == Cell.NoDeletionTime ? int.MaxValue : (int)Math.Min(deletion.LocalSeconds, int.MaxValue - 1));
        output.WriteInt64(deletion.MarkedAtMicros);
    }
}
