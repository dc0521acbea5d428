using System.Buffers.Binary;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Guardrails;

/// <summary>Guardrails of statements that read and write data.</summary>
/// <remarks>Source: the uses of Guardrails in org/apache/cassandra/cql3/statements/*.java and cql3/restrictions/*.java.</remarks>
internal static class StatementGuardrails
{
    /// <summary>Checks a statement before it is executed.</summary>
    public static void Check(Guard guard, StatementPlan plan, QueryContext context, BindValues values)
    {
        switch (plan)
        {
            case SelectPlan select:
                CheckSelect(guard, select, context, values);
                break;
            case ModificationPlan modification:
                CheckTimestamp(guard, modification.Attributes);
                CheckConsistency(guard, context);
                break;
            case BatchPlan batch:
                CheckTimestamp(guard, batch.Attributes);
                foreach (ModificationPlan statement in batch.Statements)
                    CheckTimestamp(guard, statement.Attributes);
                CheckConsistency(guard, context);
                break;
            case TruncatePlan:
                guard.Enabled("drop_truncate_table_enabled", "drop_truncate_table_enabled", "DROP and TRUNCATE TABLE functionality");
                break;
        }
    }

    /// <summary>Checks the values that are written.</summary>
    public static void Check(Guard guard, ReadOnlySpan<Mutation> mutations)
    {
        foreach (Mutation mutation in mutations)
        {
            foreach (PartitionUpdate update in mutation.Updates)
            {
                var rows = new Memtable(update.Table);
                rows.Apply(update);
                using UnfilteredCursor cursor = rows.Read(ReadRequest.All);
                while (cursor.MoveToNextPartition())
                {
                    if (cursor.StaticRow is { } row)
                        CheckRow(guard, row, update.Table.Statics);
                    while (cursor.MoveToNextUnfiltered())
                    {
                        if (cursor.Kind == UnfilteredKind.Row)
                            CheckRow(guard, cursor.Row, update.Table.Regulars);
                    }
                }
            }
        }
    }

    private static void CheckSelect(Guard guard, SelectPlan plan, QueryContext context, BindValues values)
    {
        string table = plan.Table.Name;
        if (plan.IsAllowedToFilter && !SystemKeyspaces.IsSystem(plan.Table.Keyspace))
        {
            guard.Enabled(
                "allow_filtering",
                "allow_filtering_enabled",
                "Querying with ALLOW FILTERING",
                "ALLOW FILTERING can potentially visit all the data in the table and have unpredictable performance.");
        }

        if (plan.Grouping == Grouping.Prefix)
            guard.Enabled("group_by", "group_by_enabled", "GROUP BY functionality");
        if (context.Options.Consistency is { } level)
            guard.Values("read_consistency_levels", "read consistency levels", [level.Name()]);
        if (context.Options.RowsOfPage is { } size)
        {
            guard.Max(
                "page_size",
                size,
                t => $"Query for table {table} with page size {size} exceeds warning threshold of {t}.",
                t => $"Aborting query for table {table}, page size {size} exceeds fail threshold of {t}.");
        }

        if (!plan.Where.HasFullKey || plan.Where.IsOnToken)
            return;
        long keys = CheckProduct(guard, plan.Where.Keys, "partition key", values);
        guard.Max(
            "partition_keys_in_select",
            keys,
            t => $"Query with partition keys in IN clause on table {table}, with number of partition keys {keys} exceeds warning threshold of {t}.",
            t => $"Aborting query with partition keys in IN clause on table {table}, number of partition keys {keys} exceeds fail threshold of {t}.");
        if (plan.Where.Clustering.HasOnlyEqualities && !plan.Where.Clustering.IsEmpty)
            _ = CheckProduct(guard, plan.Where.Clustering, "clustering key", values);
    }

    private static long CheckProduct(Guard guard, RestrictionSet set, string what, BindValues values)
    {
        long product = 1;
        foreach (Restriction restriction in set.All)
            product *= RestrictionValues.Of(restriction, values).Count;
        if (set.HasIn)
        {
            guard.Max(
                "in_select_cartesian_product",
                product,
                t => $"The cartesian product of the IN restrictions on {what} produces {product} values, this exceeds warning threshold of {t}.",
                t => $"Aborting query because the cartesian product of the IN restrictions on {what} produces {product} values, this exceeds fail threshold of {t}.");
        }

        return product;
    }

    private static void CheckTimestamp(Guard guard, UpdateAttributes attributes)
    {
        if (attributes.Timestamp is not null)
            guard.Enabled("user_timestamps", "user_timestamps_enabled", "User provided timestamps (USING TIMESTAMP)");
    }

    private static void CheckConsistency(Guard guard, QueryContext context)
    {
        if (context.Options.Consistency is { } level)
            guard.Values("write_consistency_levels", "write consistency levels", [level.Name()]);
    }

    private static void CheckRow(Guard guard, Row row, IReadOnlyList<ColumnMetadata> columns)
    {
        ReadOnlySpan<Cell> cells = row.Cells;
        int items = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            ref readonly Cell cell = ref cells[i];
            ColumnMetadata column = columns[cell.Column];
            if (cell.IsTombstone)
                continue;
            ReadOnlySpan<byte> value = row.Value(cell);
            if (value.Length > 0)
                CheckSize(guard, column, value.Length);
            if (!column.IsComplex)
            {
                if (column.Type.Unreversed is ListType or SetType or MapType && value.Length >= sizeof(int))
                    CheckItems(guard, column, BinaryPrimitives.ReadInt32BigEndian(value));
                continue;
            }

            if (!cell.Path.IsNull && column.Type is not ListType)
                CheckSize(guard, column, cell.Path.Length);
            items++;
            if (i + 1 == cells.Length || cells[i + 1].Column != cell.Column)
            {
                if (column.Type is ListType or SetType or MapType)
                    CheckItems(guard, column, items);
                items = 0;
            }
        }
    }

    private static void CheckItems(Guard guard, ColumnMetadata column, int count) => guard.Max(
        "items_per_collection",
        count,
        (kind, t) => $"Detected collection {column.Name} with {count} items, this exceeds the {kind} threshold of {t}.");

    private static void CheckSize(Guard guard, ColumnMetadata column, int size) => guard.Max(
        "column_value_size",
        size,
        (kind, t) => $"Value of column '{column.Name}' has size {size}, this exceeds the {kind} threshold of {t}.");
}
