using System.Buffers.Binary;
using System.Collections.Concurrent;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>One table of a cluster as a target.</summary>
internal sealed class ClusterTableTarget : ITableTarget
{
    private const int FirstWaitMillis = 100;
    private const int LongestWaitMillis = 5000;
    private readonly CassandraConnection _connection;
    private readonly ClusterWriting _writing;
    private readonly RowStatements _statements;
    private readonly Rejects _rejects;
    private readonly ArrivalLedger? _done;
    private readonly ConcurrentDictionary<string, CassandraStatement> _prepared = new(StringComparer.Ordinal);
    private readonly bool _hasLists;

    public ClusterTableTarget(CassandraConnection connection, TableMetadata table, ClusterWriting writing)
    {
        _connection = connection;
        _writing = writing;
        Table = table;
        _statements = new RowStatements(table);
        _rejects = new Rejects(writing.RejectPath, table.ToString());
        _hasLists = table.Statics.Concat(table.Regulars).Any(RowStatements.IsList);
        if (writing.StatePath is { } folder)
        {
            PhysicalFileSystem.Instance.CreateDirectory(folder);
            _done = new ArrivalLedger(PhysicalFileSystem.Instance, Path.Combine(folder, $"{table.Keyspace}.{table.Name}-{table.Id:N}.done"));
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
                yield return "Lists that are not frozen are written whole: their elements have the newest of their times, and the longest of their TTLs.";
            if (Table.IsCounter)
                yield return "Counters are brought to their value by adding what is missing: nobody else may count meanwhile. Their deletions are left out.";
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> DoneWork => _done?.Lines ?? [];

    /// <inheritdoc/>
    public void NoteWork(string line) => _done?.Add(line);

    /// <inheritdoc/>
    public void ForgetWork(string prefix) => _done?.Remove(prefix);

    /// <summary>Lists are written whole here, so that nothing is mixed with what there is.</summary>
    public bool IsEmpty() => true;

    /// <inheritdoc/>
    public void Write(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        using Flight flight = new(this, cancellation);
        List<RowStatement> batch = [];
        Slice[] parts = new Slice[Table.PartitionKey.Count];
        while (cursor.MoveToNextPartition())
        {
            byte[] whole = cursor.PartitionKey.ToArray();
            PartitionKeys.Split(Table.ToString(), whole, parts);
            byte[][] key = [.. parts.Select(p => whole.AsSpan(p.Offset, Math.Max(p.Length, 0)).ToArray())];

            // Deletions of counters have no times of their own in CQL, and would hide what is counted afterwards.
            if (!cursor.PartitionDeletion.IsLive && !Table.IsCounter)
                batch.Add(_statements.Delete(key, cursor.PartitionDeletion));
            if (cursor.StaticRow is { } row)
                Add(flight, batch, key, cursor.Token, row);
            RangeStart? open = null;
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind == UnfilteredKind.Marker)
                    open = Table.IsCounter ? null : Follow(batch, key, open, cursor.Marker);
                else
                    Add(flight, batch, key, cursor.Token, cursor.Row);
                if (batch.Count >= _writing.BatchStatements || batch.Sum(s => s.Bytes) >= _writing.BatchBytes)
                    flight.Send(batch, cursor.Token);
            }

            flight.Send(batch, cursor.Token);
        }

        flight.Land();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _rejects.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Add(Flight flight, List<RowStatement> batch, byte[][] key, Token token, Row row)
    {
        if (Table.IsCounter)
        {
            flight.Send(batch, token);
            flight.Land();
            Wait(CountAsync(key, row, flight.Cancellation));
            return;
        }

        long nowSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        _statements.Append(key, row, nowSeconds, batch);
        if (!_hasLists)
            return;
        foreach ((ColumnMetadata column, RowStatement statement, byte[] value) in Lists(key, row, nowSeconds))
        {
            flight.Send(batch, token);
            Wait(WriteListAsync(key, row, column, statement, value, flight.Cancellation));
        }
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

    /// <summary>The lists of a row, each whole.</summary>
    private IEnumerable<(ColumnMetadata Column, RowStatement Statement, byte[] Value)> Lists(byte[][] key, Row row, long nowSeconds)
    {
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? Table.Statics : Table.Regulars;
        Cell[] cells = row.Cells.ToArray();
        foreach (IGrouping<int, Cell> column in cells.Where(c => RowStatements.IsList(columns[c.Column]) && c.IsLive(nowSeconds)).GroupBy(c => c.Column))
        {
            BufferWriter value = new();
            Cell[] elements = [.. column];
            MultiCellValues.TryAssemble(columns[column.Key].Type, row, elements, nowSeconds, value);
            int ttl = elements.Any(c => !c.IsExpiring) ? 0 : elements.Max(c => RowStatements.Remaining(true, c.LocalDeletionSeconds, nowSeconds) ?? 1);
            StatementBuilder statement = new StatementBuilder()
                .Add($"UPDATE {_statements.TableName} USING TIMESTAMP ? AND TTL ? SET {CqlIdentifier.Quote(columns[column.Key].Name)} = ?{_statements.Where(row.IsStatic)}")
                .Bind(RowStatements.Int64(elements.Max(c => c.TimestampMicros))).Bind(RowStatements.Int32(ttl)).Bind(value.ToArray());
            yield return (columns[column.Key], Place(statement, key, row).Build(), value.ToArray());
        }
    }

    private static StatementBuilder Place(StatementBuilder statement, byte[][] key, Row row)
    {
        foreach (byte[] part in key)
            statement.Bind(part);
        foreach (Slice slice in row.IsStatic ? default : row.ClusteringSlices)
            statement.Bind(row.Bytes(slice).ToArray());
        return statement;
    }

    /// <summary>
    /// Writes a list unless it is there: twice written at one time, its elements would be there twice. After a write of which nobody knows what became, the next has a later
    /// time, so that it replaces that one, also if it comes late.
    /// </summary>
    private async Task WriteListAsync(
        byte[][] key, Row row, ColumnMetadata column, RowStatement statement, byte[] value, CancellationToken cancellation)
    {
        RowStatement read = Place(
            new StatementBuilder().Add($"SELECT {CqlIdentifier.Quote(column.Name)} FROM {_statements.TableName}{_statements.Where(row.IsStatic)}"), key, row).Build();
        await PatientlyAsync(
            async () =>
            {
                byte[]?[] there = await ReadAsync(read, cancellation).ConfigureAwait(false);
                if (there is [{ } existing] && existing.AsSpan().SequenceEqual(value))
                    return;
                try
                {
                    await ExecuteOnceAsync(statement, cancellation).ConfigureAwait(false);
                }
                catch (OutcomeUnknownException)
                {
                    Span<byte> micros = statement.Values[0];
                    BinaryPrimitives.WriteInt64BigEndian(micros, BinaryPrimitives.ReadInt64BigEndian(micros) + 1);
                    throw;
                }
            },
            statement,
            cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Brings a row's counters to their values. A counting that was not answered ends the work: it may come late, and what is counted again before that is counted
    /// twice. Who goes on later looks at what is there then.
    /// </summary>
    private async Task CountAsync(byte[][] key, Row row, CancellationToken cancellation)
    {
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? Table.Statics : Table.Regulars;
        Cell[] cells = [.. row.Cells.ToArray().Where(c => !c.IsTombstone)];
        if (cells.Length == 0)
            return;
        long[] wanted = [.. cells.Select(c => new CounterContext(row.Value(c)).Total)];
        string[] names = [.. cells.Select(c => CqlIdentifier.Quote(columns[c.Column].Name))];
        string where = _statements.Where(row.IsStatic);
        RowStatement read = Place(new StatementBuilder().Add($"SELECT {string.Join(", ", names)} FROM {_statements.TableName}{where}"), key, row).Build();
        bool isCounting = false;
        await PatientlyAsync(
            async () =>
            {
                isCounting = false;
                byte[]?[] there = await ReadAsync(read, cancellation).ConfigureAwait(false);
                StatementBuilder update = new StatementBuilder().Add($"UPDATE {_statements.TableName}").Begin(" SET ", ", ");
                for (int i = 0; i < wanted.Length; i++)
                {
                    bool isThere = i < there.Length && there[i] is { Length: sizeof(long) };
                    long missing = wanted[i] - (isThere ? BinaryPrimitives.ReadInt64BigEndian(there[i]) : 0);
                    if (missing != 0 || !isThere)
                        update.Item($"{names[i]} = {names[i]} + ?").Bind(RowStatements.Int64(missing));
                }

                isCounting = true;
                if (!update.IsFirst)
                    await ExecuteOnceAsync(Place(update.Add(where), key, row).Build(), cancellation).ConfigureAwait(false);
            },
            read,
            cancellation,
            mayBeDoneTwice: () => !isCounting).ConfigureAwait(false);
    }

    /// <summary>Does something until nodes let it be done; what they refuse is put aside.</summary>
    /// <param name="action">Does it.</param>
    /// <param name="statement">What is put aside.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="mayBeDoneTwice">Whether it may be done again where it may have been done; null for always.</param>
    private async Task PatientlyAsync(Func<Task> action, RowStatement statement, CancellationToken cancellation, Func<bool>? mayBeDoneTwice = null)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await action().ConfigureAwait(false);
                return;
            }
            catch (CqliteException problem) when (attempt < _writing.Retries && MayPass(problem, mayBeDoneTwice))
            {
                await Task.Delay(Random.Shared.Next(Math.Min(LongestWaitMillis, FirstWaitMillis << Math.Min(attempt, 16))), cancellation).ConfigureAwait(false);
            }
            catch (CqliteException problem) when (problem is InvalidQueryException or ServerErrorException)
            {
                _rejects.Add(statement, problem);
                return;
            }
        }
    }

    private static bool MayPass(CqliteException problem, Func<bool>? mayBeDoneTwice) => problem switch
    {
        OverloadedException or ConnectionFailedException => true,
        OutcomeUnknownException => mayBeDoneTwice is null || mayBeDoneTwice(),
        _ => false,
    };

    /// <summary>Writes a batch; one that is refused statement by statement, so that only what is wrong is put aside.</summary>
    private async Task WriteAsync(RowStatement[] statements, Token token, CancellationToken cancellation)
    {
        bool isRefused = false;
        if (statements.Length > 1)
        {
            await PatientlyAsync(
                async () =>
                {
                    try
                    {
                        await ExecuteAsync(statements, token, cancellation).ConfigureAwait(false);
                    }
                    catch (CqliteException problem) when (problem is InvalidQueryException or ServerErrorException)
                    {
                        isRefused = true;
                    }
                },
                statements[0],
                cancellation).ConfigureAwait(false);
        }

        if (statements.Length > 1 && !isRefused)
            return;
        foreach (RowStatement statement in statements)
            await PatientlyAsync(() => ExecuteAsync([statement], token, cancellation), statement, cancellation).ConfigureAwait(false);
    }

    private async Task ExecuteAsync(RowStatement[] statements, Token token, CancellationToken cancellation)
    {
        if (statements is [var only])
        {
            CassandraStatement prepared = await PrepareAsync(only.Text, cancellation).ConfigureAwait(false);
            (await _connection.ExecuteAsync(prepared, new BindValues(only.Values), new QueryOptions { Cancellation = cancellation }).ConfigureAwait(false)).Dispose();
            return;
        }

        List<(CassandraStatement Statement, BindValues Values)> batch = [];
        foreach (RowStatement statement in statements)
            batch.Add((await PrepareAsync(statement.Text, cancellation).ConfigureAwait(false), new BindValues(statement.Values)));
        await _connection.ExecuteBatchAsync(batch, Table.Keyspace, token, cancellation).ConfigureAwait(false);
    }

    /// <summary>Executes what does more each time: the connection does not try it again by itself.</summary>
    private async Task ExecuteOnceAsync(RowStatement statement, CancellationToken cancellation)
    {
        CassandraStatement prepared = await PrepareAsync(statement.Text, cancellation).ConfigureAwait(false);
        prepared.IsExecutedOnce = true;
        (await _connection.ExecuteAsync(prepared, new BindValues(statement.Values), new QueryOptions { Cancellation = cancellation }).ConfigureAwait(false)).Dispose();
    }

    private async Task<byte[]?[]> ReadAsync(RowStatement statement, CancellationToken cancellation)
    {
        CassandraStatement prepared = await PrepareAsync(statement.Text, cancellation).ConfigureAwait(false);
        using QueryResult result = await _connection.ExecuteAsync(prepared, new BindValues(statement.Values), new QueryOptions { Cancellation = cancellation }).ConfigureAwait(false);
        return result.MoveNext() ? [.. Enumerable.Range(0, result.Columns.Length).Select(result.GetBytes)] : [];
    }

    private async ValueTask<CassandraStatement> PrepareAsync(string text, CancellationToken cancellation)
    {
        if (_prepared.TryGetValue(text, out CassandraStatement? known))
            return known;
        return _prepared[text] = await _connection.PrepareAsync(text, cancellation: cancellation).ConfigureAwait(false);
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private readonly record struct RangeStart(ClusteringKind Kind, byte[][] Values);

    /// <summary>The writes of one range that are under way.</summary>
    private sealed class Flight(ClusterTableTarget owner, CancellationToken cancellation) : IDisposable
    {
        private readonly List<Task> _tasks = [];
        private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        public CancellationToken Cancellation => _ending.Token;

        /// <summary>Sends a partition's statements, and waits while too many are under way.</summary>
        public void Send(List<RowStatement> batch, Token token)
        {
            if (batch.Count == 0)
                return;
            RowStatement[] statements = [.. batch];
            batch.Clear();
            while (_tasks.Count >= owner._writing.InFlight)
            {
                int done = Task.WaitAny([.. _tasks], cancellation);
                Task first = _tasks[done];
                _tasks.RemoveAt(done);
                ClusterTableTarget.Wait(first);
            }

            _tasks.Add(owner.WriteAsync(statements, token, _ending.Token));
        }

        /// <summary>Waits for all that is under way.</summary>
        public void Land()
        {
            ClusterTableTarget.Wait(Task.WhenAll(_tasks));
            _tasks.Clear();
        }

        public void Dispose()
        {
            _ending.Cancel();
            try
            {
                Task.WaitAll([.. _tasks], CancellationToken.None);
            }
            catch (AggregateException)
            {
                // What ended the range is told of already.
            }

            _ending.Dispose();
        }
    }
}
