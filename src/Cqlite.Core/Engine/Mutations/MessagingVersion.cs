using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>How a mutation is laid out, which the version of its commit log segment tells.</summary>
/// <remarks>Source: org/apache/cassandra/db/commitlog/CommitLogDescriptor.java (getMessagingVersion).</remarks>
internal enum MessagingVersion
{
    /// <summary>3.0 to 3.11.</summary>
    V30,

    /// <summary>4.0 and 4.1, and 5.0 in its default compatibility mode.</summary>
    V40,

    /// <summary>5.0 without compatibility to 4.</summary>
    V50,
}

/// <summary>What a <see cref="MessagingVersion"/> means.</summary>
internal static class MessagingVersions
{
    /// <summary>What writes are read as before they are in a log: rows of all versions are written alike, but this one reads times up to 2106.</summary>
    public const MessagingVersion Own = MessagingVersion.V50;

    /// <summary>The SSTable version whose rows hold times the same way: to 2038, or from 5.0 on to 2106.</summary>
    public static SSTableVersion RowsAs(this MessagingVersion version) => SSTableVersion.OfName(version >= MessagingVersion.V50 ? "oa" : "nb");
}
