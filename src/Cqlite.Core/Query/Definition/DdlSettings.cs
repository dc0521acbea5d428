using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>What a definition depends on beside the schema and the statement.</summary>
internal sealed record DdlSettings
{
    /// <summary>A new statement is checked by all of Cassandra 5.0's rules.</summary>
    public static DdlSettings Strict { get; } = new();

    /// <summary>
    /// What some release printed is taken in: system keyspaces, options that 5.0 no longer has, classes that are not Cassandra's own,
    /// tables whose keyspace was not told. Nothing is lost that way, and no new table can come to be.
    /// </summary>
    public static DdlSettings Recorded { get; } = new() { IsRecorded = true };

    /// <summary>Whether the statements were printed by a node, rather than asked for by somebody.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>Whether new functions are kept, though none can be called; else they are refused.</summary>
    public bool KeepsFunctions { get; init; }

    /// <summary>Whether indexes of vectors may have options of their own for the making of graphs; else these are refused.</summary>
    public bool AllowsVectorParameters { get; init; }

    /// <summary>The data centers that there are, one by default: <c>datacenter1</c>.</summary>
    public IReadOnlyList<string> Datacenters { get; init; } = ["datacenter1"];

    /// <summary>The partitioner of new tables.</summary>
    public Partitioner Partitioner { get; init; } = Partitioner.Murmur3;

    /// <summary>The options of tables that name none.</summary>
    public TableOptions NewTableOptions { get; init; } = TableOptions.Default;

    /// <summary>Gives the timestamp of a drop that names none, in microseconds since 1970.</summary>
    public Func<long> NowMicros { get; init; } = () => UnixMicros.Now;

    /// <summary>Gives the id of a table of a keyspace and a name whose definition has none.</summary>
    public Func<string, string, Guid> NewTableId { get; init; } = static (_, _) => TableIds.Next();
}
