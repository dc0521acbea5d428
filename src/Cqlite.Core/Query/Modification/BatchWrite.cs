using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Views;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;

namespace Cqlite.Core.Query.Modification;

/// <summary>Executes the statements of a batch.</summary>
internal static class BatchWrite
{
    // Cassandra's unlogged_batch_across_partitions_warn_threshold.
    private const int ManyPartitions = 10;

    /// <summary>Executes a batch that was checked.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="valuesOf">The values of each statement, by its place.</param>
    /// <param name="context">What it is executed in.</param>
    public static QueryResult Execute(BatchPlan batch, Func<int, BindValues> valuesOf, QueryContext context)
    {
        foreach (ModificationPlan statement in batch.Statements)
            statement.Validate();
        if (batch.Statements.IsEmpty)
            return StatementResult.Done([]);
        long timestamp = PlainWrite.TimestampOf(context);
        return batch.HasConditions ? ExecuteConditional(batch, valuesOf, context, timestamp) : ExecutePlain(batch, valuesOf, context, timestamp);
    }

    private static QueryResult ExecuteConditional(BatchPlan batch, Func<int, BindValues> valuesOf, QueryContext context, long timestamp)
    {
        ConditionalWrite? write = null;
        DecoratedKey key = default;
        List<ColumnMetadata> shown = [];
        bool showsAll = false;
        for (int i = 0; i < batch.Statements.Length; i++)
        {
            ModificationPlan statement = batch.Statements[i];
            BindValues values = valuesOf(i);
            IReadOnlyList<DecoratedKey> keys = statement.RowTarget.Keys(values);
            if (statement.Where.Keys.HasIn)
                throw new InvalidQueryException("Batch with conditions cannot span multiple partitions (you cannot use IN on the partition key)");
            if (write is null)
            {
                key = keys[0];
                bool updatesStatics = batch.Statements.Any(s => !s.Conditions.IsNone && s.UpdatesStaticRow);
                write = new ConditionalWrite(context, statement.Table, key, ConditionalWrite.ColumnsOf(batch.Statements, updatesStatics), timestamp);
            }
            else if (!key.Key.Span.SequenceEqual(keys[0].Key.Span))
            {
                throw new InvalidQueryException("Batch with conditions cannot span multiple partitions");
            }

            write.Add(statement, values);
            showsAll |= statement.Conditions.IsExistence;
            shown.AddRange(statement.Conditions.Columns);
        }

        TableMetadata table = batch.Statements[0].Table;
        return write!.Execute(showsAll ? null : table.PartitionKey.Concat(table.Clustering).Concat(shown));
    }

    private static StatementResult ExecutePlain(BatchPlan batch, Func<int, BindValues> valuesOf, QueryContext context, long timestamp)
    {
        var keys = new IReadOnlyList<DecoratedKey>[batch.Statements.Length];
        List<DecoratedKey> locked = [];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = batch.Statements[i].RowTarget.Keys(valuesOf(i));
            if (batch.Statements[i].RequiresRead || batch.Statements[i].Table.IsCounter || ViewMaintenance.HasViews(context.Database, batch.Statements[i].Table))
                locked.AddRange(keys[i]);
        }

        using (context.Database.LockPartitions([.. locked]))
        {
            UpdateCollector collector = UpdateCollector.Begin();
            for (int i = 0; i < keys.Length; i++)
            {
                BindValues values = valuesOf(i);
                PlainWrite.AddTo(collector, batch.Statements[i], keys[i], context, values, batch.Attributes.TimestampOf(values, timestamp));
            }

            PlainWrite.Apply(collector, context, together: batch.Kind == BatchKind.Logged);
            return StatementResult.Done([.. Warnings(batch, collector)]);
        }
    }

    private static List<string> Warnings(BatchPlan batch, UpdateCollector collector)
    {
        List<string> warnings = [];
        string[] withoutGrace = batch.Kind != BatchKind.Logged ? []
            : [.. batch.Statements.Where(s => s.Table.Options.GcGraceSeconds == 0).Select(s => TableDescriber.QualifiedName(s.Table)).Distinct()];
        if (withoutGrace.Length > 0)
        {
            warnings.Add(
                $"Executing a LOGGED BATCH on table{(withoutGrace.Length == 1 ? "" : "s")} {JavaHashOrder.Text(withoutGrace)}, configured with a "
                + "gc_grace_seconds of 0. The gc_grace_seconds is used to TTL batchlog entries, so setting gc_grace_seconds too low on "
                + "tables involved in an atomic batch might cause batchlog entries to expire before being replayed.");
        }

        int partitions = batch.Kind == BatchKind.Logged ? 0 : collector.Targets.Select(t => Convert.ToHexString(t.Key.Key.Span)).Distinct().Count();
        if (partitions > ManyPartitions)
        {
            string[] tables = [.. collector.Targets.Select(t => t.Table.ToString()).Distinct()];
            warnings.Add(
                $"Unlogged batch covering {partitions} partitions detected against table{(tables.Length == 1 ? "" : "s")} {JavaHashOrder.Text(tables)}. "
                + "You should use a logged batch for atomicity, or asynchronous writes for performance.");
        }

        return warnings;
    }
}
