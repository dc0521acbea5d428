using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Cqlite.Core.Schema.SystemTables;

/// <summary>The keyspaces that Cassandra makes for itself.</summary>
/// <remarks>Source: org/apache/cassandra/schema/SchemaConstants.java, schema/TableId.java.</remarks>
internal static class SystemKeyspaces
{
    /// <summary>Facts of the node itself.</summary>
    public const string System = "system";

    /// <summary>Definitions of all other keyspaces.</summary>
    public const string Schema = "system_schema";

    /// <summary>Roles and permissions.</summary>
    public const string Auth = "system_auth";

    /// <summary>What nodes tell each other.</summary>
    public const string Distributed = "system_distributed";

    /// <summary>Traces of requests.</summary>
    public const string Traces = "system_traces";

    /// <summary>What goes on at the moment; without storage.</summary>
    public const string Views = "system_views";

    /// <summary>Definitions of the keyspaces without storage.</summary>
    public const string VirtualSchema = "system_virtual_schema";

    private static readonly FrozenSet<string> Local = Names(System, Schema);
    private static readonly FrozenSet<string> Virtual = Names(Views, VirtualSchema);
    private static readonly FrozenSet<string> Replicated = Names(Traces, Auth, Distributed);

    /// <summary>Whether only the node itself has the keyspace, stored or virtual.</summary>
    public static bool IsLocal(string keyspace) => Local.Contains(keyspace) || Virtual.Contains(keyspace);

    /// <summary>Whether the keyspace has no storage.</summary>
    public static bool IsVirtual(string keyspace) => Virtual.Contains(keyspace);

    /// <summary>Whether it is one of Cassandra's own keyspaces that is replicated as users' are.</summary>
    public static bool IsReplicated(string keyspace) => Replicated.Contains(keyspace);

    /// <summary>Whether it is one of Cassandra's own.</summary>
    public static bool IsSystem(string keyspace) => IsLocal(keyspace) || IsReplicated(keyspace);

    /// <summary>The id of a system table: what Java's UUID.nameUUIDFromBytes makes of the two names.</summary>
    public static Guid TableId(string keyspace, string table) => NameUuid(keyspace + table);

    /// <summary>A version 3 UUID: the MD5 digest of a name.</summary>
    public static Guid NameUuid(string name) => NameUuid(global::System.Text.Encoding.UTF8.GetBytes(name));

    /// <summary>A version 3 UUID: the MD5 digest of bytes.</summary>
    public static Guid NameUuid(ReadOnlySpan<byte> name)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(name, digest);
        digest[6] = (byte)((digest[6] & 0x0f) | 0x30);
        digest[8] = (byte)((digest[8] & 0x3f) | 0x80);
        return new Guid(digest, bigEndian: true);
    }

    private static FrozenSet<string> Names(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
