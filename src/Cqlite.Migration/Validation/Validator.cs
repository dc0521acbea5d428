using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

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
        List<(string Keyspace, string Table)> names = Choose(source, target);
        bool comparesSchema = _settings.Checks.HasFlag(ValidationChecks.Schema);
        List<SchemaDifference> schema = comparesSchema ? CompareSchemas(source, target, names) : [];
        bool comparesRows = (_settings.Checks & (ValidationChecks.Count | ValidationChecks.Data)) != 0;
        ValidationReport report = new()
        {
            Format = ValidationReport.FormatName,
            FormatVersion = ValidationReport.CurrentVersion,
            ReportId = Guid.NewGuid(),
            ToolVersion = ValidationReport.CurrentToolVersion(),
            StartedAt = _settings.Earlier?.StartedAt ?? started,
            EndedAt = started,
            Source = _source.Description,
            Target = _target.Description,
            Checks = _settings.Checks,
            Strict = _settings.Strict,
            Tolerance = _settings.Tolerance,
            Seed = _settings.Random ? _settings.Seed : null,
            Schema = !comparesSchema ? CheckStatus.NotChecked : schema.Count == 0 ? CheckStatus.Passed : CheckStatus.Failed,
            SchemaDifferences = schema,
            SchemaNotChecked = comparesSchema ? [.. SchemaLeftOut()] : [],
            Tables = [],
            Status = CheckStatus.NotChecked,
        };
        ProgressMeter meter = new("validate", names.Count, progress);
        List<TableValidation> tables = [];
        try
        {
            foreach ((string keyspace, string table) in comparesRows ? names : [])
                tables.Add(await CompareAsync(keyspace, table, source, target, meter, cancellation).ConfigureAwait(false));
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
            IEnumerable<TableValidation> rest = names.Skip(tables.Count).Select(n => new TableValidation(n.Keyspace, n.Table)
            {
                Message = "The validation was stopped before the table's end.",
                NotChecked = ["The table."],
            });
            throw new ValidationStoppedException(Judged(report with { Tables = [.. tables, .. comparesRows ? rest : []] }), stopped);
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

    private List<(string Keyspace, string Table)> Choose(DatabaseSchema source, DatabaseSchema target)
    {
        HashSet<(string Keyspace, string Table)> all =
        [
            .. from keyspace in source.Keyspaces.Values.Concat(target.Keyspaces.Values)
               where !keyspace.IsVirtual && (_settings.Tables.Count > 0 || !SystemKeyspaces.IsSystem(keyspace.Name))
               from table in keyspace.Tables.Values
               where table.Kind == TableKind.Table
               select (keyspace.Name, table.Name),
            .. LeftOut.Tables(_source, _settings.Tables).Concat(LeftOut.Tables(_target, _settings.Tables)).Select(t => (t.Keyspace, t.Name)),
        ];
        foreach (string name in _settings.Tables)
        {
            if (!all.Any(t => IsNamed(t, name)))
                throw new InvalidQueryException($"neither source nor target has a keyspace or table '{name}'; name tables as keyspace.table.");
        }

        return [.. all.Where(t => _settings.Tables.Count == 0 || _settings.Tables.Any(name => IsNamed(t, name))).Order()];
    }

    private static bool IsNamed((string Keyspace, string Table) table, string name) => name == table.Keyspace || name == $"{table.Keyspace}.{table.Table}";

    private List<SchemaDifference> CompareSchemas(DatabaseSchema source, DatabaseSchema target, List<(string Keyspace, string Table)> names)
    {
        List<SchemaDifference> differences = [];
        foreach (IGrouping<string, string> group in names.GroupBy(n => n.Keyspace, n => n.Table, StringComparer.Ordinal))
        {
            KeyspaceMetadata? one = source.Keyspaces.GetValueOrDefault(group.Key);
            HashSet<string>? tables = _settings.Tables.Count == 0 || _settings.Tables.Contains(group.Key) ? null : [.. group];
            if (one is null)
                differences.Add(new SchemaDifference($"keyspace {group.Key}", "existence", null, group.Key));
            else
                differences.AddRange(SchemaComparer.Compare(one, target.Keyspaces.GetValueOrDefault(group.Key), tables));
        }

        return [.. differences.Where(d => (_settings.WithIndexes || !d.Element.StartsWith("index ", StringComparison.Ordinal)) && (_settings.WithUserTypes || !d.Element.StartsWith("type ", StringComparison.Ordinal)))];
    }

    private async Task<TableValidation> CompareAsync(
        string keyspace, string name, DatabaseSchema source, DatabaseSchema target, ProgressMeter meter, CancellationToken cancellation)
    {
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
            ITableSource left = await _source.OpenAsync(one, cancellation).ConfigureAwait(false);
            ITableSource right = await _target.OpenAsync(other, cancellation).ConfigureAwait(false);
            ComparisonTerms terms = ComparisonTerms.Of(left, right, _settings, _nowSeconds, Math.Max(TtlTolerance(_source), TtlTolerance(_target)));
            if (_earlier?.Find(keyspace, name, terms) is { } known)
            {
                meter.Report(one.ToString(), known.SourceRows ?? 0, 0, 1, System.Diagnostics.Stopwatch.GetTimestamp(), isDone: true);
                return known;
            }

            CellTimes times = (terms.WriteTimes ? CellTimes.Writes : CellTimes.None) | (terms.Ttls ? CellTimes.Ttls : CellTimes.None);
            left = await left.WithTimesAsync(times, cancellation).ConfigureAwait(false);
            right = await right.WithTimesAsync(times, cancellation).ConfigureAwait(false);
            TableValidation result = await new TableComparison(left, right, terms, _settings, meter).RunAsync(cancellation).ConfigureAwait(false);
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
            return nothing with { Message = e.Message, NotChecked = ["The table: it could not be read to its end."] };
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
