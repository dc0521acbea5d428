using System.Globalization;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>One table of a cluster as a source.</summary>
internal sealed class ClusterTable : ITableSource
{
    /// <summary>The protocol's version from which on a query can be told its "now".</summary>
    private const int NowSince = 5;
    private readonly CassandraConnection _connection;
    private readonly ClusterSelect _select;
    private readonly CassandraStatement _statement;
    private readonly ClusterReading _reading;
    private readonly PageBudget _budget;
    private readonly PageSizes _sizes;
    private readonly long _readAtMicros;
    private readonly long? _nowSeconds;
    private readonly Guid _counterShard;

    public ClusterTable(CassandraConnection connection, ClusterSelect select, CassandraStatement statement, ClusterReading reading, PageBudget budget, long readAtMicros)
    {
        _connection = connection;
        _select = select;
        _statement = statement;
        _reading = reading;
        _budget = budget;
        _sizes = new PageSizes(reading);
        _readAtMicros = readAtMicros;
        _nowSeconds = connection.ProtocolVersion >= NowSince ? readAtMicros / 1_000_000 : null;
        _counterShard = SystemKeyspaces.NameUuid("cqlite counters of " + connection.ClusterName);
        Fidelity = select.Fidelity;
    }

    /// <inheritdoc/>
    public TableMetadata Table => _select.Table;

    /// <inheritdoc/>
    public SourceFidelity Fidelity { get; }

    /// <inheritdoc/>
    /// <remarks>A node estimates its own ranges only, so that what one node says is taken for the ring by the share that its ranges have.</remarks>
    public async Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation)
    {
        (double partitions, double bytes)? whole = await EstimateAsync(cancellation).ConfigureAwait(false);
        return
        [
            .. RangeSplitter.Split(Table.Partitioner, wantedCount, _connection.RingTokens).Select(range =>
            {
                double share = RangeSplitter.Share(Table.Partitioner, range);
                return new RangeEstimate(range, (long?)(whole?.partitions * share), (long?)(whole?.bytes * share));
            }),
        ];
    }

    /// <inheritdoc/>
    public UnfilteredCursor Read(TokenRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();

        // No node is asked for what others have: it would have to gather it, and a node of a declared ring knows nothing of the others' rows.
        IEnumerable<TokenRange> pieces = RangeSplitter.Cut(Table.Partitioner, range, _connection.RingTokens);
        PageFeed feed = new(_connection, _statement, Table.Keyspace, pieces, _reading, _budget, _sizes, _nowSeconds, cancellation);
        return new ClusterCursor(_select, feed, new RowDecoder(_select, _readAtMicros, _counterShard));
    }

    /// <summary>What the table is thought to hold in all; null where a node says nothing.</summary>
    private async Task<(double Partitions, double Bytes)?> EstimateAsync(CancellationToken cancellation)
    {
        double share = 0;
        double partitions = 0;
        double bytes = 0;
        try
        {
            await foreach ((string start, string end, long count, long size) in _connection.QueryAsync(
                "SELECT range_start, range_end, partitions_count, mean_partition_size FROM system.size_estimates WHERE keyspace_name = ? AND table_name = ?",
                row => (row.GetString(0) ?? "", row.GetString(1) ?? "", row.GetInt64(2), row.GetInt64(3)),
                [Table.Keyspace, Table.Name],
                cancellation: cancellation).ConfigureAwait(false))
            {
                share += ShareOf(start, end);
                partitions += count;
                bytes += (double)count * size;
            }
        }
        catch (InvalidQueryException)
        {
            // The user may not read it, or there is none: ranges then show what they hold.
            return null;
        }

        return share > 0 ? (partitions / share, bytes / share) : null;
    }

    private double ShareOf(string start, string end)
    {
        if (!Int128.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 from)
            || !Int128.TryParse(end, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 to))
            return 0;
        Partitioner partitioner = Table.Partitioner;
        return from < to
            ? RangeSplitter.Share(partitioner, new TokenRange(new Token(from), new Token(to)))
            : RangeSplitter.Share(partitioner, new TokenRange(new Token(from), TokenRange.End)) + RangeSplitter.Share(partitioner, new TokenRange(TokenRange.Beginning, new Token(to)));
    }
}
