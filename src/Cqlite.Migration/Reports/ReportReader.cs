using System.Security.Cryptography;
using System.Text;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>
/// Gathers what a report is made of. Each file tells by its content what it is: a manifest, a result, a report of a validation or a sync, lines of progress, of rounds
/// or of refused writes. A folder stands for the export in it, or else for all files in it that are one of these.
/// </summary>
internal sealed class ReportReader(IFileSystem files)
{
    private const long LongestDocument = 1L << 30;
    private readonly List<ReportInput> _inputs = [];
    private readonly List<Kept<ExportManifest>> _exports = [];
    private readonly List<Kept<TransferResult>> _transfers = [];
    private readonly List<Kept<ValidationReport>> _validations = [];
    private readonly List<Kept<SyncReport>> _syncs = [];
    private readonly List<Kept<IReadOnlyList<WatchRound>>> _watches = [];
    private readonly List<Kept<IReadOnlyList<SpeedSeries>>> _progress = [];
    private readonly List<Kept<RejectSummary>> _rejects = [];
    private readonly List<string> _leftOut = [];

    /// <summary>Adds a file or a folder; what was added already is not added again.</summary>
    /// <exception cref="StorageException">It is not there, or can't be read.</exception>
    /// <exception cref="UnsupportedFormatException">The file is nothing that a report is made of, or the folder has no such file.</exception>
    /// <exception cref="CorruptDataException">It does not decode.</exception>
    public void Add(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!files.DirectoryExists(path))
        {
            if (!files.FileExists(path))
                throw new StorageException(path, "no such file or folder.") { Problem = StorageProblem.NotFound };
            if (AddFile(path) == ReportInputKind.Unknown)
                throw new UnsupportedFormatException(path, "is nothing that a report is made of: a manifest, a result, a report of a validation or sync, or lines of progress, rounds or refused writes are expected.");
            return;
        }

        if (OperandKinds.IsExport(path, files))
        {
            AddFile(Path.Combine(path, ExportManifest.FileName));
            return;
        }

        int known = 0;
        foreach (string file in files.ListFiles(path).Where(f => Path.GetExtension(f).ToLowerInvariant() is ".json" or ".jsonl" or ".ndjson" or ".log"))
        {
            if (AddFile(file) != ReportInputKind.Unknown)
                known++;
            else
                _leftOut.Add(file);
        }

        if (known == 0)
            throw new UnsupportedFormatException(path, "has no file that a report is made of, and is no export.");
    }

    /// <summary>What was gathered.</summary>
    /// <param name="title">What it is called; null for a title by what is in it.</param>
    /// <param name="madeAt">When.</param>
    public MigrationReport ToReport(string? title, DateTimeOffset madeAt) => new()
    {
        Title = title ?? ReportTitle(),
        MadeAt = madeAt,
        ToolVersion = ToolVersion.Current,
        Inputs = _inputs,
        Exports = _exports,
        Transfers = _transfers,
        Validations = _validations,
        Syncs = _syncs,
        Watches = _watches,
        Progress = _progress,
        Rejects = _rejects,
        LeftOut = _leftOut,
    };

    private string ReportTitle()
    {
        OperandDescription? source = _exports.Select(e => e.Content.Source)
            .Concat(_transfers.OrderBy(t => t.Content.StartedAt).Select(t => t.Content.Source))
            .Concat(_validations.Select(v => v.Content.Source)).Concat(_syncs.Select(s => s.Content.Source)).FirstOrDefault();
        return source is null ? "Migration" : $"Migration of {TransferReport.Describe(source)}";
    }

    private ReportInputKind AddFile(string path)
    {
        if (_inputs.FirstOrDefault(i => i.Path == path) is { } known)
            return known.Kind;
        byte[] content = files.ReadAll(path, LongestDocument);
        ReportInputKind kind = ReportInputs.KindOf(content);
        ReportInput input = new(path, kind, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
        switch (kind)
        {
            case ReportInputKind.Unknown:
                return kind;
            case ReportInputKind.ExportManifest:
                _exports.Add(new(path, ManifestFile.Parse(content, path)));
                break;
            case ReportInputKind.TransferResult:
                _transfers.Add(new(path, TransferResult.Parse(Text(content), path)));
                break;
            case ReportInputKind.ValidationReport:
                _validations.Add(new(path, ValidationReport.Parse(Text(content), path)));
                break;
            case ReportInputKind.SyncReport:
                _syncs.Add(new(path, SyncReport.Parse(Text(content), path)));
                break;
            case ReportInputKind.ContinuousValidation:
                _watches.Add(new(path, WatchReader.Read(ReportInputs.Lines(content, path), path)));
                break;
            case ReportInputKind.ProgressEvents:
                _progress.Add(new(path, ProgressEventReader.Read(ReportInputs.Lines(content, path), path)));
                break;
            default:
                _rejects.Add(new(path, RejectReader.Read(ReportInputs.Lines(content, path), path)));
                break;
        }

        RequireWhole(path);
        _inputs.Add(input);
        return kind;
    }

    /// <summary>Fails where a list of what was added last has something that is nothing, which documents of ours never have.</summary>
    private void RequireWhole(string path)
    {
        IEnumerable<object?> items =
        [
            .. _exports.Where(e => e.Path == path).SelectMany(e => e.Content.Tables),
            .. _transfers.Where(t => t.Path == path).SelectMany(t => t.Content.Tables.Concat<object?>(t.Content.Speed).Concat(t.Content.Notes).Concat(t.Content.Tables.SelectMany(x => x?.Notes ?? []))),
            .. _validations.Where(v => v.Path == path).Select(v => v.Content).SelectMany(v => v.Tables.Concat<object?>(v.SchemaDifferences).Concat(v.Timings).Concat(v.Tables.SelectMany(t => (t?.Differences ?? []).Concat<object?>(t?.NotChecked ?? [])))),
            .. _syncs.Where(s => s.Path == path).SelectMany(s => s.Content.Tables.Concat<object?>(s.Content.Tables.SelectMany(t => t?.Decisions ?? []))),
        ];
        if (items.Contains(null))
            throw new CorruptDataException(path, -1, "has null in a list; a value is expected.");
    }

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content).TrimStart('\uFEFF');
}
