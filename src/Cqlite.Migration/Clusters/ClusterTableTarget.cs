using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>One table of a cluster as a target.</summary>
internal sealed class ClusterTableTarget : ITableTarget
{
    private readonly CassandraConnection _connection;
    private readonly ClusterWriting _writing;
    private readonly RowStatements _statements;
    private readonly Rejects _rejects;
    private readonly ArrivalLedger? _done;
    private readonly PatientExecution _execution;
    private readonly bool _hasLists;

    public ClusterTableTarget(CassandraConnection connection, TableMetadata table, ClusterWriting writing)
    {
        _connection = connection;
        _writing = writing;
        Table = table;
        _statements = new RowStatements(table);
        _rejects = new Rejects(writing.RejectPath, table.ToString());
        _execution = new PatientExecution(connection, writing, _rejects, table);
        _hasLists = table.Statics.Concat(table.Regulars).Any(RowStatements.IsList);
        if (writing.StatePath is { } folder)
        {
            // With its id: a table that was made anew, or that another cluster of this name has, has none of what was written into this one.
            PhysicalFileSystem.Instance.CreateDirectory(folder);
            _done = new ArrivalLedger(PhysicalFileSystem.Instance, Path.Combine(folder, $"{table.Keyspace}-{table.Name}-{table.Id:N}.done"));
        }
    }

    /// <inheritdoc/>
    public TableMetadata Table { get; }

    /// <inheritdoc/>
    public long RejectedRows => _rejects.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Notes
    {
        get
        {
            if (_hasLists)
                yield return "Elements of lists that are not frozen get places of their own, in the same order: nobody else may write these lists meanwhile.";
            if (Table.IsCounter)
                yield return "Counters are brought to their value by adding what is missing: nobody else may count meanwhile. Their deletions are left out.";
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> DoneWork => _done?.Lines ?? [];

    /// <inheritdoc/>
    public void NoteWork(string line)
    {
        if (_done is null)
            return;

        // Another copy that has ended may have taken the folder away, which was empty then.
        PhysicalFileSystem.Instance.CreateDirectory(_writing.StatePath!);
        _done.Add(line);
    }

    /// <inheritdoc/>
    public void ForgetWork(string prefix) => _done?.Remove(prefix);

    /// <summary>Forgets what was done of a table that has no row, as one that was truncated since: all of it is to be written again.</summary>
    public async Task ForgetWorkWhereEmptyAsync(CancellationToken cancellation)
    {
        if (_done is not { Lines.Count: > 0 } done)
            return;
        using ClusterSource cluster = new(_connection, ClusterReading.Default with { PageSize = 1 });
        ITableSource rows = await cluster.OpenAsync(Table, cancellation).ConfigureAwait(false);
        if (await Task.Run(IsWithoutRows, cancellation).ConfigureAwait(false))
            done.Remove("");

        bool IsWithoutRows()
        {
            using UnfilteredCursor cursor = rows.Read(TokenRange.Whole, cancellation);
            return !cursor.MoveToNextPartition();
        }
    }

    /// <summary>Lists are written whole here, so that nothing is mixed with what there is.</summary>
    public bool IsEmpty() => true;

    /// <inheritdoc/>
    public void Write(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        using Flight flight = new(_execution, _writing, cancellation);
        List<RowStatement> batch = [];
        List<ListWrite> lists = [];
        Slice[] parts = new Slice[Table.PartitionKey.Count];
        while (cursor.MoveToNextPartition())
        {
            flight.BeginPartition();
            byte[] whole = cursor.PartitionKey.ToArray();
            PartitionKeys.Split(Table.ToString(), whole, parts);
            byte[][] key = [.. parts.Select(p => whole.AsSpan(p.Offset, Math.Max(p.Length, 0)).ToArray())];

            // Deletions of counters have no times of their own in CQL, and would hide what is counted afterwards.
            if (!cursor.PartitionDeletion.IsLive && !Table.IsCounter)
                batch.Add(_statements.Delete(key, cursor.PartitionDeletion));
            if (cursor.StaticRow is { } row)
                Add(flight, batch, lists, key, row);
            RangeStart? open = null;
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind == UnfilteredKind.Marker)
                    open = Table.IsCounter ? null : Follow(batch, key, open, cursor.Marker);
                else
                    Add(flight, batch, lists, key, cursor.Row);
                if (batch.Count >= _writing.BatchStatements || batch.Sum(s => s.Bytes) >= _writing.BatchBytes)
                    flight.Send(batch, cursor.Token);

                // What a deletion hides is to be gone before a list is looked at.
                if (open is null && lists.Count > 0)
                    Begin(flight, batch, lists, cursor.Token);
            }

            Begin(flight, batch, lists, cursor.Token);
        }

        flight.Land();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _rejects.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Add(Flight flight, List<RowStatement> batch, List<ListWrite> lists, byte[][] key, Row row)
    {
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? Table.Statics : Table.Regulars;
        long nowSeconds = flight.NowSeconds;
        if (Table.IsCounter)
        {
            if (CounterWrite.Of(_statements, columns, row, Place(key, row)) is { } counters)
                flight.Follow(() => counters.WriteAsync(_execution, nowSeconds, flight.Cancellation));
            return;
        }

        _statements.Append(key, row, nowSeconds, batch);
        if (_hasLists)
            lists.AddRange(ListWrite.Of(_statements, columns, row, Place(key, row), nowSeconds));
    }

    private void Begin(Flight flight, List<RowStatement> batch, List<ListWrite> lists, Token token)
    {
        flight.Send(batch, token);
        long nowSeconds = flight.NowSeconds;
        foreach (ListWrite list in lists)
            flight.Follow(() => list.WriteAsync(_execution, nowSeconds, flight.Cancellation));
        lists.Clear();
    }

    private RangeStart? Follow(List<RowStatement> batch, byte[][] key, RangeStart? open, RangeTombstoneMarker marker)
    {
        byte[][] values = [.. marker.Values.ToArray().Select(s => marker.Buffer.AsSpan(s.Offset, Math.Max(s.Length, 0)).ToArray())];
        if (marker.Kind.IsEnd() && open is { } start)
        {
            bool includesStart = start.Kind is ClusteringKind.InclusiveStart or ClusteringKind.ExclusiveEndInclusiveStart;
            bool includesEnd = marker.Kind is ClusteringKind.InclusiveEnd or ClusteringKind.InclusiveEndExclusiveStart;
            _statements.Append(key, (start.Values, includesStart), (values, includesEnd), marker.CloseDeletion(reversed: false), batch);
        }

        return marker.Kind.IsStart() ? new RangeStart(marker.Kind, values) : null;
    }

    private static byte[][] Place(byte[][] key, Row row) => row.IsStatic ? key : [.. key, .. row.ClusteringSlices.ToArray().Select(s => row.Bytes(s).ToArray())];

    private readonly record struct RangeStart(ClusteringKind Kind, byte[][] Values);
}
