using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>How a cluster is read. Immutable.</summary>
public sealed record ClusterReading
{
    /// <summary>The defaults.</summary>
    public static ClusterReading Default { get; } = new();

    /// <summary>Rows of a page at most; default 5,000. Less is asked for where pages take too long, and where rows are long.</summary>
    public int PageSize { get; init; } = 5000;

    /// <summary>
    /// Memory in bytes for the pages of all ranges that are read at once. Default 64 MiB. Where it is used up ranges wait for each other; a row that is longer than all of
    /// it is not read.
    /// </summary>
    public long PageMemoryBytes { get; init; } = 64L << 20;

    /// <summary>How often a page that did not come is asked for again, beside what the connection itself tries; each time is waited for longer. Default 6.</summary>
    public int PageRetries { get; init; } = 6;

    /// <summary>The longest wait before a page is asked for again. Default 5 seconds.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time of what has one that CQL does not tell, in microseconds since 1970, and the moment from which TTLs count; null, the default, for the moment
    /// at which the source is made. Who goes on with an export gives the time at which it began.
    /// </summary>
    public long? ReadAtMicros { get; init; }

    /// <summary>What tells who reads how late it is.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The length in bytes that pages are to have: by their rows' mean length so many are asked for.</summary>
    internal long PageBytes => Math.Clamp(PageMemoryBytes / 64, 64 << 10, 768 << 10);

    /// <summary>The length in bytes up to which a page of several rows is taken; a longer one is thrown away, and asked for with fewer rows.</summary>
    internal long LongestPageBytes => Math.Clamp(PageMemoryBytes / 16, 2 * PageBytes, 64 << 20);

    /// <summary>The length in bytes up to which a row is taken.</summary>
    internal long LongestRowBytes => Math.Clamp(PageMemoryBytes, LongestPageBytes, 256 << 20);
}

/// <summary>A cluster as a source: its tables are read by ranges of tokens, from the nodes that have them.</summary>
public sealed class ClusterSource : IMigrationSource
{
    private readonly CassandraConnection _connection;
    private readonly ClusterReading _reading;
    private readonly PageBudget _budget;

    /// <summary>Reads a cluster over a connection, which stays its owner's.</summary>
    /// <param name="connection">The connection, whose consistency counts.</param>
    /// <param name="reading">How to read.</param>
    public ClusterSource(CassandraConnection connection, ClusterReading? reading = null)
        : this(connection, reading, budget: null)
    {
    }

    private ClusterSource(CassandraConnection connection, ClusterReading? reading, PageBudget? budget)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _reading = reading ?? ClusterReading.Default;
        _budget = budget ?? new PageBudget(_reading.PageMemoryBytes);
        ReadAtMicros = _reading.ReadAtMicros ?? UnixMicros.Of(_reading.Clock.GetUtcNow());
        Description = Describe(connection);
    }

    /// <inheritdoc/>
    public OperandDescription Description { get; }

    /// <inheritdoc/>
    public IQueryTarget Queries => _connection;

    /// <inheritdoc/>
    public long ReadAtMicros { get; }

    /// <inheritdoc/>
    public IMigrationSource At(long readAtMicros) => new ClusterSource(_connection, _reading with { ReadAtMicros = readAtMicros }, _budget);

    /// <inheritdoc/>
    public async Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation)
    {
        SystemSchemaContent content = await _connection.ReadSystemSchemaAsync(cancellation).ConfigureAwait(false);
        UnreadTables = content.UnreadTables;
        Remarks = [.. content.Problems.Select(p => new FolderRemark(null, null, p))];
        return content.Schema;
    }

    /// <inheritdoc/>
    public IReadOnlyList<UnreadTable> UnreadTables { get; private set; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<FolderRemark> Remarks { get; private set; } = [];

    /// <inheritdoc/>
    public Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation) => OpenAsync(table, CellTimes.All, cancellation);

    /// <inheritdoc/>
    public async Task<ITableSource> OpenAsync(TableMetadata table, CellTimes times, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        ClusterSelect select = ClusterSelect.Of(table, ToldTimes.Of(_connection.Versions), times);
        CassandraStatement statement = await _connection.PrepareAsync(select.Text, cancellation: cancellation).ConfigureAwait(false);
        return new ClusterTable(_connection, select, statement, _reading, _budget, ReadAtMicros);
    }

    /// <summary>Nothing to give back: the connection is its owner's.</summary>
    public void Dispose()
    {
    }

    internal static OperandDescription Describe(CassandraConnection connection) =>
        new(OperandKind.Cluster, string.Join(",", connection.Options.ContactPoints), connection.Partitioner.ClassName)
        {
            ClusterName = connection.ClusterName,
            Release = connection.OldestRelease,
            Consistency = connection.Options.Consistency.Name(),
            ProtocolVersion = connection.ProtocolVersion,
        };
}
