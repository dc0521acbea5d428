using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;
using Cqlite.Migration.Schemas;

namespace Cqlite.Migration.Validation;

/// <summary>Compares two sides, neither of which it changes: any two of cluster, database, node's directory and export.</summary>
public sealed class Validator
{
    private const int NowSince = 5;
    private const int MicrosPerSecond = 1_000_000;
    private readonly IMigrationSource _source;
    private readonly IMigrationSource _target;
    private readonly ValidationSettings _settings;
    private readonly long _nowSeconds;
    private readonly EarlierTables? _earlier;

    /// <summary>Prepares.</summary>
    /// <param name="source">What is right.</param>
    /// <param name="target">What is compared with it.</param>
    /// <param name="settings">How.</param>
    /// <exception cref="InvalidQueryException">The earlier report is of something else.</exception>
    public Validator(IMigrationSource source, IMigrationSource target, ValidationSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        _settings = settings ?? ValidationSettings.Default;
        _settings.Validate();
        _nowSeconds = EarlierTables.NowSeconds(_settings.Earlier) ?? _settings.NowSeconds ?? source.ReadAtMicros / MicrosPerSecond;
        _source = source.At(_nowSeconds * MicrosPerSecond);
        _target = target.At(_nowSeconds * MicrosPerSecond);
        _earlier = _settings.Earlier is { } earlier ? new EarlierTables(earlier, _settings, _source, _target) : null;
    }

    /// <summary>Compares.</summary>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidQueryException">A keyspace or table that was named is on neither side.</exception>
    /// <exception cref="ValidationStoppedException">It was cancelled; the error has what was found until then.</exception>
    public async Task<ValidationReport> RunAsync(IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        DatabaseSchema source = await _source.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        DatabaseSchema target = await _target.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        IReadOnlyList<string> asked = TableNames.Resolve(TableNames.Resolve(_settings.Tables, source, target), _source.UnreadTables.Concat(_target.UnreadTables).Select(t => (t.Keyspace, t.Name)));
        List<(string Keyspace, string Table)> names = Choose(source, target, asked);
        bool comparesSchema = _settings.Checks.HasFlag(ValidationChecks.Schema);
        List<SchemaDifference> schema = comparesSchema ? CompareSchemas(source, target, names, asked) : [];
        bool comparesRows = (_settings.Checks & (ValidationChecks.Count | ValidationChecks.Data)) != 0;
        ValidationReport report = new()
        {
            Format = ValidationReport.FormatName,
            FormatVersion = ValidationReport.CurrentVersion,
            ReportId = Guid.NewGuid(),
            ToolVersion = ToolVersion.Current,
            StartedAt = _settings.Earlier?.StartedAt ?? started,
            EndedAt = started,
            Source = _source.Description,
            Target = _target.Description,
            Checks = _settings.Checks,
            Strict = _settings.Strict,
            Tolerance = _settings.Tolerance,
            Seed = _settings.Random ? _settings.Seed : null,
            SampleRows = _settings.SampleRows,
            SamplePercent = _settings.SamplePercent,
            Schema = !comparesSchema ? CheckStatus.NotChecked : schema.Count == 0 ? CheckStatus.Passed : CheckStatus.Failed,
            SchemaDifferences = schema,
            SchemaNotChecked = comparesSchema ? [.. SchemaLeftOut()] : [],
            Tables = [],
            Status = CheckStatus.NotChecked,
        };
        ProgressMeter meter = new("validate", names.Count, progress);
        List<TableValidation> tables = [];
        TableComparison? current = null;
        ReportCheckpoint checkpoint = new(_settings.CheckpointPath, _settings.CheckpointInterval, _settings.CheckpointFiles);
        try
        {
            foreach ((string keyspace, string table) in comparesRows ? names : [])
            {
                tables.Add(await CompareAsync(keyspace, table, source, target, Begin, meter, cancellation).ConfigureAwait(false));
                current = null;
                checkpoint.Keep(SoFar);
            }

            IReadOnlyList<QueryTiming> timings = _settings.Checks.HasFlag(ValidationChecks.Performance) && _settings.Performance is { } performance
                ? await Task.Run(() => PerformanceCheck.Run(WithQueries(performance, source, target, names), cancellation), cancellation).ConfigureAwait(false) : [];
            return Judged(report with
            {
                Performance = timings.Count == 0 ? CheckStatus.NotChecked : ValidationReport.Worst(timings.Select(t => t.Status)),
                Timings = timings,
                Tables = tables,
            });
        }
        catch (OperationCanceledException stopped) when (cancellation.IsCancellationRequested)
        {
            throw new ValidationStoppedException(SoFar(), stopped);
        }

        Action Begin(TableComparison comparison)
        {
            current = comparison;
            return () => checkpoint.Offer(SoFar);
        }

        ValidationReport SoFar()
        {
            const string message = "The validation was stopped before the table's end.";
            IEnumerable<TableValidation> rest = names.Skip(tables.Count).Select(n => new TableValidation(n.Keyspace, n.Table) { Message = message, NotChecked = ["The table."] });
            if (current?.Unfinished(message) is { } begun)
                rest = rest.Skip(1).Prepend(begun);
            return Judged(report with { Tables = [.. tables, .. comparesRows ? rest : []] });
        }
    }

    private static PerformanceSettings WithQueries(
        PerformanceSettings performance, DatabaseSchema source, DatabaseSchema target, List<(string Keyspace, string Table)> names) => performance.Queries.Count > 0 ? performance : performance with
        {
            Queries = [.. names.Where(n => target.Table(n.Keyspace, n.Table) is not null).Select(n => source.Table(n.Keyspace, n.Table)).OfType<TableMetadata>().SelectMany(PerformanceCheck.Queries)],
        };

    private static ValidationReport Judged(ValidationReport report) => report with { EndedAt = DateTimeOffset.UtcNow, Status = report.Judge() };

    private IEnumerable<string> SchemaLeftOut()
    {
        if (!_settings.WithIndexes)
            yield return "Indexes, which were not asked for.";
        if (!_settings.WithUserTypes)
            yield return "User types, which were not asked for.";
    }

    private List<(string Keyspace, string Table)> Choose(DatabaseSchema source, DatabaseSchema target, IReadOnlyList<string> asked)
    {
        HashSet<(string Keyspace, string Table)> all =
        [
            .. from keyspace in source.Keyspaces.Values.Concat(target.Keyspaces.Values)
               where !keyspace.IsVirtual && (asked.Count > 0 || !SystemKeyspaces.IsSystem(keyspace.Name))
               from table in keyspace.Tables.Values
               where table.Kind == TableKind.Table
               select (keyspace.Name, table.Name),
            .. LeftOut.Tables(_source, asked).Concat(LeftOut.Tables(_target, asked)).Select(t => (t.Keyspace, t.Name)),
        ];
        foreach (string name in asked)
        {
            if (!all.Any(t => IsNamed(t, name)))
                throw new InvalidQueryException($"neither source nor target has a keyspace or table '{name}'; name tables as keyspace.table.");
        }

        return [.. all.Where(t => asked.Count == 0 || asked.Any(name => IsNamed(t, name))).Order()];
    }

    private static bool IsNamed((string Keyspace, string Table) table, string name) => name == table.Keyspace || name == $"{table.Keyspace}.{table.Table}";

    private List<SchemaDifference> CompareSchemas(DatabaseSchema source, DatabaseSchema target, List<(string Keyspace, string Table)> names, IReadOnlyList<string> asked)
    {
        List<SchemaDifference> differences = [];
        foreach (IGrouping<string, string> group in names.GroupBy(n => n.Keyspace, n => n.Table, StringComparer.Ordinal))
        {
            KeyspaceMetadata? one = source.Keyspaces.GetValueOrDefault(group.Key);
            HashSet<string>? tables = asked.Count == 0 || asked.Contains(group.Key) ? null : [.. group];
            if (one is null)
                differences.Add(new SchemaDifference($"keyspace {group.Key}", "existence", null, group.Key));
            else
                differences.AddRange(SchemaComparer.Compare(one, target.Keyspaces.GetValueOrDefault(group.Key), tables));
        }

        return [.. differences.Where(d => (_settings.WithIndexes || !d.Element.StartsWith("index ", StringComparison.Ordinal)) && (_settings.WithUserTypes || !d.Element.StartsWith("type ", StringComparison.Ordinal)))];
    }

    private async Task<TableValidation> CompareAsync(
        string keyspace, string name, DatabaseSchema source, DatabaseSchema target, Func<TableComparison, Action> begin, ProgressMeter meter, CancellationToken cancellation)
    {
        TableComparison? comparison = null;
        TableValidation nothing = new(keyspace, name);
        TableMetadata? one = source.Table(keyspace, name);
        TableMetadata? other = target.Table(keyspace, name);
        if (_source.UnreadTables.Concat(_target.UnreadTables).FirstOrDefault(t => t.Keyspace == keyspace && t.Name == name) is { } unread)
            return nothing with { Message = unread.Problem.Message, NotChecked = ["The table: nothing tells what it is like."] };
        if (one is null || other is null)
            return Failed(nothing, one is null ? "The source has no such table." : "The target has no such table.");
        if (Obstacle(one, other) is { } obstacle)
            return Failed(nothing, obstacle);
        try
        {
            ITableSource left = await _source.OpenAsync(one, _settings.ComparedTimes, cancellation).ConfigureAwait(false);
            ITableSource right = await _target.OpenAsync(other, _settings.ComparedTimes, cancellation).ConfigureAwait(false);
            ComparisonTerms terms = ComparisonTerms.Of(left, right, _settings, _nowSeconds, Math.Max(TtlTolerance(_source), TtlTolerance(_target)));
            TableValidation? known = _earlier?.Find(left.Table, right.Table, terms);
            if (known is { Unfinished: null })
            {
                meter.Report(one.ToString(), known.SourceRows ?? 0, 0, 1, System.Diagnostics.Stopwatch.GetTimestamp(), isDone: true);
                return known;
            }

            comparison = new TableComparison(left, right, terms, _settings, known, meter);
            TableValidation result = await comparison.RunAsync(begin(comparison), cancellation).ConfigureAwait(false);
            string[] unlike = [.. Unlike(one, other)];
            return unlike.Length == 0 || result.Data == CheckStatus.NotChecked ? result : result with
            {
                Data = CheckStatus.Failed,
                Message = $"Columns differ: {string.Join(", ", unlike)}.",
                NotChecked = [.. result.NotChecked, .. unlike.Select(c => $"Values of column {c}, which differs in type or is on one side only.")],
            };
        }
        catch (CqliteException e)
        {
            return comparison?.Unfinished(e.Message) ?? nothing with { Message = e.Message, NotChecked = ["The table: it could not be read to its end."] };
        }
    }

    private TableValidation Failed(TableValidation table, string message) => table with
    {
        Count = _settings.Checks.HasFlag(ValidationChecks.Count) ? CheckStatus.Failed : CheckStatus.NotChecked,
        Data = _settings.Checks.HasFlag(ValidationChecks.Data) ? CheckStatus.Failed : CheckStatus.NotChecked,
        Message = message,
        NotChecked = ["Rows, which can't be compared."],
    };

    /// <summary>By how many seconds the ends of lives are off: a cluster that can't be told its "now" tells what is left by its own.</summary>
    internal static int TtlTolerance(IMigrationSource source) => source.Description is { Kind: OperandKind.Cluster, ProtocolVersion: < NowSince } ? 1 : 0;

    /// <summary>Why rows of two tables can't be put side by side; null where they can.</summary>
    internal static string? Obstacle(TableMetadata one, TableMetadata other)
    {
        if (one.Partitioner.ClassName != other.Partitioner.ClassName)
            return $"The partitioners differ: {one.Partitioner.ClassName} against {other.Partitioner.ClassName}.";
        return HaveSameColumns(one.PartitionKey, other.PartitionKey) && HaveSameColumns(one.Clustering, other.Clustering) && one.IsCounter == other.IsCounter
            ? null : "The primary keys differ.";
    }

    private static bool HaveSameColumns(IReadOnlyList<ColumnMetadata> one, IReadOnlyList<ColumnMetadata> other) =>
        one.Count == other.Count && one.Zip(other).All(p => p.First.Name == p.Second.Name && p.First.Type.Equals(p.Second.Type));

    private static IEnumerable<string> Unlike(TableMetadata one, TableMetadata other) =>
        from name in one.Columns.Keys.Union(other.Columns.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
        let left = one.Column(name)
        let right = other.Column(name)
        where left is null || right is null || left.Kind != right.Kind || !left.Type.Equals(right.Type)
        select name;
}
