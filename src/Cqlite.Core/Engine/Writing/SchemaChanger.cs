using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Writing;

/// <summary>Makes changes of the schema durable, in the rows of system_schema, and puts them in force. For one thread at a time; writers go on meanwhile.</summary>
/// <param name="database">The database.</param>
/// <param name="writer">Its writer.</param>
/// <param name="flusher">Flushes what must be in SSTables before.</param>
/// <param name="folders">Where the tables lie.</param>
/// <param name="log">The log.</param>
/// <param name="barrier">Keeps writers out while definitions change.</param>
internal sealed class SchemaChanger(Database database, DatabaseWriter writer, Flusher flusher, TableFolders folders, LogSegments log, WriteBarrier barrier)
{
    /// <summary>Changes one schema to another.</summary>
    /// <exception cref="InvalidQueryException">A keyspace's name can be that of no folder; nothing was changed.</exception>
    /// <exception cref="StorageException">What the disk has is the old schema or the new one; which, the next opening tells.</exception>
    public void Change(DatabaseSchema before, DatabaseSchema after)
    {
        foreach (string keyspace in after.Keyspaces.Keys.Where(k => !before.Keyspaces.ContainsKey(k)))
            TableFolders.RequireName(keyspace);
        TableStore[] dropped = [.. before.Keyspaces.Values.SelectMany(k => k.TablesAndViews).Where(t => after.Table(t.Keyspace, t.Name)?.Id != t.Id).Select(database.OpenTable)];
        if (dropped.Length == 0)
        {
            Persist(before, after);
            PutInForce(before, after, dropped);
        }
        else
        {
            PutInForce(before, after, dropped);
            Forget(dropped, () => Persist(before, after));
        }
    }

    private void Persist(DatabaseSchema before, DatabaseSchema after)
    {
        IReadOnlyList<Mutation> mutations = SchemaMutations.Of(SystemSchemaWriter.Changes(before, after), writer.NextMicros());
        if (mutations.Count == 0)
            return;
        writer.Apply([.. mutations]);
        foreach (TableMetadata table in mutations.SelectMany(m => m.Updates).Select(u => u.Table).Distinct())
            flusher.Write(database.OpenTable(table));
    }

    private void PutInForce(DatabaseSchema before, DatabaseSchema after, TableStore[] dropped)
    {
        var redefined = new List<(TableStore Store, TableMetadata Table)>();
        foreach (TableMetadata old in before.Keyspaces.Values.SelectMany(k => k.TablesAndViews))
        {
            TableMetadata? now = after.Table(old.Keyspace, old.Name);
            if (ReferenceEquals(now, old))
                continue;
            if (now?.Id == old.Id)
            {
                TableStore store = database.OpenTable(old);
                redefined.Add((store, now));
                flusher.Write(store);
            }
        }

        using IDisposable pause = writer.IndexBuilder.Suspend();
        using IDisposable suspension = writer.Compactor.Suspend([.. redefined.Select(r => r.Store.Table.Id), .. dropped.Select(d => d.Table.Id)]);
        barrier.Exclusively(() =>
        {
            var reopened = new List<TableStore>();
            foreach ((TableStore store, TableMetadata table) in redefined)
            {
                flusher.Switch(store);
                flusher.WriteSwitched(store);
                reopened.Add(new TableStore(
                    table,
                    store.Directory,
                    database.OpenSSTables(table, [.. store.SSTables.Select(s => s.Descriptor)]),
                    new MemtableSlot(new Memtable(table), log.End))
                {
                    Indexes = writer.IndexesOf(table, store.Table),
                });
            }

            database.Replace(after, reopened, dropped);
        });
        foreach ((TableStore store, _) in redefined)
            store.Dispose();
        if (redefined.Exists(r => r.Store.Indexes is not null && (r.Table.Indexes.Count > 0 || r.Store.Table.Indexes.Count > 0)))
            writer.IndexBuilder.Wake();
    }

    /// <summary>
    /// Ends tables that nobody writes to any more. The log must have nothing of them once their definitions are gone: a mutation that updates a table that is
    /// not known is passed over when the log is replayed, with all that it does to others.
    /// </summary>
    private void Forget(TableStore[] dropped, Action persist)
    {
        foreach (TableStore store in dropped)
            flusher.Write(store);
        flusher.FlushAll();
        persist();
        foreach (TableStore store in dropped)
        {
            store.Dispose();
            folders.Delete(store);
        }
    }
}
