using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Syncing;

/// <summary>Decides, cell by cell, what of a row is to be written, and makes the row that does it.</summary>
internal sealed class SyncRow
{
    private const long FutureMicros = 60_000_000;
    private readonly ComparisonPlan _plan;
    private readonly SyncPolicy _policy;
    private readonly SyncTally _tally;
    private readonly long _nowSeconds;
    private readonly int[] _staticsOfDatabase;
    private readonly int[] _regularsOfDatabase;
    private readonly int[] _staticsOfCluster;
    private readonly int[] _regularsOfCluster;
    private readonly int[] _staticTargets;
    private readonly int[] _regularTargets;
    private readonly bool _knowsLiveness;

    /// <summary>Prepares.</summary>
    /// <param name="plan">The columns, and which of their times both sides tell.</param>
    /// <param name="database">The table in the database.</param>
    /// <param name="cluster">The table in the cluster.</param>
    /// <param name="policy">Who holds.</param>
    /// <param name="tally">Takes what was decided.</param>
    public SyncRow(ComparisonPlan plan, TableMetadata database, TableMetadata cluster, SyncPolicy policy, SyncTally tally)
    {
        _plan = plan;
        _policy = policy;
        _tally = tally;
        _nowSeconds = plan.Terms.NowSeconds;
        _knowsLiveness = plan.Terms.RowLiveness;
        _staticsOfDatabase = ComparisonPlan.Map(database.Statics, plan.Statics);
        _regularsOfDatabase = ComparisonPlan.Map(database.Regulars, plan.Regulars);
        _staticsOfCluster = ComparisonPlan.Map(cluster.Statics, plan.Statics);
        _regularsOfCluster = ComparisonPlan.Map(cluster.Regulars, plan.Regulars);
        _staticTargets = ComparisonPlan.Places(plan.Statics, cluster.Statics);
        _regularTargets = ComparisonPlan.Places(plan.Regulars, cluster.Regulars);
    }

    /// <summary>What is to be written of the row that was filled last.</summary>
    public Row Row { get; } = new();

    /// <summary>What is to be written of the static row that was filled last; empty where nothing is.</summary>
    public Row Static { get; } = new();

    /// <summary>Whether a row of the cluster's is there.</summary>
    public bool IsLive(Row row) => row.IsLive(_nowSeconds);

    /// <summary>Decides about a static row.</summary>
    public void FillStatic(ReadOnlySpan<byte> partitionKey, Row? database, Row? cluster, DeletionTime covering)
    {
        Static.ResetToArena(isStatic: true);
        if (database is null && cluster is null)
            return;
        FillCells(partitionKey, Static, database, _staticsOfDatabase, cluster, _staticsOfCluster, _plan.Statics, _staticTargets, covering, hidden: long.MinValue);
        if (!Static.IsEmpty)
            CountRow();
    }

    /// <summary>Decides about a row; false where nothing is to be written.</summary>
    public bool Fill(ReadOnlySpan<byte> partitionKey, Row? database, Row? cluster, DeletionTime covering)
    {
        Row any = database ?? cluster!;
        Row.ResetToArena(isStatic: false);
        foreach (Slice slice in any.ClusteringSlices)
            Row.AddClustering(slice.IsNull ? Slice.Null : Row.Store(any.Bytes(slice)));
        if (database is not null && database.Deletion.Supersedes(covering))
            covering = database.Deletion;
        long hidden = cluster is not null && _policy.IsChange(covering.MarkedAtMicros) && !HasAll(database, cluster) ? DeleteRow(partitionKey, cluster, covering) : long.MinValue;
        FillCells(partitionKey, Row, database, _regularsOfDatabase, cluster, _regularsOfCluster, _plan.Regulars, _regularTargets, covering, hidden);
        if (database is not null)
            FillLiveness(database.Liveness, cluster, hidden);
        if (Row.IsEmpty)
            return false;
        CountRow();
        return true;
    }

    /// <summary>Whether the database has every cell of the cluster's row, written since it was deleted: then each is decided by itself, and nothing is to be deleted.</summary>
    private bool HasAll(Row? database, Row cluster)
    {
        if (database is null)
            return false;
        bool has = false;
        CellPairs pairs = new(database, _regularsOfDatabase, cluster, _regularsOfCluster, _plan.Regulars, _nowSeconds);
        while (pairs.MoveNext())
        {
            has |= pairs.Right >= 0;
            if (pairs.Left < 0)
                return false;
        }

        return has;
    }

    private void CountRow() => _tally.Counts = _tally.Counts with { ChangedRows = _tally.Counts.ChangedRows + 1 };

    /// <summary>Deletes the cluster's row as a whole where all of it is to go; the time up to which that hides, or the least one where it is not done.</summary>
    private long DeleteRow(ReadOnlySpan<byte> partitionKey, Row cluster, DeletionTime deletion)
    {
        long newest = long.MinValue;
        bool isConflict = false;
        foreach (ref readonly Cell cell in cluster.Cells)
        {
            int column = _regularsOfCluster[cell.Column];

            // Where a time is not told, the deletion's own decides in the cluster.
            if (!cell.IsLive(_nowSeconds) || column < 0 || !_plan.Regulars[column].HasTimes)
                continue;
            if (!_policy.DeletionWins(deletion.MarkedAtMicros, cell.TimestampMicros))
                return long.MinValue;
            newest = Math.Max(newest, cell.TimestampMicros);
            isConflict |= _policy.IsChange(cell.TimestampMicros);
        }

        if (_knowsLiveness && cluster.Liveness.IsLive(_nowSeconds))
        {
            if (!_policy.DeletionWins(deletion.MarkedAtMicros, cluster.Liveness.TimestampMicros))
                return long.MinValue;
            newest = Math.Max(newest, cluster.Liveness.TimestampMicros);
            isConflict |= _policy.IsChange(cluster.Liveness.TimestampMicros);
        }

        long marked = _policy.Resolution switch
        {
            ConflictResolution.CassandraWins => _policy.SinceMicros,
            ConflictResolution.CqliteWins => Math.Max(deletion.MarkedAtMicros, newest),
            _ => deletion.MarkedAtMicros,
        };
        Row.Deletion = new DeletionTime(marked, _nowSeconds);
        _tally.Note(SyncAction.DeleteRow, partitionKey, cluster, null, null, deletion.MarkedAtMicros, newest == long.MinValue ? null : newest, isConflict);
        return marked;
    }

    private void FillLiveness(Liveness liveness, Row? cluster, long hidden)
    {
        bool isThere = cluster is not null && hidden == long.MinValue;
        if (!liveness.IsLive(_nowSeconds) || !_policy.IsChange(liveness.TimestampMicros))
            return;
        if (isThere && !(_knowsLiveness ? liveness.Supersedes(cluster!.Liveness) : TakesAllCells(cluster!)))
            return;
        Row.Liveness = liveness.TimestampMicros > hidden ? liveness : liveness with { TimestampMicros = hidden + 1 };
    }

    /// <summary>Whether what is to be written takes the last cells of a row of the cluster's, which would be gone with them.</summary>
    private bool TakesAllCells(Row cluster)
    {
        int deleted = 0;
        foreach (ref readonly Cell cell in Row.Cells)
        {
            if (cell.IsLive(_nowSeconds))
                return false;
            deleted++;
        }

        bool any = false;
        foreach (ref readonly Cell cell in cluster.Cells)
        {
            if (!cell.IsLive(_nowSeconds))
                continue;
            any = true;
            if (!IsReplaced(cell.Column) && deleted-- == 0)
                return false;
        }

        return any;
    }

    private bool IsReplaced(int column)
    {
        foreach (ComplexDeletion deletion in Row.ComplexDeletions)
        {
            if (deletion.Column == column)
                return true;
        }

        return false;
    }

    private void FillCells(
        ReadOnlySpan<byte> partitionKey, Row output, Row? database, int[] databaseMap, Row? cluster, int[] clusterMap, ComparedColumn[] columns, int[] targets, DeletionTime covering, long hidden)
    {
        CellPairs pairs = new(database, databaseMap, cluster, clusterMap, columns, _nowSeconds, withDeadLeft: true);
        int list = -1;
        while (pairs.MoveNext())
        {
            ComparedColumn column = columns[pairs.Column];
            if (column.IsByOrder)
            {
                if (list != pairs.Column)
                    FillList(partitionKey, output, database, databaseMap, cluster, clusterMap, columns, pairs.Column, targets[pairs.Column], covering, hidden);
                list = pairs.Column;
            }
            else if (pairs.Left >= 0)
            {
                Carry(partitionKey, output, database!, database!.Cells[pairs.Left], pairs.Right < 0 ? null : cluster, pairs.Right < 0 ? default : cluster!.Cells[pairs.Right], column, targets[pairs.Column], hidden);
            }
            else if (hidden == long.MinValue)
            {
                long deleted = Math.Max(covering.MarkedAtMicros, ColumnDeletion(database, databaseMap, pairs.Column));
                Delete(partitionKey, output, cluster!, cluster!.Cells[pairs.Right], column, targets[pairs.Column], deleted);
            }
        }
    }

    private static long ColumnDeletion(Row? row, int[] map, int column)
    {
        long deleted = long.MinValue;
        foreach (ComplexDeletion deletion in row is null ? default : row.ComplexDeletions)
        {
            if (map[deletion.Column] == column)
                deleted = deletion.Deletion.MarkedAtMicros;
        }

        return deleted;
    }

    /// <summary>Decides about a cell that the database has, alive or dead.</summary>
    private void Carry(ReadOnlySpan<byte> partitionKey, Row output, Row database, in Cell cell, Row? cluster, in Cell other, ComparedColumn column, int target, long hidden)
    {
        if (!_policy.IsChange(cell.TimestampMicros))
            return;
        bool isLive = cell.IsLive(_nowSeconds);
        bool isThere = cluster is not null && hidden == long.MinValue;
        if (!isLive && !isThere)
            return;
        if (isThere && isLive && RowComparer.AreEqual(database, cell, cluster!, other, column, _plan.Terms))
            return;
        CheckClock(cell.TimestampMicros);
        string? element = SyncTally.Element(column, database, cell);
        long? clusterMicros = isThere && column.HasTimes ? other.TimestampMicros : null;
        bool isConflict = clusterMicros is { } time && _policy.IsChange(time);
        if (isThere && !column.HasTimes && _policy.Resolution == ConflictResolution.CassandraWins)
        {
            _tally.Note(SyncAction.Undecided, partitionKey, database, column, element, cell.TimestampMicros, null, isConflict: false);
            return;
        }

        if (isThere && column.HasTimes && !_policy.DatabaseWins(database, cell, cluster!, other))
        {
            _tally.Note(SyncAction.Keep, partitionKey, database, column, element, cell.TimestampMicros, clusterMicros, isConflict);
            return;
        }

        _tally.Note(isLive ? SyncAction.Write : SyncAction.DeleteCell, partitionKey, database, column, element, cell.TimestampMicros, clusterMicros, isConflict);
        bool holds = !isThere || !column.HasTimes || CellReconciliation.LeftWins(cell, database.Value(cell), other, cluster!.Value(other));
        Put(output, database, cell, target, holds ? hidden : other.TimestampMicros);
    }

    /// <summary>Deletes a cell that only the cluster has, where a deletion of the database's covers it.</summary>
    private void Delete(ReadOnlySpan<byte> partitionKey, Row output, Row cluster, in Cell cell, ComparedColumn column, int target, long deletedMicros)
    {
        if (!_policy.IsChange(deletedMicros))
            return;
        string? element = SyncTally.Element(column, cluster, cell);
        bool isConflict = column.HasTimes && _policy.IsChange(cell.TimestampMicros);
        SyncAction action = !column.HasTimes ? SyncAction.Undecided
            : _policy.DeletionWins(deletedMicros, cell.TimestampMicros) ? SyncAction.DeleteCell : SyncAction.Keep;
        _tally.Note(action, partitionKey, cluster, column, element, deletedMicros, column.HasTimes ? cell.TimestampMicros : null, isConflict);
        if (action != SyncAction.DeleteCell)
            return;
        Slice path = cell.Path.IsNull ? Slice.Null : output.Store(cluster.Path(cell));
        ref Cell tombstone = ref output.AddCell();
        tombstone = new Cell { Column = target, TimestampMicros = cell.TimestampMicros, LocalDeletionSeconds = _nowSeconds, Value = new Slice(0, 0), Path = path };
    }

    /// <summary>Decides about a list as a whole: a cluster does not tell the places of its elements, so that it is replaced or kept.</summary>
    private void FillList(
        ReadOnlySpan<byte> partitionKey, Row output, Row? database, int[] databaseMap, Row? cluster, int[] clusterMap, ComparedColumn[] columns, int number, int target, DeletionTime covering, long hidden)
    {
        ComparedColumn column = columns[number];
        (long changed, int count) = Newest(database, databaseMap, number, withDead: true);
        changed = Math.Max(changed, Math.Max(ColumnDeletion(database, databaseMap, number), covering.MarkedAtMicros));
        (long newest, int clusterCount) = hidden == long.MinValue ? Newest(cluster, clusterMap, number, withDead: false) : (long.MinValue, 0);
        if (!_policy.IsChange(changed) || count + clusterCount == 0 || AreSame(database, databaseMap, hidden == long.MinValue ? cluster : null, clusterMap, columns, number))
            return;
        CheckClock(changed);
        bool isKnown = clusterCount == 0 || column.HasTimes;
        bool isConflict = isKnown && clusterCount > 0 && _policy.IsChange(newest);
        bool wins = clusterCount == 0 || _policy.Resolution switch
        {
            ConflictResolution.CqliteWins => true,
            ConflictResolution.CassandraWins => !isConflict,
            _ => changed > newest,
        };
        bool isUndecided = !isKnown && _policy.Resolution != ConflictResolution.CqliteWins;
        SyncAction action = isUndecided ? SyncAction.Undecided : !wins ? SyncAction.Keep : count > 0 ? SyncAction.Write : SyncAction.DeleteCell;
        _tally.Note(action, partitionKey, database ?? cluster!, column, null, changed, isKnown && clusterCount > 0 ? newest : null, isConflict);
        if (action is SyncAction.Undecided or SyncAction.Keep)
            return;
        long deleted = Math.Max(Math.Max(newest, changed - 1), hidden);
        output.AddComplexDeletion(new ComplexDeletion(target, new DeletionTime(deleted, _nowSeconds)));
        foreach (ref readonly Cell cell in database is null ? default : database.Cells)
        {
            if (databaseMap[cell.Column] == number && cell.IsLive(_nowSeconds))
                Put(output, database!, cell, target, deleted);
        }
    }

    /// <summary>The latest time of a column's cells, and how many of them are alive.</summary>
    private (long Micros, int Live) Newest(Row? row, int[] map, int column, bool withDead)
    {
        long newest = long.MinValue;
        int live = 0;
        foreach (ref readonly Cell cell in row is null ? default : row.Cells)
        {
            bool isLive = cell.IsLive(_nowSeconds);
            if (map[cell.Column] != column || !(isLive || withDead))
                continue;
            newest = Math.Max(newest, cell.TimestampMicros);
            live += isLive ? 1 : 0;
        }

        return (newest, live);
    }

    /// <summary>Whether both sides have the same elements; the times of those that were replaced together are no difference.</summary>
    private bool AreSame(Row? database, int[] databaseMap, Row? cluster, int[] clusterMap, ComparedColumn[] columns, int number)
    {
        ComparedColumn column = columns[number] with { HasTimes = false };
        CellPairs pairs = new(database, databaseMap, cluster, clusterMap, columns, _nowSeconds);
        while (pairs.MoveNext())
        {
            if (pairs.Column != number)
                continue;
            if (pairs.Left < 0 || pairs.Right < 0 || !RowComparer.AreEqual(database!, database!.Cells[pairs.Left], cluster!, cluster!.Cells[pairs.Right], column, _plan.Terms))
                return false;
        }

        return true;
    }

    private void CheckClock(long micros)
    {
        if (micros > (_nowSeconds * 1_000_000) + FutureMicros)
            _tally.Counts = _tally.Counts with { FutureCells = _tally.Counts.FutureCells + 1 };
    }

    private void Put(Row output, Row from, in Cell cell, int target, long after)
    {
        if (output.PutCell(from, cell, target, after))
            _tally.Counts = _tally.Counts with { RetimedCells = _tally.Counts.RetimedCells + 1 };
    }
}
