using System.Collections.Immutable;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Query.Modification;

/// <summary>Executes statements without conditions.</summary>
internal static class PlainWrite
{
    /// <summary>Executes one statement.</summary>
    public static void Execute(ModificationPlan plan, QueryContext context, BindValues values)
    {
        UpdateCollector collector = UpdateCollector.Begin();
        if (plan.RowTarget.IsSingle && !plan.RequiresRead && !plan.Table.IsCounter && !plan.HasSlices)
        {
            DecoratedKey only = plan.RowTarget.Key(values);
            Begin(plan, collector.Writer, context, values, TimestampOf(context));
            AddSingle(plan, collector.For(plan.Table, only), collector.Writer, values);
            ConsistencyRules.CheckReplicasToWrite(context, plan.Table);
            RingRules.CheckWrite(context, plan.Table, only.Token);
            Writes.Apply(context, collector.Build());
            return;
        }

        IReadOnlyList<DecoratedKey> keys = plan.RowTarget.Keys(values);
        if (!plan.RequiresRead && !plan.Table.IsCounter)
        {
            AddTo(collector, plan, keys, context, values, TimestampOf(context));
            Apply(collector, context);
            return;
        }

        using (context.Database.LockPartitions([.. keys]))
        {
            AddTo(collector, plan, keys, context, values, TimestampOf(context));
            Apply(collector, context);
        }
    }

    /// <summary>The timestamp of a statement that names none.</summary>
    public static long TimestampOf(QueryContext context) => context.Options.TimestampMicros ?? context.Database.NextMicros();

    /// <summary>Adds what a statement writes; its partitions are locked if it depends on what is stored.</summary>
    public static void AddTo(UpdateCollector collector, ModificationPlan plan, IReadOnlyList<DecoratedKey> keys, QueryContext context, BindValues values, long timestamp)
    {
        if (plan.HasSlices)
        {
            AddSlices(collector, plan, keys, context, values, timestamp);
            return;
        }

        bool isStaticOnly = plan.Where.Clustering.IsEmpty;
        List<ClusteringBound> rows = isStaticOnly ? [] : plan.RowTarget.Clusterings(values);
        if (!isStaticOnly && rows.Count == 0)
            return;
        RowWriter writer = collector.Writer;
        Begin(plan, writer, context, values, timestamp);
        foreach (DecoratedKey key in keys)
        {
            PartitionTarget target = collector.For(plan.Table, key);
            if (plan.RequiresRead)
                writer.Stored = Read(plan, context, key, values);
            if (isStaticOnly)
                AddRow(plan, target, writer, default);
            foreach (ClusteringBound row in rows)
                AddRow(plan, target, writer, row.View);
        }
    }

    /// <summary>Adds what a statement does to one row, and to the static row.</summary>
    /// <param name="plan">The statement.</param>
    /// <param name="target">Its partition.</param>
    /// <param name="writer">Begun for the statement.</param>
    /// <param name="clustering">The row; of no values where the table has none, or the static row alone is concerned.</param>
    public static void AddRow(ModificationPlan plan, PartitionTarget target, RowWriter writer, in ClusteringView clustering)
    {
        if (plan.Kind == ModificationKind.Delete && plan.RegularOperations.IsEmpty && plan.StaticOperations.IsEmpty && clustering.Count == 0)
        {
            target.Delete(writer.Deletion);
            return;
        }

        if (plan.Kind == ModificationKind.Delete ? !plan.RegularOperations.IsEmpty || plan.StaticOperations.IsEmpty : plan.UpdatesRegularRows)
        {
            if (plan.Kind == ModificationKind.Delete && clustering.Count == 0 && plan.Table.Clustering.Count > 0)
                throw RangeOfColumns();
            Row row = target.BeginRow(isStatic: false);
            plan.RowTarget.AddClustering(clustering, row);
            FillRow(plan, writer, row);
            target.EndRow();
        }

        AddStaticRow(plan, target, writer);
    }

    /// <summary>Begins a statement's execution.</summary>
    public static void Begin(ModificationPlan plan, RowWriter writer, QueryContext context, BindValues values, long timestamp)
    {
        long micros = plan.Attributes.TimestampOf(values, timestamp);
        writer.Begin(
            plan.Table,
            values,
            micros,
            plan.Attributes.TtlOf(values, plan.Table, context.Database.NowSeconds, context.Database.LastExpirationSeconds),
            context.NowSeconds,
            context.Database.LastExpirationSeconds);

        // Once it is in the log it would have to be written, and could not be.
        bool isOfPartition = plan.Kind == ModificationKind.Delete && plan.RegularOperations.IsEmpty && plan.StaticOperations.IsEmpty && !plan.HasSlices && plan.Where.Clustering.IsEmpty;
        if (isOfPartition && !PartitionDeletion.HasRoom(new DeletionTime(micros, context.NowSeconds), context.Database.Options.SSTableVersion))
        {
            throw new InvalidQueryException(
                $"Partitions can't be deleted with a negative timestamp ({micros}): SSTables of version {context.Database.Options.SSTableVersion}, which this database writes, have no room for it");
        }
    }

    /// <summary>Makes mutations of what was gathered and applies them; the partitions of counters are locked.</summary>
    /// <param name="collector">What was gathered.</param>
    /// <param name="context">What it is executed in.</param>
    /// <param name="together">Whether after a crash all of it is to be there or nothing, as of a logged batch, as far as one mutation can have it.</param>
    public static void Apply(UpdateCollector collector, QueryContext context, bool together = false)
    {
        if (collector.Targets.Count == 0)
            return;
        foreach (PartitionTarget target in collector.Targets)
        {
            ConsistencyRules.CheckReplicasToWrite(context, target.Table);
            RingRules.CheckWrite(context, target.Table, target.Key.Token);
        }

        Mutation[] mutations = collector.Targets[0].Table.IsCounter
            ? collector.Build(update => CounterResolution.Resolve(update, context.Database, context.NowSeconds))
            : collector.Build();
        if (together && mutations.Length > 1)
            mutations = [.. Mutation.Together(mutations, context.Database.LargestMutationBytes)];
        Writes.Apply(context, mutations);
    }

    /// <summary>Refuses to delete columns of a range of rows.</summary>
    public static InvalidQueryException RangeOfColumns() => new("Range deletions are not supported for specific columns");

    private static void AddSingle(ModificationPlan plan, PartitionTarget target, RowWriter writer, BindValues values)
    {
        if (plan.Where.Clustering.IsEmpty)
        {
            AddRow(plan, target, writer, default);
            return;
        }

        // A row with a liveness is never empty, and so can be filled where it stays.
        bool stays = plan.Kind == ModificationKind.Insert && !plan.Table.IsCompact;
        Row row = stays ? target.AddRow() : target.BeginRow(isStatic: false);
        plan.RowTarget.AddClustering(values, row);
        if (plan.Kind != ModificationKind.Delete || !plan.RegularOperations.IsEmpty || plan.StaticOperations.IsEmpty)
            FillRow(plan, writer, row);
        if (!stays)
            target.EndRow();
        AddStaticRow(plan, target, writer);
    }

    private static void FillRow(ModificationPlan plan, RowWriter writer, Row row)
    {
        if (plan.CompactValue >= 0)
            CheckCompact(plan, row);
        writer.BeginRow(row);
        if (plan.Kind == ModificationKind.Insert && !plan.Table.IsCompact)
            writer.AddLiveness();
        if (plan.Kind == ModificationKind.Delete && plan.RegularOperations.IsEmpty)
            writer.DeleteRow(plan.CompactValue);
        Apply(plan, plan.RegularOperations, writer);
        if (plan.Table.IsCompact && plan.Kind != ModificationKind.Delete && plan.RegularOperations.IsEmpty)
            AddEmptyValue(plan, writer);
        writer.EndRow();
    }

    private static void AddStaticRow(ModificationPlan plan, PartitionTarget target, RowWriter writer)
    {
        if (plan.StaticOperations.IsEmpty)
            return;
        writer.BeginRow(target.BeginRow(isStatic: true));
        Apply(plan, plan.StaticOperations, writer);
        writer.EndRow();
        target.EndRow();
    }

    // Cells are written in the order of their columns, but what is wrong is named in the order of the statement; the row is of no use then.
    private static void Apply(ModificationPlan plan, ImmutableArray<Operation> operations, RowWriter writer)
    {
        try
        {
            foreach (Operation operation in operations)
                operation.Apply(writer);
        }
        catch (InvalidQueryException) when (plan.AsWritten.Length > 1)
        {
            foreach (Operation operation in plan.AsWritten.Where(operations.Contains))
                operation.Apply(writer);
            throw;
        }
    }

    // A COMPACT STORAGE table has no row without a value: where it has no column for one, the value is empty.
    private static void AddEmptyValue(ModificationPlan plan, RowWriter writer)
    {
        if (!plan.Table.HasEmptyCompactValue)
            throw new InvalidQueryException($"Column {plan.Table.CompactValueColumn?.Name} is mandatory for this COMPACT STORAGE table");
        writer.AddCell(plan.CompactValue, default);
    }

    private static void CheckCompact(ModificationPlan plan, Row row)
    {
        const TableFlags kinds = TableFlags.Dense | TableFlags.Compound;
        if ((plan.Table.Flags & kinds) == TableFlags.Dense && row.ClusteringSlices is [{ Length: <= 0 }, ..])
            throw new InvalidQueryException($"Invalid empty or null value for column {plan.Table.Clustering[0].Name}");
    }

    private static void AddSlices(UpdateCollector collector, ModificationPlan plan, IReadOnlyList<DecoratedKey> keys, QueryContext context, BindValues values, long timestamp)
    {
        IReadOnlyList<ClusteringSlice> slices = ClusteringSlices.Resolve(plan.Where, values);
        if (slices.Count == 0)
            return;
        Begin(plan, collector.Writer, context, values, timestamp);
        RefuseNull(slices);
        foreach (DecoratedKey key in keys)
        {
            PartitionTarget target = collector.For(plan.Table, key);
            if (!plan.RegularOperations.IsEmpty || !plan.StaticOperations.IsEmpty)
                throw RangeOfColumns();
            foreach (ClusteringSlice slice in slices)
                target.Add(new RangeTombstone(slice.Start, slice.End, collector.Writer.Deletion));
        }
    }

    // A bound that is null could not be stored: Cassandra fails when it writes it.
    private static void RefuseNull(IReadOnlyList<ClusteringSlice> slices)
    {
        foreach (ClusteringSlice slice in slices)
        {
            if (HasNull(slice.Start.View) || HasNull(slice.End.View))
                throw new InvalidQueryException("Invalid null value in condition for a range of rows to delete");
        }
    }

    private static bool HasNull(in ClusteringView bound)
    {
        for (int i = 0; i < bound.Count; i++)
        {
            if (bound.IsNull(i))
                return true;
        }

        return false;
    }

    private static PartitionSnapshot Read(ModificationPlan plan, QueryContext context, DecoratedKey key, BindValues values)
    {
        bool isStaticOnly = plan.Where.Clustering.IsEmpty && plan.Table.Clustering.Count > 0;
        IReadOnlyList<ClusteringSlice> slices = isStaticOnly ? [] : ClusteringSlices.Resolve(plan.Where, values);
        return PartitionSnapshot.Read(context.Database.OpenTable(plan.Table), key, slices, context.NowSeconds);
    }
}
