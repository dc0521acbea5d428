using System.Diagnostics;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Schemas;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Syncing;

/// <summary>
/// Carries what a database has changed since a time back to a cluster. What was deleted is known as long as its tombstones are there; counters are left alone, for
/// their sums can't be set.
/// </summary>
public sealed class Syncer
{
    private const int MicrosPerSecond = 1_000_000;
    private readonly IMigrationSource _database;
    private readonly IMigrationSource _cluster;
    private readonly SyncSettings _settings;
    private readonly IProgress<TransferProgress>? _listener;
    private readonly long _nowSeconds;

    /// <summary>Prepares.</summary>
    /// <param name="database">What has the changes, tombstones included.</param>
    /// <param name="cluster">What is to have them, to be read.</param>
    /// <param name="settings">How.</param>
    /// <param name="listener">Is told of progress, where rows are those that change; null for nobody.</param>
    public Syncer(IMigrationSource database, IMigrationSource cluster, SyncSettings settings, IProgress<TransferProgress>? listener = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _listener = listener;
        _nowSeconds = settings.NowSeconds ?? cluster.ReadAtMicros / MicrosPerSecond;
        _database = database.At(_nowSeconds * MicrosPerSecond);
        _cluster = cluster.At(_nowSeconds * MicrosPerSecond);
    }

    /// <summary>What would be written. Nothing is.</summary>
    /// <param name="cancellation">Ends it.</param>
    public Task<SyncReport> PlanAsync(CancellationToken cancellation = default) => RunAsync(null, cancellation);

    /// <summary>Writes it.</summary>
    /// <param name="into">The cluster, to be written.</param>
    /// <param name="cancellation">Ends it; what was written by then stays, and is not written again.</param>
    public Task<SyncReport> ApplyAsync(IMigrationTarget into, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        return RunAsync(into, cancellation);
    }

    private async Task<SyncReport> RunAsync(IMigrationTarget? into, CancellationToken cancellation)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        DatabaseSchema schema = await _database.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        DatabaseSchema clusterSchema = await _cluster.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        List<TableSync> tables = [];
        IReadOnlyList<TableMetadata> chosen = ChosenTables.Choose(schema, _settings.Tables);
        ProgressMeter meter = new("sync", chosen.Count, _listener);
        foreach (TableMetadata table in chosen)
        {
            long tableStarted = Stopwatch.GetTimestamp();
            TableSync result = await SyncAsync(table, clusterSchema.Table(table.Keyspace, table.Name), into, meter, cancellation).ConfigureAwait(false);
            meter.Report(table.ToString(), result.ChangedRows, 0, 1, tableStarted, isDone: true);
            tables.Add(result);
        }

        return new SyncReport(_database.Description, _cluster.Description, tables)
        {
            IsDryRun = into is null,
            SinceMicros = _settings.SinceMicros,
            Resolution = _settings.Resolution,
            StartedAt = started,
            EndedAt = DateTimeOffset.UtcNow,
        };
    }

    private async Task<TableSync> SyncAsync(TableMetadata table, TableMetadata? other, IMigrationTarget? into, ProgressMeter meter, CancellationToken cancellation)
    {
        SyncTally tally = new(table, _settings.MaxDecisions);
        if (Obstacle(table, other) is { } obstacle)
            return tally.ToResult(0) with { Message = obstacle };
        ITableTarget? target = null;
        try
        {
            ITableSource left = await _database.OpenAsync(table, cancellation).ConfigureAwait(false);
            ITableSource right = await _cluster.OpenAsync(other!, cancellation).ConfigureAwait(false);
            target = into is null ? null : await into.OpenAsync(other!, cancellation).ConfigureAwait(false);
            ComparisonTerms terms = ComparisonTerms.Of(left, right, new ValidationSettings { WriteTimes = true, Ttls = true }, _nowSeconds, Validator.TtlTolerance(_cluster));
            ComparisonPlan plan = new(terms, table);
            SyncRow rows = new(plan, table, other!, new SyncPolicy(_settings.Resolution, _settings.SinceMicros), tally);
            IReadOnlyList<RangeEstimate> ranges = await right.SplitAsync(Environment.ProcessorCount * 4, cancellation).ConfigureAwait(false);
            long started = Stopwatch.GetTimestamp();
            int done = 0;
            foreach (RangeEstimate range in ranges)
            {
                using SyncCursor cursor = new(left.Read(range.Range, cancellation), right.Read(range.Range, cancellation), rows);
                await Task.Run(() => Corrector.Write(cursor, target, cancellation), cancellation).ConfigureAwait(false);
                meter.Report(table.ToString(), tally.Counts.ChangedRows, 0, (double)++done / ranges.Count, started);
            }

            return tally.ToResult(target?.RejectedRows ?? 0);
        }
        catch (CqliteException e)
        {
            return tally.ToResult(target?.RejectedRows ?? 0) with { Message = e.Message };
        }
        finally
        {
            if (target is not null)
                await target.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string? Obstacle(TableMetadata table, TableMetadata? other)
    {
        if (other is null)
            return "The cluster has no such table.";
        if (table.IsCounter)
            return "Counters are not synced: what was added on both sides can't be told apart.";
        return Validator.Obstacle(table, other);
    }
}
