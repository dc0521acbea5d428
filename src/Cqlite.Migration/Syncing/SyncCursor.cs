using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Syncing;

/// <summary>
/// What of a range the database has changed since a time, and the cluster lacks: goes over both sides in the order of tokens, deletions of the database's included, and
/// gives what is to be written. Deletions of partitions and ranges become those of the rows and cells that the cluster has there, so that each is decided by itself.
/// </summary>
internal sealed class SyncCursor : WrittenCursor
{
    private readonly UnfilteredCursor _database;
    private readonly UnfilteredCursor _cluster;
    private readonly ClusteringComparator _comparator;
    private readonly SyncRow _rows;
    private bool _isClusterBegun;
    private bool _hasClusterPartition;
    private bool _isSamePartition;
    private bool _hasDatabaseRow;
    private bool _hasClusterRow;
    private DeletionTime _open;

    /// <summary>Begins before the first partition.</summary>
    /// <param name="database">The database's range, merged, which this owns from now on.</param>
    /// <param name="cluster">The cluster's range, which this owns from now on.</param>
    /// <param name="rows">Decides row by row.</param>
    public SyncCursor(UnfilteredCursor database, UnfilteredCursor cluster, SyncRow rows)
    {
        _database = database;
        _cluster = cluster;
        _rows = rows;
        _comparator = new ClusteringComparator(database.Table);
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _cluster.Table;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _database.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => _database.Token;

    /// <inheritdoc/>
    public override Row? StaticRow => _rows.Static.IsEmpty ? null : _rows.Static;

    /// <inheritdoc/>
    public override Row Row => _rows.Row;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        LeavePartition();
        while (_database.MoveToNextPartition())
        {
            SeekCluster();
            _open = DeletionTime.Live;
            _rows.FillStatic(_database.PartitionKey, _database.StaticRow, _isSamePartition ? _cluster.StaticRow : null, _database.PartitionDeletion);
            MoveDatabase();
            MoveCluster();
            if (LookAhead() || !_rows.Static.IsEmpty)
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _database.Dispose();
        _cluster.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Takes the cluster to the database's partition, or behind it where the cluster has none.</summary>
    private void SeekCluster()
    {
        Partitioner partitioner = Table.Partitioner;
        if (!_isClusterBegun)
            _hasClusterPartition = _cluster.MoveToNextPartition();
        _isClusterBegun = true;
        int order = 0;
        while (_hasClusterPartition && (order = partitioner.Compare(_cluster.Token, _cluster.PartitionKey, _database.Token, _database.PartitionKey)) < 0)
            _hasClusterPartition = _cluster.MoveToNextPartition();
        _isSamePartition = _hasClusterPartition && order == 0;
    }

    private void MoveDatabase() => _hasDatabaseRow = _database.MoveToNextUnfiltered();

    private void MoveCluster()
    {
        _hasClusterRow = false;
        while (_isSamePartition && !_hasClusterRow && _cluster.MoveToNextUnfiltered())
            _hasClusterRow = _cluster.Kind == UnfilteredKind.Row && _rows.IsLive(_cluster.Row);
    }

    /// <inheritdoc/>
    protected override bool FindRow()
    {
        while (_hasDatabaseRow || _hasClusterRow)
        {
            int order = !_hasDatabaseRow ? 1 : !_hasClusterRow ? -1 : _comparator.Compare(
                _database.Kind == UnfilteredKind.Row ? _database.Row.Clustering : _database.Marker.Clustering, _cluster.Row.Clustering);
            if (order <= 0 && _database.Kind == UnfilteredKind.Marker)
            {
                _open = _database.Marker.OpenDeletion(reversed: false);
                MoveDatabase();
                continue;
            }

            Row? left = order <= 0 ? _database.Row : null;
            Row? right = order >= 0 ? _cluster.Row : null;
            DeletionTime covering = _open.Supersedes(_database.PartitionDeletion) ? _open : _database.PartitionDeletion;
            bool hasChange = _rows.Fill(_database.PartitionKey, left, right, covering);
            if (left is not null)
                MoveDatabase();
            if (right is not null)
                MoveCluster();
            if (hasChange)
                return true;
        }

        return false;
    }
}
