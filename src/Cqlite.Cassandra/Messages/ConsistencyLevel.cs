namespace Cqlite.Cassandra.Messages;

/// <summary>How many replicas must answer. The numbers are the protocol's.</summary>
/// <remarks>Source: org/apache/cassandra/db/ConsistencyLevel.java.</remarks>
public enum ConsistencyLevel : ushort
{
    /// <summary>Any node, were it only a hint.</summary>
    Any = 0,

    /// <summary>One replica.</summary>
    One = 1,

    /// <summary>Two replicas.</summary>
    Two = 2,

    /// <summary>Three replicas.</summary>
    Three = 3,

    /// <summary>More than half of all replicas.</summary>
    Quorum = 4,

    /// <summary>All replicas.</summary>
    All = 5,

    /// <summary>More than half of the replicas in the coordinator's datacenter.</summary>
    LocalQuorum = 6,

    /// <summary>More than half of the replicas in each datacenter.</summary>
    EachQuorum = 7,

    /// <summary>Conditional: a round of Paxos over all datacenters.</summary>
    Serial = 8,

    /// <summary>Conditional: a round of Paxos in the coordinator's datacenter.</summary>
    LocalSerial = 9,

    /// <summary>One replica in the coordinator's datacenter.</summary>
    LocalOne = 10,

    /// <summary>The coordinator itself.</summary>
    NodeLocal = 11,
}

/// <summary>The names of consistency levels.</summary>
internal static class ConsistencyLevels
{
    private static readonly string[] s_names =
        ["ANY", "ONE", "TWO", "THREE", "QUORUM", "ALL", "LOCAL_QUORUM", "EACH_QUORUM", "SERIAL", "LOCAL_SERIAL", "LOCAL_ONE", "NODE_LOCAL"];

    /// <summary>Cassandra's name: <c>LOCAL_QUORUM</c>.</summary>
    public static string Name(this ConsistencyLevel level) => s_names[(int)level];

    /// <summary>Whether it is one of the levels of conditional statements.</summary>
    public static bool IsSerial(this ConsistencyLevel level) => level is ConsistencyLevel.Serial or ConsistencyLevel.LocalSerial;

    /// <summary>Finds a level by its name, in letters of any case.</summary>
    public static bool TryParse(string name, out ConsistencyLevel level)
    {
        int index = Array.FindIndex(s_names, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        level = (ConsistencyLevel)Math.Max(index, 0);
        return index >= 0;
    }
}
