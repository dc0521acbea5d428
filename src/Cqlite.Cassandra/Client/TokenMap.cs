using System.Collections.Concurrent;
using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Partitioner = Cqlite.Core.Schema.Partitioner;

namespace Cqlite.Cassandra.Client;

/// <summary>Which nodes have the replicas of a partition: the ring, and each keyspace's replication. Immutable; what it works out it keeps.</summary>
/// <remarks>
/// A partition's first replica is the first node on the ring whose token is not below the partition's; further ones follow on the ring,
/// with NetworkTopologyStrategy counted by datacenter and on different racks while there are any.
/// Source: org/apache/cassandra/locator/{SimpleStrategy,NetworkTopologyStrategy}.java.
/// </remarks>
internal sealed class TokenMap
{
    private readonly Token[] _tokens;
    private readonly ClusterNode[] _owners;
    private readonly Partitioner? _partitioner;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> _replication;
    private readonly ConcurrentDictionary<string, ClusterNode[]?[]> _replicas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _rackCounts;

    /// <summary>Creates a map.</summary>
    /// <param name="partitioner">The partitioner's class name.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="replication">Each keyspace's replication, <c>class</c> included.</param>
    public TokenMap(string partitioner, IReadOnlyCollection<ClusterNode> nodes, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> replication)
    {
        _replication = replication;
        _rackCounts = nodes.GroupBy(n => n.Facts.Datacenter, StringComparer.Ordinal)
            .ToDictionary(d => d.Key, d => d.Select(n => n.Facts.Rack).Distinct(StringComparer.Ordinal).Count(), StringComparer.Ordinal);
        _partitioner = Find(partitioner);
        (Token Token, ClusterNode Node)[] ring = _partitioner is null
            ? []
            : [.. nodes.SelectMany(n => n.Facts.Tokens.Select(t => (Token: ParseToken(t), n))).OrderBy(t => t.Token)];
        _tokens = [.. ring.Select(t => t.Token)];
        _owners = [.. ring.Select(t => t.Node)];
    }

    /// <summary>Without nodes.</summary>
    public static TokenMap Empty { get; } = new("", [], new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal));

    /// <summary>The replicas of a partition, the first one first; none where they are not known.</summary>
    public IReadOnlyList<ClusterNode> ReplicasOf(string keyspace, ReadOnlySpan<byte> key) =>
        _partitioner is null ? [] : ReplicasOf(keyspace, _partitioner.TokenOf(key));

    /// <summary>The places on the ring at which ranges end, in order; none where tokens are no numbers.</summary>
    public IReadOnlyList<Token> Tokens => _tokens;

    /// <summary>The replicas of a token's partitions, the first one first; none where they are not known.</summary>
    public IReadOnlyList<ClusterNode> ReplicasOf(string keyspace, Token token)
    {
        if (_tokens.Length == 0 || !_replication.TryGetValue(keyspace, out IReadOnlyDictionary<string, string>? replication))
            return [];
        int index = Array.BinarySearch(_tokens, token);
        index = index >= 0 ? index : ~index;
        if (index == _tokens.Length)
            index = 0;
        ClusterNode[]?[] known = _replicas.GetOrAdd(keyspace, static (_, count) => new ClusterNode[]?[count], _tokens.Length);
        return known[index] ??= FindReplicas(index, replication);
    }

    private ClusterNode[] FindReplicas(int index, IReadOnlyDictionary<string, string> replication)
    {
        string strategy = replication.GetValueOrDefault("class", "");
        if (strategy.EndsWith("SimpleStrategy", StringComparison.Ordinal))
            return [.. Walk(index).Distinct().Take(Factor(replication.GetValueOrDefault("replication_factor")))];
        return strategy.EndsWith("NetworkTopologyStrategy", StringComparison.Ordinal) ? FindByDatacenter(index, replication) : [];
    }

    private ClusterNode[] FindByDatacenter(int index, IReadOnlyDictionary<string, string> replication)
    {
        Dictionary<string, DatacenterReplicas> datacenters = new(StringComparer.Ordinal);
        foreach ((string name, string factor) in replication)
        {
            if (name != "class" && _rackCounts.TryGetValue(name, out int racks) && Factor(factor) is > 0 and int count)
                datacenters[name] = new DatacenterReplicas(count, racks);
        }

        List<ClusterNode> found = [];
        HashSet<ClusterNode> seen = [];
        int unfinished = datacenters.Count;
        foreach (ClusterNode node in Walk(index))
        {
            if (unfinished == 0)
                break;
            if (!datacenters.TryGetValue(node.Facts.Datacenter, out DatacenterReplicas? wanted) || wanted.IsComplete || !seen.Add(node))
                continue;
            if (!wanted.Takes(node.Facts.Rack))
            {
                // It may still be needed, once each rack has one.
                seen.Remove(node);
                continue;
            }

            found.Add(node);
            if (wanted.IsComplete)
                unfinished--;
        }

        return [.. found];
    }

    private IEnumerable<ClusterNode> Walk(int index)
    {
        for (int i = 0; i < _owners.Length; i++)
            yield return _owners[(index + i) % _owners.Length];
    }

    /// <summary>A factor as <c>3</c> or, with transient replicas, <c>3/1</c>.</summary>
    private static int Factor(string? text) => int.TryParse(text?.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int factor) ? factor : 0;

    private static Partitioner? Find(string className)
    {
        try
        {
            Partitioner partitioner = Partitioner.FromClassName(className, keyType: null, "system.local");
            return partitioner.TokensAreKeys ? null : partitioner;
        }
        catch (UnsupportedFormatException)
        {
            return null;
        }
    }

    /// <summary>The largest token of RandomPartitioner, 2^127, is kept one below, as <see cref="Partitioner"/> does.</summary>
    private static Token ParseToken(string text) => new(Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 value) ? value : Int128.MaxValue);

    /// <summary>How many more replicas a datacenter takes.</summary>
    private sealed class DatacenterReplicas(int factor, int rackCount)
    {
        private readonly HashSet<string> _racks = new(StringComparer.Ordinal);
        private int _missing = factor;
        private int _repeats = factor - rackCount;

        public bool IsComplete => _missing == 0;

        /// <summary>Takes a node of a rack: the first of each, and as many more as there are fewer racks than replicas.</summary>
        public bool Takes(string rack)
        {
            if (!_racks.Add(rack) && _repeats-- <= 0)
                return false;
            _missing--;
            return true;
        }
    }
}
