using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>
/// Statements with conditions on one partition: it is locked, read once, and written only if every condition holds. So no other such write of this
/// process comes between.
/// </summary>
/// <remarks>
/// All that is written gets one timestamp, of the moment of the decision; deletions the microsecond before. Source of the semantics:
/// org/apache/cassandra/cql3/statements/CQL3CasRequest.java, db/rows/BTreeRow.java (updateAllTimestamp).
/// </remarks>
internal sealed class ConditionalWrite
{
    private readonly QueryContext _context;
    private readonly TableMetadata _table;
    private readonly DecoratedKey _key;
    private readonly ReadColumns _columns;
    private readonly long _timestamp;
    private readonly SortedDictionary<ClusteringBound, RowConditions> _rows;
    private readonly List<(ModificationPlan Plan, BindValues Values, ClusteringBound? Row)> _updates = [];
    private readonly List<(ModificationPlan Plan, BindValues Values)> _ranges = [];
    private RowConditions? _static;

    /// <summary>Begins to gather statements on a partition.</summary>
    /// <param name="context">What they are executed in.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The partition.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <param name="timestamp">The timestamp by which what they write is merged before it gets its own.</param>
    public ConditionalWrite(QueryContext context, TableMetadata table, DecoratedKey key, ReadColumns columns, long timestamp)
    {
        _context = context;
        _table = table;
        _key = key;
        _columns = columns;
        _timestamp = timestamp;
        var order = new ClusteringComparator(table);
        _rows = new SortedDictionary<ClusteringBound, RowConditions>(Comparer<ClusteringBound>.Create((a, b) => order.Compare(a.View, b.View)));
    }

    /// <summary>Executes one statement.</summary>
    public static QueryResult Execute(ModificationPlan plan, QueryContext context, BindValues values)
    {
        IReadOnlyList<DecoratedKey> keys = plan.RowTarget.Keys(values);
        if (plan.Where.Keys.HasIn)
            throw new InvalidQueryException($"IN on the partition key is not supported with conditional {Noun(plan)}");
        var write = new ConditionalWrite(context, plan.Table, keys[0], ColumnsOf([plan], plan.UpdatesStaticRow), PlainWrite.TimestampOf(context));
        write.Add(plan, values);
        return write.Execute(plan.Conditions.IsExistence ? null : plan.Conditions.Columns);
    }

    /// <summary>The columns that must be read to decide about statements: all where a row's existence must show, else those of the conditions.</summary>
    /// <param name="plans">The statements.</param>
    /// <param name="updatesStaticRow">Whether one that has conditions writes the static row.</param>
    public static ReadColumns ColumnsOf(IReadOnlyList<ModificationPlan> plans, bool updatesStaticRow)
    {
        TableMetadata table = plans[0].Table;
        bool updatesRegulars = plans.Any(p => p.UpdatesRegularRows);
        bool[] statics = new bool[table.Statics.Count];
        bool[] regulars = new bool[table.Regulars.Count];
        Array.Fill(statics, updatesStaticRow);
        Array.Fill(regulars, updatesRegulars);
        foreach (ModificationPlan plan in plans.Where(p => !p.Conditions.IsNone))
        {
            foreach (ColumnCondition condition in plan.Conditions.Statics)
                statics[condition.Column.Index] = true;
            foreach (ColumnCondition condition in plan.Conditions.Regulars)
                regulars[condition.Column.Index] = true;
            foreach (Operation operation in plan.StaticOperations.Where(o => o.RequiresRead))
                statics[operation.Column.Index] = true;
            foreach (Operation operation in plan.RegularOperations.Where(o => o.RequiresRead))
                regulars[operation.Column.Index] = true;
        }

        return new ReadColumns(statics, regulars);
    }

    /// <summary>Adds a statement, with conditions or without.</summary>
    /// <exception cref="InvalidQueryException">Its conditions contradict others on the same row, or a value does not suit.</exception>
    public void Add(ModificationPlan plan, BindValues values)
    {
        if (plan.Where.Clustering.HasIn)
            throw new InvalidQueryException($"IN on the clustering key columns is not supported with conditional {Noun(plan)}");
        if (plan.HasSlices)
        {
            _ranges.Add((plan, values));
            return;
        }

        bool isStatic = plan.Where.Clustering.IsEmpty && plan.AppliesOnlyToStatics;
        ClusteringBound? row = isStatic ? null
            : plan.Where.Clustering.IsEmpty ? new ClusteringBound(ClusteringKind.Clustering)
            : plan.RowTarget.Clusterings(values)[0];
        if (plan.Conditions.IsExistence)
            AddExistence(row, plan.Conditions.MustExist);
        AddConditions(row, plan.Conditions.Regulars, values);
        AddConditions(null, plan.Conditions.Statics, values);
        _updates.Add((plan, values, row));
    }

    /// <summary>Decides and writes.</summary>
    /// <param name="shown">The columns that the answer shows where the conditions do not hold; null for all.</param>
    public QueryResult Execute(IEnumerable<ColumnMetadata>? shown)
    {
        ConsistencyRules.CheckConditional(_context, _table);
        RingRules.CheckWrite(_context, _table, _key.Token);
        using (_context.Database.LockPartitions(_key))
        {
            PartitionSnapshot stored = Read();
            if (!Holds(stored))
                return ConditionalResult.Refused(stored, shown, _context.NowSeconds);
            Write(stored);
        }

        return ConditionalResult.Applied(_table);
    }

    private static string Noun(ModificationPlan plan) => plan.Kind == ModificationKind.Update ? "updates" : "deletions";

    private void AddExistence(ClusteringBound? row, bool mustExist)
    {
        RowConditions conditions = Of(row, out bool isFirst);
        if (isFirst)
        {
            conditions.MustExist = mustExist;
            return;
        }

        if (conditions.MustExist is null)
            throw new InvalidQueryException($"Cannot mix IF conditions and IF {(mustExist ? "" : "NOT ")}EXISTS for the same row");
        if (conditions.MustExist != mustExist)
            throw new InvalidQueryException("Cannot mix IF EXISTS and IF NOT EXISTS conditions for the same row");
    }

    private void AddConditions(ClusteringBound? row, IReadOnlyList<ColumnCondition> added, BindValues values)
    {
        if (added.Count == 0)
            return;
        RowConditions conditions = Of(row, out _);
        if (conditions.MustExist is not null)
            throw new InvalidQueryException("Cannot mix IF conditions and IF NOT EXISTS for the same row");
        foreach (ColumnCondition condition in added)
            conditions.Columns.Add(condition.Bind(values));
    }

    private RowConditions Of(ClusteringBound? row, out bool isFirst)
    {
        RowConditions? found = row is null ? _static : _rows.GetValueOrDefault(row);
        isFirst = found is null;
        if (found is not null)
            return found;
        found = new RowConditions();
        if (row is null)
            _static = found;
        else
            _rows.Add(row, found);
        return found;
    }

    // With conditions on the static row alone one row is read too: a partition that has one exists, whatever its static columns hold.
    private PartitionSnapshot Read()
    {
        IReadOnlyList<ClusteringSlice> slices = _rows.Count == 0 ? [ClusteringSlice.All] : [.. _rows.Keys.Select(r => RowSlices.Of(r.View))];
        return PartitionSnapshot.Read(
            _context.Database.OpenTable(_table), _key, slices, _context.NowSeconds, _columns, _rows.Count == 0 ? 1 : int.MaxValue);
    }

    private bool Holds(PartitionSnapshot stored)
    {
        if (_static is not null && !_static.Holds(stored.StaticRow))
            return false;
        foreach ((ClusteringBound row, RowConditions conditions) in _rows)
        {
            if (!conditions.Holds(stored.Find(row.View)))
                return false;
        }

        return true;
    }

    private void Write(PartitionSnapshot stored)
    {
        UpdateCollector collector = UpdateCollector.Begin();
        PartitionTarget target = collector.For(_table, _key);
        foreach ((ModificationPlan plan, BindValues values, ClusteringBound? row) in _updates)
        {
            PlainWrite.Begin(plan, collector.Writer, _context, values, _timestamp);
            if (plan.RequiresRead)
                collector.Writer.Stored = stored;
            PlainWrite.AddRow(plan, target, collector.Writer, row is null ? default : row.View);
        }

        foreach ((ModificationPlan plan, BindValues values) in _ranges)
            PlainWrite.AddTo(collector, plan, [_key], _context, values, _timestamp);
        long decidedAt = _context.Database.NextMicros();
        Mutation[] mutations = collector.Build(update => UpdateRewriting.Rewrite(update, row => Stamp(row, decidedAt), d => Stamp(d, decidedAt)));
        Writes.Apply(_context, mutations);
    }

    private static DeletionTime Stamp(DeletionTime deletion, long micros) => deletion.IsLive ? deletion : deletion with { MarkedAtMicros = micros - 1 };

    private static void Stamp(Row row, long micros)
    {
        if (!row.Liveness.IsEmpty)
            row.Liveness = row.Liveness with { TimestampMicros = micros };
        row.Deletion = Stamp(row.Deletion, micros);
        ComplexDeletion[] deletions = row.ComplexDeletions.ToArray();
        row.TruncateComplexDeletions(0);
        foreach (ComplexDeletion deletion in deletions)
            row.AddComplexDeletion(deletion with { Deletion = Stamp(deletion.Deletion, micros) });
        foreach (ref Cell cell in row.MutableCells)
            cell.TimestampMicros = micros;
    }

    /// <summary>What is demanded of one row.</summary>
    private sealed class RowConditions
    {
        /// <summary>Whether it must exist or must not; null where its columns are compared.</summary>
        public bool? MustExist { get; set; }

        public List<BoundCondition> Columns { get; } = [];

        public bool Holds(Row? row)
        {
            if (MustExist is { } mustExist)
                return mustExist == row is not null;
            foreach (BoundCondition condition in Columns)
            {
                if (!condition.AppliesTo(row))
                    return false;
            }

            return true;
        }
    }
}
