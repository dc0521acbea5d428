using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Transfer;
using TransferResult = Cqlite.Migration.Results.TransferResult;

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
        Write(files, path, overwrite, target =>
        {
            if (format == ReportFormat.Json)
                target.Buffer.Write(ReportDocument.Write(report));
            else
                ReportPage.Write(target.Buffer, report, settings);
        });
        return Judgement.Of(report);
    }

    /// <summary>Keeps the result of a transfer, in the place of one that is there.</summary>
    /// <exception cref="StorageException">It can't be written.</exception>
    public static void Write(IFileSystem files, string path, TransferResult result) =>
        Write(files, path, overwrite: true, target => target.Buffer.Write(System.Text.Encoding.UTF8.GetBytes(result.ToJson() + "\n")));

    private static void Write(IFileSystem files, string path, bool overwrite, Action<ExportTarget> write)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !files.DirectoryExists(folder))
            files.CreateDirectory(folder);
        using ExportTarget target = new(files, path, overwrite);
        write(target);
        target.Complete();
    }

    /// <summary>The format that a file's name ends with; HTML for all others.</summary>
    public static ReportFormat FormatOf(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReportFormat.Json : ReportFormat.Html;
}
