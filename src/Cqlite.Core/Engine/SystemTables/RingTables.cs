using System.Collections.Immutable;
using System.Globalization;
using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>
/// The rows of the system tables that tell of the ring: the other nodes, and how much this one holds in each of its ranges. Without a declared ring there are
/// no others, and one range that is the whole ring.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/{SystemKeyspace,SizeEstimatesRecorder}.java, dht/Range.java (unwrap).</remarks>
internal sealed class RingTables(Database database)
{
    private static readonly string[] RangeTypes = ["primary", "local_primary"];

    private Token Smallest => new(ReferenceEquals(database.Partitioner, Partitioner.Random) ? -1 : long.MinValue);

    /// <summary>The rows of <c>peers_v2</c>. What is not known of a peer, its schema, is null.</summary>
    public IEnumerable<SchemaRowBuilder> Peers() => database.Node.Peers.Select(peer => Describe(peer)
        .Int32("peer_port", peer.Port)
        .Inet("native_address", peer.Address)
        .Int32("native_port", peer.Port));

    /// <summary>The rows of <c>peers</c>, whose key has no port: of nodes at one address one is seen, as in Cassandra.</summary>
    public IEnumerable<SchemaRowBuilder> OldPeers() => database.Node.Peers.DistinctBy(p => p.Address).Select(peer => Describe(peer).Inet("rpc_address", peer.Address));

    /// <summary>The rows of <c>size_estimates</c>.</summary>
    public IEnumerable<SchemaRowBuilder> SizeEstimates() => Estimates((keyspace, table) => [new SchemaRowBuilder().Text("keyspace_name", keyspace).Text("table_name", table)]);

    /// <summary>The rows of <c>table_estimates</c>.</summary>
    public IEnumerable<SchemaRowBuilder> TableEstimates() => Estimates((keyspace, table) =>
        RangeTypes.Select(type => new SchemaRowBuilder().Text("keyspace_name", keyspace).Text("table_name", table).Text("range_type", type)));

    private static SchemaRowBuilder Describe(RingMember peer) => new SchemaRowBuilder()
        .Inet("peer", peer.Address)
        .Text("data_center", EngineViews.Datacenter)
        .Uuid("host_id", peer.HostId)
        .Text("rack", EngineViews.Rack)
        .Text("release_version", EngineViews.ReleaseVersion)
        .Texts("tokens", peer.TokenTexts);

    /// <summary>The ranges that this node is the first owner of, start excluded and end included; the smallest token as an end is the ring's own end.</summary>
    private List<(Token Start, Token End)> Ranges()
    {
        ImmutableArray<Token> own = database.Node.Member?.Tokens ?? [Smallest];
        Token[] all = [.. own.Concat(database.Node.Peers.SelectMany(p => p.Tokens)).Distinct().Order()];
        List<(Token, Token)> ranges = [];
        for (int i = 0; i < all.Length; i++)
        {
            if (!own.Contains(all[i]))
                continue;
            Token start = all[(i + all.Length - 1) % all.Length];
            if (start.CompareTo(all[i]) < 0 || all[i] == Smallest)
            {
                ranges.Add((start, all[i]));
            }
            else
            {
                ranges.Add((start, Smallest));
                ranges.Add((Smallest, all[i]));
            }
        }

        return ranges;
    }

    private IEnumerable<SchemaRowBuilder> Estimates(Func<string, string, IEnumerable<SchemaRowBuilder>> begin)
    {
        // Where tokens are keys a range has no end that could be written down.
        if (database.Partitioner.TokensAreKeys)
            yield break;
        List<(Token Start, Token End)> ranges = Ranges();
        foreach (TableMetadata table in database.Schema.Keyspaces.Values.Where(k => !SystemKeyspaces.IsLocal(k.Name)).SelectMany(k => k.TablesAndViews))
        {
            if (database.IsComputed(table) || Find(table) is not { } store)
                continue;
            using ITableContent? content = store.TryAcquire();
            if (content is null)
                continue;
            foreach ((Token start, Token end) in ranges)
            {
                (long partitions, long meanBytes) = Estimate(store, content, start, end, ranges);
                foreach (SchemaRowBuilder row in begin(table.Keyspace, table.Name))
                {
                    yield return row
                        .Text("range_start", start.Value.ToString(CultureInfo.InvariantCulture))
                        .Text("range_end", end.Value.ToString(CultureInfo.InvariantCulture))
                        .Int64("mean_partition_size", meanBytes)
                        .Int64("partitions_count", partitions);
                }
            }
        }
    }

    /// <summary>The table's store; null where it can't be opened, so that nothing can be estimated of it. Who reads the table itself is told why.</summary>
    private TableStore? Find(TableMetadata table)
    {
        try
        {
            return database.OpenTable(table);
        }
        catch (Exception unreadable) when (unreadable is CorruptDataException or StorageException or UnsupportedFormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Partitions of an SSTable are taken as equally large, so that the indexes tell how many lie in a range; those of memtables as equally far from each other.
    /// A partition that lies in several of them is counted in each.
    /// </summary>
    private (long Partitions, long MeanBytes) Estimate(TableStore store, ITableContent content, Token start, Token end, List<(Token Start, Token End)> ranges)
    {
        RingPosition from = start == Smallest ? RingPosition.Minimum : RingPosition.OfToken(start, +1);
        RingPosition to = end == Smallest ? RingPosition.Maximum : RingPosition.OfToken(end, +1);
        double partitions = 0;
        double bytes = 0;
        foreach (SSTable sstable in content.SSTables.Where(s => s.DataLength > 0))
        {
            long length = sstable.PartitionIndex.FindFirstAtOrAfter(to) - sstable.PartitionIndex.FindFirstAtOrAfter(from);
            double share = (double)length / sstable.DataLength;
            partitions += share * sstable.Statistics.Stats.PartitionSizes.Count;
            bytes += length;
        }

        // What a memtable takes is no measure of what is stored; it is taken where there is no better one.
        long meanBytes = partitions > 0 ? Round(bytes / partitions) : 0;
        double part = Width(start, end) / ranges.Sum(r => Width(r.Start, r.End));
        foreach (Memtable memtable in store.Memtables.Select(s => s.Memtable).Where(m => !m.IsEmpty))
        {
            partitions += part * memtable.PartitionCount;
            if (meanBytes == 0)
                meanBytes = memtable.MemoryBytes / memtable.PartitionCount;
        }

        return (Round(partitions), meanBytes);
    }

    private double Width(Token start, Token end) => (double)((end == Smallest ? Largest : end.Value) - start.Value);

    private Int128 Largest => ReferenceEquals(database.Partitioner, Partitioner.Random) ? Int128.MaxValue : long.MaxValue;

    private static long Round(double value) => (long)Math.Round(value, MidpointRounding.AwayFromZero);
}
