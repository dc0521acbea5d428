using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Migration.Schemas;

namespace Cqlite.Migration.Exports;

/// <summary>Writes tables of a source into an export directory.</summary>
public sealed class Exporter
{
    private const string Operation = "export";
    private readonly IMigrationSource _given;
    private readonly ExportSettings _settings;
    private readonly IProgress<TransferProgress>? _listener;
    private readonly string _folder;

    /// <summary>Prepares.</summary>
    /// <param name="source">What to read; it stays its owner's.</param>
    /// <param name="folder">Where to write.</param>
    /// <param name="settings">How.</param>
    /// <param name="listener">Is told of progress; null for nobody.</param>
    public Exporter(IMigrationSource source, string folder, ExportSettings? settings = null, IProgress<TransferProgress>? listener = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _given = source;
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _settings = settings ?? ExportSettings.Default;
        _settings.Ranges.Validate();
        if (!_settings.Version.CanBeWritten)
            throw new ArgumentException($"SSTables of version {_settings.SSTableVersion} are not written; nb, oa and da are.", nameof(settings));
        _listener = listener;
    }

    private IFileSystem Files => _settings.Files;

    /// <summary>
    /// Exports. What ends a table short, such as a lost node, is in the result and in the manifest, and is not thrown; neither is cancellation. Tables that are
    /// whole already stay as they are.
    /// </summary>
    /// <param name="cancellation">Ends it; ranges that are done stay.</param>
    /// <exception cref="StorageException">The folder holds something else, or can't be written; nothing was exported.</exception>
    /// <exception cref="InvalidQueryException">A table is not in the source, or the export that lies there is of another source.</exception>
    /// <exception cref="CorruptDataException">The manifest that lies there does not decode.</exception>
    public async Task<TransferResult> RunAsync(CancellationToken cancellation = default)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ExportFolder place = new(Files, _folder);
        place.RequireFree(_settings.Resume);
        DatabaseSchema schema = await _given.ReadSchemaAsync(cancellation).ConfigureAwait(false);

        // What is not there leaves no folder behind.
        ExportManifest? earlier = place.ReadManifest();
        IReadOnlyList<string> asked = TableNames.Resolve(_settings.Tables, schema, [.. _given.UnreadTables.Select(t => (t.Keyspace, t.Name)), .. earlier?.Names ?? []]);
        IReadOnlyList<UnreadTable> unread = LeftOut.Tables(_given, asked);
        (IReadOnlyList<TableMetadata> tables, IReadOnlyList<ExportTable> gone) = Choose(asked, schema, unread, earlier);
        using IDisposable held = place.Occupy(_settings.Resume);
        (ManifestFile manifest, IMigrationSource source) = Begin(place, schema, tables, unread);
        SpeedRecorder speed = new(_listener);
        ProgressMeter meter = new(Operation, tables.Count, speed);
        List<TableTransfer> results = [];
        foreach (TableMetadata table in tables)
        {
            // What ended one table would end the others; only what is wrong with the table itself does not.
            bool isOver = results.Exists(r => !r.Outcome.IsDone() && r.Outcome is not (TransferOutcome.SchemaChanged or TransferOutcome.TableDropped or TransferOutcome.Refused or TransferOutcome.SourceDamaged));
            results.Add(isOver
                ? new TableTransfer(table.Keyspace, table.Name, TransferOutcome.NotStarted) { Message = "An earlier table ended the export." }
                : await ExportAsync(source, table, manifest, meter, cancellation).ConfigureAwait(false));
        }

        results.AddRange(gone.Select(table => OfAnotherTime(manifest, table, TableFate.Dropped)));
        results.AddRange(LeftOut.Results(unread));
        OperandDescription target = new(OperandKind.ExportDirectory, _folder, source.Description.Partitioner);
        return new TransferResult(Operation, source.Description, target, results) { StartedAt = startedAt, EndedAt = DateTimeOffset.UtcNow, Notes = [.. LeftOut.Notes(_given, tables)], Speed = speed.Samples };
    }

    /// <summary>The tables that were asked for, and those of them that were begun earlier and are not in the source any more.</summary>
    private (IReadOnlyList<TableMetadata> Tables, IReadOnlyList<ExportTable> Gone) Choose(
        IReadOnlyList<string> names, DatabaseSchema schema, IReadOnlyList<UnreadTable> unread, ExportManifest? known)
    {
        ExportTable[] gone = [.. (known?.Tables ?? []).Where(t =>
            schema.Table(t.Keyspace, t.Name) is null && !unread.Any(u => u.Keyspace == t.Keyspace && u.Name == t.Name) && (names.Count == 0 || names.Contains(t.Keyspace) || names.Contains($"{t.Keyspace}.{t.Name}")))];
        string[] left = [.. LeftOut.Others(names, unread, schema).Where(n => !gone.Any(t => n == $"{t.Keyspace}.{t.Name}" || (n == t.Keyspace && !schema.Keyspaces.ContainsKey(n))))];
        return (names.Count > 0 && left.Length == 0 ? [] : ChosenTables.Choose(schema, left), gone);
    }

    /// <summary>Writes the definitions and a manifest with all tables, or takes over those that are there.</summary>
    private (ManifestFile Manifest, IMigrationSource Source) Begin(ExportFolder place, DatabaseSchema schema, IReadOnlyList<TableMetadata> tables, IReadOnlyList<UnreadTable> unread)
    {
        ExportManifest? known = place.ReadManifest();
        if (known is not null && (!known.Source.IsSameData(_given.Description) || known.Source.Partitioner != _given.Description.Partitioner))
        {
            throw new InvalidQueryException(
                $"{_folder} is an export of {known.Source.Identity}, not of {_given.Description.Identity}; it can be gone on with only from there.");
        }

        ExportTable[] added = [.. tables.Where(t => known?.Table(t.Keyspace, t.Name) is null or { IsUnread: true }).Select(t => new ExportTable(t.Keyspace, t.Name, t.Id, TableDigest.Of(t)))];
        ExportTable? other = known?.Tables.FirstOrDefault(t => !t.IsUnread && FateOf(t, schema) != TableFate.Same);
        if (other is not null && added.Length > 0)
        {
            throw new InvalidQueryException(
                $"{_folder} has table {other.Keyspace}.{other.Name}, which {FateOf(other, schema).Describe()} since: with its definition as it was, {added[0].Keyspace}.{added[0].Name} can't be added. Export that into another folder.");
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        TableMetadata[] all = [.. tables, .. (known?.Tables ?? []).Select(t => schema.Table(t.Keyspace, t.Name)).OfType<TableMetadata>().Where(t => !tables.Contains(t))];
        string text = ChosenTables.Text(schema, all, _settings.WithIndexes);
        ExportFile definitions = other is null ? ExportFolder.Describe(text) : known!.Schema;
        ManifestFile manifest = new(Files, _folder, known ?? new ExportManifest
        {
            Format = OperandKinds.ExportFormat,
            FormatVersion = ExportManifest.CurrentVersion,
            ExportId = Guid.NewGuid(),
            ToolVersion = ToolVersion.Current,
            Source = _given.Description,
            ReadAtMicros = _given.ReadAtMicros,
            SSTableVersion = _settings.SSTableVersion,
            StartedAt = now,
            UpdatedAt = now,
            Schema = definitions,
            Tables = [],
            Sha256 = ManifestSeal.Open,
        });
        if (known is not null && known.Schema != definitions)
            manifest.Change(current => current with { NextSchema = definitions });

        // The rows that are here go with the definitions that are here, whatever was changed since.
        if (other is null)
            place.WriteDefinitions(text);
        manifest.Change(current => current with
        {
            Schema = definitions,
            NextSchema = null,
            Tables = [.. current.Tables.Where(t => !t.IsUnread), .. added, .. current.Tables.Where(t => t.IsUnread && schema.Table(t.Keyspace, t.Name) is null).Concat(unread.Where(t => known?.Table(t.Keyspace, t.Name) is null).Select(Unread))],
        });
        return (manifest, _given.At(manifest.Current.ReadAtMicros));
    }

    private static ExportTable Unread(UnreadTable table) =>
        new(table.Keyspace, table.Name, Guid.Empty, "") { Outcome = TransferOutcomes.Of(table.Problem), Message = table.Problem.Message };

    private static TableFate FateOf(ExportTable table, DatabaseSchema schema) => TableFates.Of(table.Id, table.SchemaDigest, schema.Table(table.Keyspace, table.Name));

    /// <summary>A table that is not what it was when its export began: as far as it is whole, it stays as it was then.</summary>
    private static TableTransfer OfAnotherTime(ManifestFile manifest, ExportTable known, TableFate fate)
    {
        string what = $"table {known.Keyspace}.{known.Name} {fate.Describe()}";
        return known.IsComplete
            ? new TableTransfer(known.Keyspace, known.Name, TransferOutcome.AlreadyDone) { Share = 1, Notes = [.. known.Notes, $"{what} since it was exported; the export has it as it was."] }
            : Note(manifest, known, new TableTransfer(known.Keyspace, known.Name, fate.Outcome()) { Message = Unfit(what, "since its export began") });
    }

    private async Task<TableTransfer> ExportAsync(IMigrationSource source, TableMetadata table, ManifestFile manifest, ProgressMeter meter, CancellationToken cancellation)
    {
        ExportTable known = manifest.Current.Table(table.Keyspace, table.Name)!;
        if (TableFates.Of(known.Id, known.SchemaDigest, table) is var fate and not TableFate.Same)
            return OfAnotherTime(manifest, known, fate);
        if (known.IsComplete)
            return new TableTransfer(table.Keyspace, table.Name, TransferOutcome.AlreadyDone) { Share = 1, Notes = known.Notes };

        RangeRun? run = null;
        ITableSource? opened = null;
        string? note = null;
        Exception? error = null;
        try
        {
            opened = await source.OpenAsync(table, cancellation).ConfigureAwait(false);
            note = await PlanAsync(opened, manifest, cancellation).ConfigureAwait(false);
            RangeExporter exporter = await Task.Run(() => RangeExporter.Prepare(manifest, opened, _folder, _settings, cancellation), cancellation).ConfigureAwait(false);
            run = new RangeRun(opened, _settings.Ranges, meter, TimeCheck.For(_settings.Version));
            await run.RunAsync(manifest.Current.Table(table.Keyspace, table.Name)!.PendingRanges, exporter.Write, cancellation).ConfigureAwait(false);
        }
        catch (Exception problem) when (TransferOutcomes.IsOutcome(problem))
        {
            error = problem;
        }
        finally
        {
            run?.Dispose();
        }

        TransferOutcome outcome = error is null ? TransferOutcome.Completed : TransferOutcomes.Of(error);
        string? message = error is null ? null : TransferOutcomes.Message(error);
        if (outcome is TransferOutcome.Completed or TransferOutcome.Refused or TransferOutcome.Failed or TransferOutcome.SchemaChanged)
            (outcome, message) = await TableFates.LookAsync(source, table, outcome, message, now => Unfit($"table {table} {now.Describe()}", "while it was exported"), cancellation).ConfigureAwait(false);
        return Note(manifest, known, RangeRun.Result(run, table, outcome, message) with { Notes = [.. opened?.Fidelity.Notes() ?? [], .. note is null ? (string[])[] : [note]] });
    }

    /// <summary>Cuts the ring into ranges the first time; later the manifest has them. What is to be known of that; null for nothing.</summary>
    private async Task<string?> PlanAsync(ITableSource table, ManifestFile manifest, CancellationToken cancellation)
    {
        IReadOnlyList<TokenRange>? ranges = manifest.Current.Table(table.Table.Keyspace, table.Table.Name)!.Ranges.Count > 0
            ? null
            : await RangePlan.CutAsync(table, _settings.Ranges, cancellation).ConfigureAwait(false);
        manifest.PlanTable(table.Table.Keyspace, table.Table.Name, known => known with
        {
            Fidelity = table.Fidelity,
            Notes = [.. table.Fidelity.Notes()],
            Ranges = ranges is null ? known.Ranges : [.. ranges.Select(r => ExportTable.Pending(r.After, r.UpTo))],
        });
        return ranges is null ? null : RangePlan.Note(_settings.Ranges, ranges.Count);
    }

    private static string Unfit(string what, string when) => $"{what} {when}: rows read before and after do not fit together. Export it anew, into another folder.";

    /// <summary>Notes in the manifest how a table ended. Where that can't be written, what stands there, that it is not whole, is true.</summary>
    private static TableTransfer Note(ManifestFile manifest, ExportTable table, TableTransfer result)
    {
        try
        {
            manifest.ChangeTable(table.Keyspace, table.Name, known => known with
            {
                Outcome = result.Outcome,
                Message = result.Message,
                CompletedAt = result.Outcome == TransferOutcome.Completed ? DateTimeOffset.UtcNow : null,
            });
            return result;
        }
        catch (StorageException problem)
        {
            return result.Outcome == TransferOutcome.Completed ? result with { Outcome = TransferOutcomes.Of(problem), Message = problem.Message } : result;
        }
    }
}
