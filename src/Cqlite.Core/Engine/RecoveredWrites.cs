using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine;

/// <summary>
/// What only the commit log of a node's folder has, in memtables: first changes of the schema, which the schema is then read with, and
/// by that schema all else.
/// </summary>
internal sealed class RecoveredWrites
{
    private readonly DatabaseLayout _layout;
    private readonly DatabaseOptions _options;
    private readonly CommitLogReplayer _replayer;
    private readonly NodeRecord _node;
    private readonly Guid? _ownHostId;
    private readonly FlushedWrites _flushed = new();
    private readonly Dictionary<Guid, Memtable> _memtables = [];

    private RecoveredWrites(DatabaseLayout layout, DatabaseOptions options, CommitLogReplayer replayer, Guid? ownHostId)
    {
        _ownHostId = ownHostId;
        _layout = layout;
        _options = options;
        _replayer = replayer;
        _node = NodeRecord.Read(options.Files, [.. Folders(SystemKeyspaces.System, "local").SelectMany(t => t.SSTables)]);
        foreach ((Guid table, CommitLogPosition position) in _node.Truncations)
            _flushed.AddTruncation(table, position);
    }

    /// <summary>What was replayed; null before <see cref="Replay"/>.</summary>
    public CommitLogReplay? Report { get; private set; }

    /// <summary>Reads the changes of the schema in the commit log that belongs to the folders; null where there is none.</summary>
    /// <param name="layout">The folders.</param>
    /// <param name="options">How to read.</param>
    /// <param name="ownHostId">The host that a database of this product names as its SSTables' origin; null for what is Cassandra's.</param>
    public static RecoveredWrites? Find(DatabaseLayout layout, DatabaseOptions options, Guid? ownHostId = null)
    {
        if (!options.ReplayCommitLog || layout.CommitLogDirectory is not { } directory)
            return null;
        CommitLogReplayer replayer = new(options.Files, directory);
        if (replayer.IsEmpty)
            return null;
        RecoveredWrites recovered = new(layout, options, replayer, ownHostId);
        recovered.ReplaySchema();
        return recovered;
    }

    /// <summary>What the log has of a table beyond its SSTables; null for nothing.</summary>
    public Memtable? Of(TableMetadata table) => _memtables.GetValueOrDefault(table.Id) is { IsEmpty: false } memtable ? memtable : null;

    /// <summary>The tables of which the log has something beyond their SSTables.</summary>
    public IEnumerable<TableMetadata> Tables => _memtables.Values.Where(m => !m.IsEmpty).Select(m => m.Table);

    /// <summary>Memory that it takes, in bytes.</summary>
    public long MemoryBytes => _memtables.Values.Sum(m => m.MemoryBytes);

    /// <summary>Replays the writes to a schema's tables.</summary>
    public void Replay(DatabaseSchema schema)
    {
        var tables = new Dictionary<Guid, TableMetadata>();
        foreach (KeyspaceMetadata keyspace in schema.Keyspaces.Values)
        {
            if (keyspace.Name == SystemKeyspaces.Schema)
                continue;
            foreach (TableMetadata table in keyspace.Tables.Values.Concat(keyspace.Views.Values.Select(v => v.Table)))
                tables[table.Id] = table;
        }

        foreach (TableMetadata table in tables.Values)
            NoteFlushed(table);
        HashSet<Guid> schemaTables = [.. SchemaTables().Select(t => t.Id)];
        Report = _replayer.Replay(tables.GetValueOrDefault, _flushed, Apply, id => !schemaTables.Contains(id));
    }

    private static IEnumerable<TableMetadata> SchemaTables() => SystemSchemaTables.Keyspace(SchemaLayout.V50).Tables.Values;

    private void ReplaySchema()
    {
        Dictionary<Guid, TableMetadata> tables = SchemaTables().ToDictionary(t => t.Id);
        foreach (TableMetadata table in tables.Values)
            NoteFlushed(table);
        _replayer.Replay(tables.GetValueOrDefault, _flushed, Apply, tables.ContainsKey);
    }

    private void Apply(UnfilteredCursor update)
    {
        if (!_memtables.TryGetValue(update.Table.Id, out Memtable? memtable))
            _memtables.Add(update.Table.Id, memtable = new Memtable(update.Table));
        memtable.Apply(update);
    }

    private void NoteFlushed(TableMetadata table)
    {
        foreach (SSTableDescriptor descriptor in Folders(table.Keyspace, table.Name).Where(f => f.Id == table.Id).SelectMany(f => f.SSTables))
        {
            StatsMetadata stats;
            try
            {
                stats = SSTableStatistics.Read(_options.Files, descriptor.PathOf(SSTableComponent.Statistics), descriptor.Version).Stats;
            }
            catch (Exception problem) when (problem is StorageException or CorruptDataException or UnsupportedFormatException)
            {
                // Whoever reads this table is told; the others are as they were. What the log has of it is replayed again, which changes nothing.
                continue;
            }

            _flushed.Add(table.Id, stats, _node.HostId);
            _flushed.Add(table.Id, stats, _ownHostId);
        }
    }

    private IEnumerable<TableFolder> Folders(string keyspace, string table) => _layout.Tables.Where(t => t.Keyspace == keyspace && t.Table == table);
}
