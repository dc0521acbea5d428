using System.Diagnostics;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;
using Cqlite.Migration.Schemas;

namespace Cqlite.Migration.Imports;

/// <summary>
/// Takes an export into a database or a cluster. Files are compared with their checksums before anything is published; a table appears all at once in a database.
/// Done again it has no further effect.
/// </summary>
public sealed class Importer
{
    private const string Operation = "import";
    private const string Adopted = "file ";
    private readonly string _folder;
    private readonly IMigrationTarget _target;
    private readonly ImportSettings _settings;
    private readonly IProgress<TransferProgress>? _listener;

    /// <summary>Prepares.</summary>
    /// <param name="folder">The export's folder.</param>
    /// <param name="target">What to write; it stays its owner's.</param>
    /// <param name="settings">How.</param>
    /// <param name="listener">Is told of progress; null for nobody.</param>
    public Importer(string folder, IMigrationTarget target, ImportSettings? settings = null, IProgress<TransferProgress>? listener = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(target);
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _target = target;
        _settings = settings ?? ImportSettings.Default;
        _settings.Ranges.Validate();
        _listener = listener;
    }

    private IFileSystem Files => _settings.Files;

    /// <summary>Imports. What ends a table short is in the result, and is not thrown; neither is cancellation.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UnsupportedFormatException">The folder is no export.</exception>
    /// <exception cref="CorruptDataException">The manifest or the definitions are damaged, or of another schema; nothing was imported.</exception>
    /// <exception cref="InvalidQueryException">A table was exported in part only, or the partitioner is another; nothing was imported.</exception>
    /// <exception cref="OperationCanceledException">It was ended while tables that are there were written again as they are to lie.</exception>
    public async Task<TransferResult> RunAsync(CancellationToken cancellation = default)
    {
        TransferResult result = await ImportAsync(cancellation).ConfigureAwait(false);
        if (_target is DatabaseTarget database && !cancellation.IsCancellationRequested)
            await Task.Run(() => _settings.Tuning.Apply(database.Engine, result.Tables.Where(t => t.Outcome.IsDone()).Select(t => (t.Keyspace, t.Table)), cancellation), CancellationToken.None).ConfigureAwait(false);
        return result;
    }

    private async Task<TransferResult> ImportAsync(CancellationToken cancellation)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ExportManifest manifest = _settings.Manifest ?? ManifestFile.Read(Files, _folder);
        FileDigest? digest = _settings.VerifyChecksums ? new FileDigest(Files, null, cancellation) : null;
        ExportVerifier.RequireSchema(Files, _folder, manifest, digest);
        ExportTable[] chosen = Choose(manifest);
        RequireWhole(chosen);
        DatabaseTarget? database = _settings.StreamRows ? null : _target as DatabaseTarget;
        IReadOnlyList<TableTransfer> verified = await Task.Run(() => Verify(chosen.Where(t => !t.IsUnread), database?.Database, digest), CancellationToken.None).ConfigureAwait(false);
        if (verified.Any(t => t.Outcome != TransferOutcome.NotStarted))
            return Result(verified);

        using StoredSource source = StoredSource.Open(_folder, new DatabaseOptions { Files = Files, CacheSizeBytes = 0, ReplayCommitLog = false });
        DatabaseSchema schema = await source.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        RequireDefinitions(manifest, schema);
        TableMetadata[] tables = [.. ChosenTables.Choose(schema, _settings.Tables).Where(t => manifest.Table(t.Keyspace, t.Name) is not null)];
        if (database is null)
        {
            TransferResult streamed = await StreamAsync(source, tables, startedAt, cancellation).ConfigureAwait(false);
            return streamed with { Tables = [.. streamed.Tables, .. Unread(chosen)] };
        }

        if (manifest.Source.Partitioner != database.Description.Partitioner)
            throw new InvalidQueryException($"the export's partitioner is {manifest.Source.Partitioner}, that of the database {database.Description.Partitioner}; SSTables can't be taken over.");
        SchemaCreation creation = new(_target, schema);
        SpeedRecorder speed = new(_listener);
        ProgressMeter meter = new(Operation, tables.Length, speed);
        List<TableTransfer> results = [];
        await creation.MakeTogetherAsync(tables, cancellation).ConfigureAwait(false);
        foreach (TableMetadata table in tables)
            results.Add(await AdoptAsync(manifest.Table(table.Keyspace, table.Name)!, table, database, creation, meter, cancellation).ConfigureAwait(false));
        if (!results.Exists(r => r.Outcome.CanBeResumed()))
        {
            TableMetadata[] done = [.. tables.Where(t => results.Exists(r => r.Keyspace == t.Keyspace && r.Table == t.Name && r.Outcome.IsDone()))];
            await creation.CompleteAsync(done, _settings.CreateIndexes, cancellation).ConfigureAwait(false);
        }

        return Result(results) with { Notes = creation.Notes, Speed = speed.Samples };

        TransferResult Result(IReadOnlyList<TableTransfer> of) =>
            new(Operation, new OperandDescription(OperandKind.ExportDirectory, _folder, manifest.Source.Partitioner), _target.Description, [.. of, .. Unread(chosen)]) { StartedAt = startedAt, EndedAt = DateTimeOffset.UtcNow };
    }

    private ExportTable[] Choose(ExportManifest manifest)
    {
        IReadOnlyList<string> names = TableNames.Resolve(_settings.Tables, manifest.Names);
        return [.. manifest.Tables.Where(t => names.Count == 0 || names.Contains(t.Keyspace) || names.Contains($"{t.Keyspace}.{t.Name}"))];
    }

    /// <summary>What the export has nothing of, for it could not be read: it stays missing.</summary>
    private static IEnumerable<TableTransfer> Unread(IEnumerable<ExportTable> tables) =>
        tables.Where(t => t.IsUnread).Select(t => new TableTransfer(t.Keyspace, t.Name, t.Outcome) { Message = $"the export has nothing of it: {t.Message}" });

    /// <summary>The definitions must be those of the rows: a column that they lack would not be seen.</summary>
    private void RequireDefinitions(ExportManifest manifest, DatabaseSchema schema)
    {
        foreach (ExportTable table in manifest.Tables.Where(t => t.Ranges.Count > 0))
        {
            TableFate fate = TableFates.Of(table.Id, table.SchemaDigest, schema.Table(table.Keyspace, table.Name));
            if (fate != TableFate.Same)
                throw new CorruptDataException(ExportVerifier.PathOf(_folder, manifest.Schema), -1, $"is not the schema of table {table.Keyspace}.{table.Name}, as the export's manifest has it: by this one it {fate.Describe()}.");
        }
    }

    private void RequireWhole(IEnumerable<ExportTable> tables)
    {
        string[] partial = [.. tables.Where(t => !t.IsComplete).Select(t => $"{t.Keyspace}.{t.Name} ({t.Outcome})")];
        if (partial.Length > 0 && !_settings.AllowIncomplete)
            throw new InvalidQueryException($"of {string.Join(", ", partial)} only a part was exported; go on with the export first, or ask for what there is.");
    }

    /// <summary>Looks at all files that will be taken, before the first is: what is damaged, and that nothing was imported of the others for that.</summary>
    private IReadOnlyList<TableTransfer> Verify(IEnumerable<ExportTable> tables, Database? into, FileDigest? digest)
    {
        List<TableTransfer> results = [];
        foreach (ExportTable table in tables)
        {
            try
            {
                // Who links files takes those that are named; who reads the folder's rows reads all that lies there.
                if (table.IsComplete || into is null)
                    ExportVerifier.RequireNothingElse(Files, _folder, table);
                foreach (ExportFile file in Missing(table, into).SelectMany(r => r.Files))
                    ExportVerifier.Require(Files, _folder, file, digest);
                results.Add(new TableTransfer(table.Keyspace, table.Name, TransferOutcome.NotStarted) { Message = "Nothing was imported, for another table's files are not as they should be." });
            }
            catch (Exception problem) when (TransferOutcomes.IsOutcome(problem))
            {
                results.Add(new TableTransfer(table.Keyspace, table.Name, TransferOutcomes.Of(problem)) { Message = TransferOutcomes.Message(problem) });
            }
        }

        return results;
    }

    /// <summary>The ranges whose SSTables a database has not been given yet; all of them where rows are written one by one.</summary>
    private static ExportRange[] Missing(ExportTable exported, Database? into)
    {
        ExportRange[] full = [.. exported.Ranges.Where(r => r.Files.Count > 0)];
        if (into?.Schema.Table(exported.Keyspace, exported.Name) is not { } table)
            return full;
        ArrivalLedger arrivals = into.ArrivalsOf(table);
        return [.. full.Where(r => !r.Files.Where(IsData).All(f => arrivals.Has(Adopted + f.Sha256)))];
    }

    private async Task<TransferResult> StreamAsync(StoredSource source, TableMetadata[] tables, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        CopySettings copy = new()
        {
            Operation = Operation,
            Tables = [.. tables.Select(t => t.ToString())],
            WithIndexes = _settings.CreateIndexes,
            Ranges = _settings.Ranges,
            Resume = _settings.Resume,
        };
        return await new Copier(source, _target, copy, _listener).RunAsync(cancellation).ConfigureAwait(false) with { StartedAt = startedAt };
    }

    private async Task<TableTransfer> AdoptAsync(
        ExportTable exported, TableMetadata table, DatabaseTarget target, SchemaCreation creation, ProgressMeter meter, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            TableMetadata made = await creation.PrepareAsync(table, cancellation).ConfigureAwait(false);

            // Of a table without rows nothing comes but its definition.
            bool isNew = await Task.Run(() => Adopt(exported, made, target.Database, cancellation), cancellation).ConfigureAwait(false) || creation.HasMade(table);
            meter.Report(table.ToString(), exported.Rows, exported.Bytes, 1, started, isDone: true);
            return new TableTransfer(table.Keyspace, table.Name, isNew ? TransferOutcome.Completed : TransferOutcome.AlreadyDone)
            {
                Partitions = isNew ? exported.Partitions : 0,
                Rows = isNew ? exported.Rows : 0,
                Bytes = isNew ? exported.Bytes : 0,
                Share = 1,
                Notes = exported.Notes,
                Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            };
        }
        catch (Exception problem) when (TransferOutcomes.IsOutcome(problem))
        {
            return new TableTransfer(table.Keyspace, table.Name, TransferOutcomes.Of(problem)) { Message = TransferOutcomes.Message(problem), Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
        }
    }

    /// <summary>Takes what of the table's SSTables was not taken yet; false where all was.</summary>
    private bool Adopt(ExportTable exported, TableMetadata table, Database database, CancellationToken cancellation)
    {
        ArrivalLedger arrivals = database.ArrivalsOf(table);
        ExportRange[] ranges = Missing(exported, database);
        if (ranges.Length == 0)
            return false;
        DatabaseTarget.RequireNoViews(database.Schema, table);
        bool isBegun = exported.Files.Any(f => IsData(f) && arrivals.Has(Adopted + f.Sha256));
        if (!isBegun && exported.Fidelity is { HasListPaths: false } && !TableContent.IsEmpty(database, table))
            throw new InvalidQueryException(TableContent.ListsDoNotMerge(table));

        using SSTableIngestion ingestion = database.Ingest(table);
        foreach (ExportFile file in ranges.SelectMany(r => r.Files).Where(IsData))
        {
            cancellation.ThrowIfCancellationRequested();
            ingestion.Adopt(SSTableDescriptor.Parse(ExportVerifier.PathOf(_folder, file)), cancellation);
        }

        ingestion.Publish(cancellation);
        arrivals.Add(ranges.SelectMany(r => r.Files).Where(IsData).Select(f => Adopted + f.Sha256));
        return true;
    }

    private static bool IsData(ExportFile file) => file.Path.EndsWith("-" + SSTableComponent.Data.Name, StringComparison.Ordinal);
}
