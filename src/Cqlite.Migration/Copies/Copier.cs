using Cqlite.Core.Engine;
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
        IReadOnlyList<string> asked = TableNames.Resolve(_settings.Tables, schema, _source.UnreadTables.Select(t => (t.Keyspace, t.Name)));
        IReadOnlyList<UnreadTable> unread = LeftOut.Tables(_source, asked);
        string[] names = LeftOut.Others(asked, unread, schema);
        IReadOnlyList<TableMetadata> tables = asked.Count > 0 && names.Length == 0 ? [] : ChosenTables.Choose(schema, names);
        SchemaCreation creation = new(_target, schema);
        SpeedRecorder speed = new(_listener);
        ProgressMeter meter = new(_settings.Operation, tables.Count, speed);
        List<TableTransfer> results = [];
        await creation.MakeTogetherAsync(tables, cancellation).ConfigureAwait(false);
        foreach (TableMetadata table in tables)
        {
            results.Add(results.Exists(r => r.Outcome.CanBeResumed())
                ? new TableTransfer(table.Keyspace, table.Name, TransferOutcome.NotStarted) { Message = "An earlier table ended it." }
                : await CopyAsync(table, creation, meter, cancellation).ConfigureAwait(false));
        }

        IReadOnlyList<string> notes = [];
        TableMetadata[] done = [.. tables.Where(t => results.Exists(r => r.Keyspace == t.Keyspace && r.Table == t.Name && r.Outcome.IsDone()))];
        if (!results.Exists(r => r.Outcome.CanBeResumed()))
        {
            // Indexes and views are made once no more rows are to come.
            if (_settings.WithIndexes && done.Length > 0)
                await creation.CompleteAsync(done, withIndexes: true, cancellation).ConfigureAwait(false);
            notes = await TryForgetAsync(done, cancellation).ConfigureAwait(false);
        }

        results.AddRange(LeftOut.Results(unread));
        return new TransferResult(_settings.Operation, _source.Description, _target.Description, results)
        {
            StartedAt = startedAt,
            EndedAt = DateTimeOffset.UtcNow,
            Notes = [.. LeftOut.Notes(_source, tables), .. creation.Notes, .. notes],
            Speed = speed.Samples,
        };
    }

    private async Task<TableTransfer> CopyAsync(TableMetadata table, SchemaCreation creation, ProgressMeter meter, CancellationToken cancellation)
    {
        RangeRun? run = null;
        ITableSource? opened = null;
        ITableTarget? target = null;
        string? note = null;
        TransferOutcome outcome;
        string? message;
        try
        {
            TableMetadata made = await creation.PrepareAsync(table, cancellation).ConfigureAwait(false);
            target = await _target.OpenAsync(made, cancellation).ConfigureAwait(false);
            CopyLedger ledger = CopyLedger.Begin(target, _source, table, _settings.Resume);
            if (ledger.IsEnded)
                return new TableTransfer(table.Keyspace, table.Name, TransferOutcome.AlreadyDone) { Share = 1 };
            opened = await _source.At(ledger.ReadAtMicros).OpenAsync(table, cancellation).ConfigureAwait(false);
            if (!ledger.IsResumed && !opened.Fidelity.HasListPaths && !await Task.Run(target.IsEmpty, cancellation).ConfigureAwait(false))
                throw new InvalidQueryException(TableContent.ListsDoNotMerge(made));
            IReadOnlyList<TokenRange> ranges = await RangePlan.CutAsync(opened, _settings.Ranges, cancellation).ConfigureAwait(false);
            note = RangePlan.Note(_settings.Ranges, ranges.Count);
            run = new RangeRun(opened, _settings.Ranges, meter, target.Times);
            await run.RunAsync(
                ledger.Pending(ranges),
                (cursor, ending) =>
                {
                    target.Write(cursor, ending);
                    ledger.Note(cursor.Range);
                },
                cancellation).ConfigureAwait(false);
            (outcome, message) = await LookAtSchemaAsync(table, TransferOutcome.Completed, null, cancellation).ConfigureAwait(false);
            if (outcome == TransferOutcome.Completed)
                ledger.End();
        }
        catch (Exception problem) when (TransferOutcomes.IsOutcome(problem))
        {
            (outcome, message) = (TransferOutcomes.Of(problem), TransferOutcomes.Message(problem));
            if (outcome is TransferOutcome.Refused or TransferOutcome.Failed or TransferOutcome.SchemaChanged)
                (outcome, message) = await LookAtSchemaAsync(table, outcome, message, cancellation).ConfigureAwait(false);
        }
        finally
        {
            run?.Dispose();
            if (target is not null)
                await target.DisposeAsync().ConfigureAwait(false);
        }

        return RangeRun.Result(run, table, outcome, message) with
        {
            RejectedRows = target?.RejectedRows ?? 0,
            Notes = [.. opened?.Fidelity.Notes() ?? [], .. target?.Notes ?? [], .. note is null ? (string[])[] : [note]],
        };
    }

    private Task<(TransferOutcome Outcome, string? Message)> LookAtSchemaAsync(TableMetadata table, TransferOutcome outcome, string? message, CancellationToken cancellation) => TableFates.LookAsync(
        _source,
        table,
        outcome,
        message,
        fate => $"table {table} {fate.Describe()} while it was copied: what was read before and after does not fit together.{(fate == TableFate.Changed ? " Copy it anew." : "")}",
        cancellation);

    private async Task<IReadOnlyList<string>> TryForgetAsync(IReadOnlyList<TableMetadata> tables, CancellationToken cancellation)
    {
        try
        {
            await ForgetAsync(tables, cancellation).ConfigureAwait(false);
            return [];
        }
        catch (Exception problem) when (TransferOutcomes.IsOutcome(problem))
        {
            return [$"All rows are there, but what was noted for going on could not be taken away: {problem.Message}"];
        }
    }

    /// <summary>Leaves no notes behind: what is copied again later is begun anew.</summary>
    private async Task ForgetAsync(IReadOnlyList<TableMetadata> tables, CancellationToken cancellation)
    {
        DatabaseSchema there = await _target.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        foreach (TableMetadata made in tables.Select(t => there.Table(t.Keyspace, t.Name)).OfType<TableMetadata>())
        {
            await using ITableTarget target = await _target.OpenAsync(made, cancellation).ConfigureAwait(false);
            CopyLedger.Forget(target, _source);
        }
    }
}
