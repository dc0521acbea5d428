using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Syncing;

/// <summary>Counts decisions, and keeps some of them by name.</summary>
internal sealed class SyncTally(TableMetadata table, int capacity)
{
    private readonly List<SyncDecision> _decisions = [];

    public TableSync Counts { get; set; } = new(table.Keyspace, table.Name);

    /// <summary>What was decided so far.</summary>
    public TableSync ToResult() => Counts with { Decisions = _decisions };

    /// <summary>Notes a decision about a cell or, without a column, a row.</summary>
    public void Note(SyncAction action, ReadOnlySpan<byte> partitionKey, Row row, ComparedColumn? column, string? element, long databaseMicros, long? clusterMicros, bool isConflict)
    {
        Counts = Counts with
        {
            WrittenCells = Counts.WrittenCells + (action == SyncAction.Write ? 1 : 0),
            DeletedCells = Counts.DeletedCells + (action == SyncAction.DeleteCell ? 1 : 0),
            DeletedRows = Counts.DeletedRows + (action == SyncAction.DeleteRow ? 1 : 0),
            Kept = Counts.Kept + (action == SyncAction.Keep ? 1 : 0),
            Undecided = Counts.Undecided + (action == SyncAction.Undecided ? 1 : 0),
            Conflicts = Counts.Conflicts + (isConflict ? 1 : 0),
        };
        if (_decisions.Count >= capacity)
            return;
        _decisions.Add(new SyncDecision(action, CqlText.PartitionKey(table, partitionKey), row.IsStatic ? null : CqlText.Clustering(table, row), column?.Name, element)
        {
            DatabaseMicros = databaseMicros,
            ClusterMicros = clusterMicros,
            IsConflict = isConflict,
        });
    }

    /// <summary>Which element of a column a cell is; null for simple columns.</summary>
    public static string? Element(ComparedColumn column, Row row, in Cell cell) => !column.IsComplex ? null : CqlText.Element(column.Type, row.Path(cell));
}
