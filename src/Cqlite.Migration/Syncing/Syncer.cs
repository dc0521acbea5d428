using System.Diagnostics;
using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Schemas;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Syncing;

/// <summary>
/// Carries what a database has changed since a time back to a cluster, several ranges of a table at once. What was deleted is known as long as its tombstones are there. Counters are not
/// synced, for their sums can't be set: a table of them that is named fails, one that its keyspace was named for is left out.
/// </summary>
public sealed class Syncer
{
    private const int MicrosPerSecond = 1_000_000;
    private const int RangesOfWorker = 4;
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
        settings.Ranges.Validate();
        _settings = settings;
        _listener = listener;
        _nowSeconds = settings.NowSeconds ?? cluster.ReadAtMicros / MicrosPerSecond;
        _database = database.At(_nowSeconds * MicrosPerSecond);
        _cluster = cluster.At(_nowSeconds * MicrosPerSecond);
    }

    /// <summary>What would be written. Nothing is.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SyncStoppedException">It was cancelled; the error has what was found until then.</exception>
    public Task<SyncReport> PlanAsync(CancellationToken cancellation = default) => RunAsync(null, cancellation);

    /// <summary>Writes it.</summary>
    /// <param name="into">The cluster, to be written.</param>
    /// <param name="cancellation">Ends it; what was written by then stays, and is not written again.</param>
    /// <exception cref="SyncStoppedException">It was cancelled; the error has what was done until then.</exception>
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
        IReadOnlyList<TableMetadata> chosen = ChosenTables.Choose(schema, _settings.Tables);
        HashSet<string> named = [.. TableNames.Resolve(_settings.Tables, schema)];
        List<TableSync> tables = [];
        ProgressMeter meter = new("sync", chosen.Count, _listener);
        try
        {
            foreach (TableMetadata table in chosen)
            {
                (TableSync result, OperationCanceledException? stopped) = await SyncAsync(table, named.Contains($"{table.Keyspace}.{table.Name}"), clusterSchema.Table(table.Keyspace, table.Name), into, meter, cancellation).ConfigureAwait(false);
                tables.Add(result);
                if (stopped is not null)
                    throw stopped;
            }

            return Report();
        }
        catch (OperationCanceledException stopped) when (cancellation.IsCancellationRequested)
        {
            tables.AddRange(chosen.Skip(tables.Count).Select(t => new TableSync(t.Keyspace, t.Name) { Message = "It was stopped before the table was begun." }));
            throw new SyncStoppedException(Report(), stopped);
        }

        SyncReport Report() => new(_database.Description, _cluster.Description, tables)
        {
            IsDryRun = into is null,
            SinceMicros = _settings.SinceMicros,
            Resolution = _settings.Resolution,
            StartedAt = started,
            EndedAt = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>Goes through a table; what stopped it is given back beside what was done.</summary>
    private async Task<(TableSync Result, OperationCanceledException? Stopped)> SyncAsync(
        TableMetadata table, bool isNamed, TableMetadata? other, IMigrationTarget? into, ProgressMeter meter, CancellationToken cancellation)
    {
        TableSync nothing = new(table.Keyspace, table.Name);
        if (Obstacle(table, other) is { } obstacle)
        {
            meter.Report(table.ToString(), 0, 0, 1, Stopwatch.GetTimestamp(), isDone: true);
            return (nothing with { Message = obstacle, IsLeftOut = table.IsCounter && !isNamed }, null);
        }

        ITableTarget? target = null;
        SyncedRanges? ranges = null;
        try
        {
            ITableSource left = await _database.OpenAsync(table, cancellation).ConfigureAwait(false);
            ITableSource right = await _cluster.OpenAsync(other!, cancellation).ConfigureAwait(false);
            target = into is null ? null : await into.OpenAsync(other!, cancellation).ConfigureAwait(false);
            ComparisonTerms terms = ComparisonTerms.Of(left, right, new ValidationSettings { WriteTimes = true, Ttls = true }, _nowSeconds, Validator.TtlTolerance(_cluster));
            ranges = new SyncedRanges(left, right, new ComparisonPlan(terms, table), new SyncPolicy(_settings.Resolution, _settings.SinceMicros), _settings.MaxDecisions);
            RangeRunOptions options = Options(isDryRun: into is null);
            IReadOnlyList<RangeEstimate> split = await right.SplitAsync(options.RangeCount ?? options.Throttle * RangesOfWorker, cancellation).ConfigureAwait(false);
            using RangeRun run = new(ranges, options, meter, times: null);
            await run.RunAsync(split.Select(r => r.Range), Work, cancellation).ConfigureAwait(false);
            return (Done() with { Share = 1 }, null);
        }
        catch (CqliteException e)
        {
            return (Done() with { Message = e.Message }, null);
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            TableSync done = Done();
            return (done with { Message = string.Create(CultureInfo.InvariantCulture, $"It was stopped when {done.Share * 100:0.0} % of the table was done; what was under way may be written in part.") }, e);
        }
        finally
        {
            if (target is not null)
                await target.DisposeAsync().ConfigureAwait(false);
        }

        void Work(RangeCursor cursor, CancellationToken ending)
        {
            Corrector.Write(cursor, target, ending);
            ranges.Complete(cursor.Range);
        }

        TableSync Done() => (ranges?.ToResult() ?? nothing) with { RejectedRows = target?.RejectedRows ?? 0 };
    }

    private RangeRunOptions Options(bool isDryRun) => _settings.Ranges with
    {
        MaxRangeBytes = long.MaxValue,
        MinRangeRows = long.MaxValue,
        RowsPerSecond = isDryRun ? 0 : _settings.Ranges.RowsPerSecond,
        BytesPerSecond = isDryRun ? 0 : _settings.Ranges.BytesPerSecond,
    };

    private static string? Obstacle(TableMetadata table, TableMetadata? other)
    {
        if (table.IsCounter)
            return "Counters are not synced: what was added on both sides can't be told apart. Where only the database has counted, a copy of the table (migrate copy, Copy-CassandraTable) brings those of the cluster to its values.";
        if (other is null)
            return "The cluster has no such table.";
        return Validator.Obstacle(table, other);
    }
}
