using Cqlite.Core.Engine;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Views;

/// <summary>
/// Fills a view from the rows that its table has. A file in the view's folder says that this has come to its end and that the rows are in SSTables: a view without it, as a
/// crash leaves one, is filled again when the database is opened. Cassandra passes over files that are no components of SSTables.
/// </summary>
internal static class ViewBuild
{
    private const string MarkName = "cqlite-view-is-built";

    /// <summary>Fills the views of a keyspace, or of all, that are not filled yet.</summary>
    /// <exception cref="Errors.StorageException">The disk refuses.</exception>
    public static void Complete(Database database, string? keyspace = null)
    {
        foreach (KeyspaceMetadata each in database.Schema.Keyspaces.Values)
        {
            if (each.Views.IsEmpty || (keyspace is not null && each.Name != keyspace))
                continue;
            foreach (ViewMetadata view in each.Views.Values)
            {
                if (ViewPlan.Of(database.Schema, each.Tables[view.BaseTable]).FirstOrDefault(p => p.Table.Name == view.Table.Name) is { } plan)
                    Fill(database, plan);
            }
        }
    }

    private static void Fill(Database database, ViewPlan plan)
    {
        TableStore viewStore = database.OpenTable(plan.Table);
        if (database.FileExistsBeside(viewStore, MarkName))
            return;
        TableStore store = database.OpenTable(plan.BaseTable);
        long nowSeconds = database.NowSeconds;
        using (UnfilteredCursor cursor = store.Read(ReadRequest.All))
        {
            while (cursor.MoveToNextPartition())
            {
                // What is written meanwhile is read again under the lock, and is in the view by its writer's doing.
                var key = new DecoratedKey(cursor.Token, cursor.PartitionKey.ToArray());
                ViewMaintenance.Build(database, plan, store, key, nowSeconds);
            }
        }

        database.Flush(plan.Table);
        database.CreateFileBeside(viewStore, MarkName);
    }
}
