using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Transfer;

namespace Cqlite.Migration.Reports;

/// <summary>The formats of reports.</summary>
public enum ReportFormat
{
    /// <summary>One page of HTML that needs nothing beside it.</summary>
    Html,

    /// <summary>A JSON document, with everything that the report was made of.</summary>
    Json,
}

/// <summary>Writes reports to files, which appear when they are whole.</summary>
internal static class ReportFile
{
    /// <summary>Writes a report; how it was judged.</summary>
    /// <exception cref="StorageException">There is a file of this name already, or it can't be written.</exception>
    public static Judgement Write(IFileSystem files, string path, MigrationReport report, ReportFormat format, PageSettings settings, bool overwrite)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !files.DirectoryExists(folder))
            files.CreateDirectory(folder);
        using ExportTarget target = new(files, path, overwrite);
        if (format == ReportFormat.Json)
            target.Buffer.Write(ReportDocument.Write(report));
        else
            ReportPage.Write(target.Buffer, report, settings);
        target.Complete();
        return Judgement.Of(report);
    }

    /// <summary>The format that a file's name ends with; HTML for all others.</summary>
    public static ReportFormat FormatOf(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReportFormat.Json : ReportFormat.Html;
}
