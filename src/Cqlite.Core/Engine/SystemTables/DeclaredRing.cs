using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>Whose tokens are whose on a declared ring, seen from one of its nodes. Immutable.</summary>
/// <remarks>Source: org/apache/cassandra/locator/SimpleStrategy.java; all nodes are of one datacenter and rack, so that NetworkTopologyStrategy comes to the same.</remarks>
internal sealed class DeclaredRing
{
    private readonly RingMember _self;
    private readonly (Token Last, RingMember Owner)[] _ranges;

    /// <summary>Creates a ring.</summary>
    /// <param name="self">The node.</param>
    /// <param name="peers">The others.</param>
    public DeclaredRing(RingMember self, IReadOnlyList<RingMember> peers)
    {
        _self = self;
        _ranges = [.. peers.Prepend(self).SelectMany(m => m.Tokens.Select(t => (t, m))).OrderBy(r => r.t)];
    }

    /// <summary>The first replica of the first partitions between two tokens that are none of this node's; null where all are.</summary>
    /// <param name="first">The first token.</param>
    /// <param name="last">The last token.</param>
    /// <param name="replicas">How many nodes have each partition.</param>
    public RingMember? OtherOwner(Int128 first, Int128 last, int replicas)
    {
        if (first > last)
            return null;
        Int128 after = Int128.MinValue;
        for (int i = 0; i <= _ranges.Length; i++)
        {
            // Behind the last place the ring begins again.
            int place = i % _ranges.Length;
            Int128 upTo = i < _ranges.Length ? _ranges[i].Last.Value : Int128.MaxValue;
            if (first <= upTo && last > after && !IsReplica(place, replicas))
                return _ranges[place].Owner;
            after = upTo;
        }

        return null;
    }

    private bool IsReplica(int place, int replicas)
    {
        HashSet<RingMember> seen = [];
        for (int i = 0; i < _ranges.Length && seen.Count < replicas; i++)
        {
            RingMember owner = _ranges[(place + i) % _ranges.Length].Owner;
            if (ReferenceEquals(owner, _self))
                return true;
            seen.Add(owner);
        }

        return false;
    }
}
