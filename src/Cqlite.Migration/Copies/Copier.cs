using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Migration.Schemas;

namespace Cqlite.Migration.Copies;

/// <summary>Copies tables from any source to any target, range by range, without anything between.</summary>
public sealed class Copier
{
    private const int RangesForEachReader = 4;
    private readonly IMigrationSource _source;
    private readonly IMigrationTarget _target;
    private readonly CopySettings _settings;
    private readonly IProgress<TransferProgress>? _listener;

    /// <summary>Prepares.</summary>
    /// <param name="source">What to read; it stays its owner's.</param>
    /// <param name="target">What to write; it stays its owner's.</param>
    /// <param name="settings">How.</param>
    /// <param name="listener">Is told of progress; null for nobody.</param>
    public Copier(IMigrationSource source, IMigrationTarget target, CopySettings? settings = null, IProgress<TransferProgress>? listener = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        _source = source;
        _target = target;
        _settings = settings ?? CopySettings.Default;
        _settings.Ranges.Validate();
        _listener = listener;
    }

    /// <summary>Copies. What ends a table short is in the result, and is not thrown; neither is cancellation.</summary>
    /// <param name="cancellation">Ends it; ranges that are done stay.</param>
    /// <exception cref="InvalidQueryException">The source has no such table.</exception>
    public async Task<TransferResult> RunAsync(CancellationToken cancellation = default)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        DatabaseSchema schema = await _source.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        IReadOnlyList<TableMetadata> tables = ChosenTables.Choose(schema, _settings.Tables);
        SchemaCreation creation = new(_target, schema);
        ProgressMeter meter = new(_settings.Operation, tables.Count, _listener);
        List<TableTransfer> results = [];
        foreach (TableMetadata table in tables)
        {
            results.Add(results.Exists(r => r.Outcome.CanBeResumed())
                ? new TableTransfer(table.Keyspace, table.Name, TransferOutcome.NotStarted) { Message = "An earlier table ended it." }
                : await CopyAsync(table, creation, meter, cancellation).ConfigureAwait(false));
        }

        TableMetadata[] done = [.. tables.Where(t => results.Exists(r => r.Keyspace == t.Keyspace && r.Table == t.Name && r.Outcome.IsDone()))];
        if (_settings.WithIndexes && done.Length > 0)
            await creation.CompleteAsync(done, withIndexes: true, cancellation).ConfigureAwait(false);
        return new TransferResult(_settings.Operation, _source.Description, _target.Description, results)
        {
            StartedAt = startedAt,
            EndedAt = DateTimeOffset.UtcNow,
            Notes = creation.Notes,
        };
    }

    private async Task<TableTransfer> CopyAsync(TableMetadata table, SchemaCreation creation, ProgressMeter meter, CancellationToken cancellation)
    {
        RangeRun? run = null;
        ITableSource? opened = null;
        ITableTarget? target = null;
        Exception? error = null;
        try
        {
            TableMetadata made = await creation.PrepareAsync(table, cancellation).ConfigureAwait(false);
            target = await _target.OpenAsync(made, cancellation).ConfigureAwait(false);
            CopyLedger ledger = CopyLedger.Begin(target, _source, table, _settings.Resume);
            opened = await _source.At(ledger.ReadAtMicros).OpenAsync(table, cancellation).ConfigureAwait(false);
            if (!ledger.IsResumed && !opened.Fidelity.HasListPaths && !await Task.Run(target.IsEmpty, cancellation).ConfigureAwait(false))
                throw new InvalidQueryException(TableContent.ListsDoNotMerge(made));
            int count = _settings.Ranges.RangeCount ?? _settings.Ranges.Throttle * RangesForEachReader;
            IReadOnlyList<RangeEstimate> ranges = await opened.SplitAsync(count, cancellation).ConfigureAwait(false);
            run = new RangeRun(opened, _settings.Ranges, meter, target.Times);
            await run.RunAsync(
                ledger.Pending(ranges.Select(r => r.Range)),
                (cursor, ending) =>
                {
                    target.Write(cursor, ending);
                    ledger.Note(cursor.Range);
                },
                cancellation).ConfigureAwait(false);
            await RequireSameAsync(table, cancellation).ConfigureAwait(false);
            ledger.End();
        }
        catch (Exception problem) when (TransferOutcomes.IsOutcome(problem))
        {
            error = problem;
        }
        finally
        {
            run?.Dispose();
            if (target is not null)
                await target.DisposeAsync().ConfigureAwait(false);
        }

        return new TableTransfer(table.Keyspace, table.Name, error is null ? TransferOutcome.Completed : TransferOutcomes.Of(error))
        {
            Message = error?.Message,
            Partitions = run?.Counts.Partitions ?? 0,
            Rows = run?.Counts.Rows ?? 0,
            Bytes = run?.Counts.Bytes ?? 0,
            RejectedRows = target?.RejectedRows ?? 0,
            Share = run?.DoneShare ?? 0,
            Seconds = run?.Seconds ?? 0,
            Notes = [.. opened?.Fidelity.Notes() ?? [], .. target?.Notes ?? []],
        };
    }

    private async Task RequireSameAsync(TableMetadata table, CancellationToken cancellation)
    {
        TableMetadata? now = (await _source.ReadSchemaAsync(cancellation).ConfigureAwait(false)).Table(table.Keyspace, table.Name);
        if (now is null || TableDigest.Of(now) != TableDigest.Of(table))
            throw new Core.Engine.SchemaChangedException(table.ToString());
    }
}
