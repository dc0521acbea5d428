using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Views;

/// <summary>
/// Keeps materialized views up to date: a table's row is read, the view's rows are computed, and both are written before the partition's lock is given back,
/// as one mutation, so that after a crash the view has what its table has.
/// </summary>
/// <remarks>Source of the semantics: org/apache/cassandra/db/view/TableViews.java (generateViewUpdates).</remarks>
internal static class ViewMaintenance
{
    /// <summary>Whether views follow a table.</summary>
    public static bool HasViews(Database database, TableMetadata table) => ViewPlan.Of(database.Schema, table).Length > 0;

    /// <summary>Applies mutations, and to views what follows from them.</summary>
    /// <param name="database">The database.</param>
    /// <param name="mutations">The mutations. Whoever holds partition locks already holds those of all tables among them that have views.</param>
    /// <param name="nowSeconds">The present, in seconds since 1970.</param>
    /// <exception cref="SchemaChangedException">A table was defined anew since; nothing was applied.</exception>
    public static void Apply(Database database, Mutation[] mutations, long nowSeconds)
    {
        DatabaseSchema schema = database.Schema;
        List<DecoratedKey>? keys = null;
        foreach (Mutation mutation in mutations)
        {
            foreach (PartitionUpdate update in mutation.Updates)
            {
                if (ViewPlan.Of(schema, update.Table).Length > 0)
                    (keys ??= []).Add(update.Key);
            }
        }

        if (keys is null)
        {
            database.Apply(mutations);
            return;
        }

        using (database.LockPartitions([.. keys]))
        {
            List<Mutation> all = [];
            foreach (Mutation mutation in mutations)
            {
                List<Mutation> whole = [mutation];
                foreach (PartitionUpdate update in mutation.Updates)
                    whole.AddRange(Follow(database, ViewPlan.Of(schema, update.Table), update, nowSeconds).Select(u => new Mutation(u)));
                all.AddRange(Mutation.Together(whole, database.LargestMutationBytes));
            }

            database.Apply([.. all]);
        }
    }

    /// <summary>Writes a view's rows of one partition of its table, as if the table's rows were new.</summary>
    public static void Build(Database database, ViewPlan plan, TableStore store, in DecoratedKey key, long nowSeconds)
    {
        using (database.LockPartitions(key))
        {
            var content = BaseContent.Of(store, key, [ClusteringSlice.All]);
            var entries = new ViewEntries(plan, key, nowSeconds);
            foreach (Row row in content.Rows)
                entries.Add(null, row);
            Mutation[] mutations = [.. entries.Build().Select(u => new Mutation(u))];
            if (mutations.Length > 0)
                database.Apply(mutations);
        }
    }

    private static IEnumerable<PartitionUpdate> Follow(Database database, ViewPlan[] plans, PartitionUpdate update, long nowSeconds)
    {
        if (plans.Length == 0)
            return [];
        BaseContent changes = BaseContent.Of(update);
        if (changes.IsEmpty)
            return [];
        BaseContent existing = BaseContent.Of(database.OpenTable(update.Table), update.Key, changes.Slices());
        ViewEntries[] views = [.. plans.Select(p => new ViewEntries(p, update.Key, nowSeconds))];
        Walk(update.Table, existing, changes, views);
        return views.SelectMany(v => v.Build());
    }

    // Both in clustering order, side by side; a row that one side lacks is there a row without anything, but for the deletion that holds.
    private static void Walk(TableMetadata table, BaseContent existing, BaseContent changes, ViewEntries[] views)
    {
        var order = new ClusteringComparator(table);
        var merger = new RowMerger(table, 2, isStatic: false);
        int next = 0;
        foreach (Row change in changes.Rows)
        {
            for (; next < existing.Rows.Count && order.Compare(existing.Rows[next].Clustering, change.Clustering) < 0; next++)
                AddDeleted(existing.Rows[next], changes, merger, views);
            bool isKnown = next < existing.Rows.Count && order.Compare(existing.Rows[next].Clustering, change.Clustering) == 0;
            Add(isKnown ? existing.Rows[next++] : Deleted(change, existing), change, merger, views);
        }

        for (; next < existing.Rows.Count; next++)
            AddDeleted(existing.Rows[next], changes, merger, views);
    }

    private static void AddDeleted(Row existing, BaseContent changes, RowMerger merger, ViewEntries[] views)
    {
        if (Deleted(existing, changes) is { } deleted)
            Add(existing, deleted, merger, views);
    }

    private static Row? Deleted(Row place, BaseContent content)
    {
        DeletionTime deletion = content.DeletionAt(place.Clustering);
        if (deletion.IsLive)
            return null;
        var row = new Row();
        row.ResetToArena(isStatic: false);
        foreach (Slice value in place.ClusteringSlices)
            row.AddClustering(value.IsNull ? Slice.Null : row.Store(place.Bytes(value)));
        row.Deletion = deletion;
        return row;
    }

    private static void Add(Row? existing, Row change, RowMerger merger, ViewEntries[] views)
    {
        merger.Clear();
        if (existing is not null)
            merger.Add(existing);
        merger.Add(change);
        if (merger.Merge(DeletionTime.Live) is not { } merged)
            return;
        foreach (ViewEntries view in views)
            view.Add(existing, merged);
    }
}
