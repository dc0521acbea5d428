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
    /// <exception cref="CorruptDataException">The manifest or the definitions are damaged; nothing was imported.</exception>
    /// <exception cref="InvalidQueryException">A table was exported in part only, or the partitioner is another; nothing was imported.</exception>
    public async Task<TransferResult> RunAsync(CancellationToken cancellation = default)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ExportManifest manifest = ManifestFile.Read(Files, _folder);
        ExportVerifier.Require(Files, _folder, manifest.Schema, _settings.VerifyChecksums ? new FileDigest(Files, null, cancellation) : null);
        using StoredSource source = StoredSource.Open(_folder, new DatabaseOptions { Files = Files, CacheSizeBytes = 0, ReplayCommitLog = false });
        DatabaseSchema schema = await source.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        TableMetadata[] tables = [.. ChosenTables.Choose(schema, _settings.Tables).Where(t => manifest.Table(t.Keyspace, t.Name) is not null)];
        RequireWhole(manifest, tables);
        if (_settings.StreamRows || _target is not DatabaseTarget database)
            return await StreamAsync(manifest, source, tables, startedAt, cancellation).ConfigureAwait(false);

        if (manifest.Source.Partitioner != database.Description.Partitioner)
            throw new InvalidQueryException($"the export's partitioner is {manifest.Source.Partitioner}, that of the database {database.Description.Partitioner}; SSTables can't be taken over.");
        SchemaCreation creation = new(_target, schema);
        ProgressMeter meter = new(Operation, tables.Length, _listener);
        List<TableTransfer> results = [];
        foreach (TableMetadata table in tables)
            results.Add(await AdoptAsync(manifest.Table(table.Keyspace, table.Name)!, table, database, creation, meter, cancellation).ConfigureAwait(false));
        TableMetadata[] done = [.. tables.Where(t => results.Exists(r => r.Keyspace == t.Keyspace && r.Table == t.Name && r.Outcome.IsDone()))];
        await creation.CompleteAsync(done, _settings.CreateIndexes, cancellation).ConfigureAwait(false);
        return Result(source, results) with { Notes = creation.Notes };

        TransferResult Result(IMigrationSource from, IReadOnlyList<TableTransfer> of) =>
            new(Operation, from.Description, _target.Description, of) { StartedAt = startedAt, EndedAt = DateTimeOffset.UtcNow };
    }

    private void RequireWhole(ExportManifest manifest, IReadOnlyList<TableMetadata> tables)
    {
        string[] partial = [.. tables.Select(t => manifest.Table(t.Keyspace, t.Name)!).Where(t => !t.IsComplete).Select(t => $"{t.Keyspace}.{t.Name} ({t.Outcome})")];
        if (partial.Length > 0 && !_settings.AllowIncomplete)
            throw new InvalidQueryException($"of {string.Join(", ", partial)} only a part was exported; go on with the export first, or ask for what there is.");
    }

    /// <summary>Rows are written one by one: all files are verified before the first.</summary>
    private async Task<TransferResult> StreamAsync(ExportManifest manifest, StoredSource source, TableMetadata[] tables, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        FileDigest? digest = _settings.VerifyChecksums ? new FileDigest(Files, null, cancellation) : null;
        foreach (ExportFile file in tables.SelectMany(t => manifest.Table(t.Keyspace, t.Name)!.Files))
            ExportVerifier.Require(Files, _folder, file, digest);
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
            bool isNew = await Task.Run(() => Adopt(exported, made, target.Database, cancellation), cancellation).ConfigureAwait(false);
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
            return new TableTransfer(table.Keyspace, table.Name, TransferOutcomes.Of(problem)) { Message = problem.Message, Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
        }
    }

    /// <summary>Takes what of the table's SSTables was not taken yet; false where all was.</summary>
    private bool Adopt(ExportTable exported, TableMetadata table, Database database, CancellationToken cancellation)
    {
        ArrivalLedger arrivals = database.ArrivalsOf(table);
        ExportRange[] ranges = [.. exported.Ranges.Where(r => r.Files.Count > 0 && !r.Files.Where(IsData).All(f => arrivals.Has(Adopted + f.Sha256)))];
        if (ranges.Length == 0)
            return false;
        DatabaseTarget.RequireNoViews(database.Schema, table);
        bool isBegun = exported.Files.Any(f => IsData(f) && arrivals.Has(Adopted + f.Sha256));
        if (!isBegun && exported.Fidelity is { HasListPaths: false } && !TableContent.IsEmpty(database, table))
            throw new InvalidQueryException(TableContent.ListsDoNotMerge(table));

        FileDigest? digest = _settings.VerifyChecksums ? new FileDigest(Files, null, cancellation) : null;
        foreach (ExportFile file in ranges.SelectMany(r => r.Files))
            ExportVerifier.Require(Files, _folder, file, digest);
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
