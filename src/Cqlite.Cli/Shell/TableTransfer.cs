using System.Diagnostics;
using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;

namespace Cqlite.Cli.Shell;

/// <summary>Exports and imports for the shell, which tells what came of them.</summary>
internal sealed class TableTransfer(CqlShell shell, TableMetadata table)
{
    private const int ToldErrors = 5;
    private TransferProgress _progress;

    /// <summary>Exports to a file, or where the shell prints.</summary>
    public void Export(string? path, TransferFormat format, ExportOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        TableExporter exporter = new(shell.Session.Engine);
        TransferResult result = shell.Work(Tell, stop => path is null
            ? exporter.Export(table, shell.Output.Rows, format, options, new Report(this), stop)
            : exporter.Export(table, path, format, options, new Report(this), stop));
        if (path is not null)
            shell.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Rows:N0} rows exported to '{path}' in {Stopwatch.GetElapsedTime(started).TotalSeconds:F3} seconds."));
    }

    /// <summary>Imports from a file, or from standard input.</summary>
    public void Import(string? path, TransferFormat format, ImportOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        TableImporter importer = new(shell.Session.Engine);
        TransferResult result = shell.Work(Tell, stop =>
        {
            if (path is not null)
                return importer.Import(table, path, format, options, new Report(this), stop);
            if (shell.IsInteractive)
                throw new ShellException("FROM STDIN needs a pipe: at a terminal, name a file.");
            using Stream input = StandardHandles.OpenInput();
            return importer.Import(table, input, "standard input", format, options, new Report(this), stop);
        });
        foreach (ImportException error in result.Errors.Take(ToldErrors))
            Console.Error.WriteLine(error.Message);
        string rejected = result.Rejected == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $" {result.Rejected:N0} rows were wrong{(options.RejectPath is { } rejects ? $", and are in '{rejects}'" : "")}.");
        shell.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Rows:N0} rows imported in {Stopwatch.GetElapsedTime(started).TotalSeconds:F3} seconds.{rejected}"));
    }

    private string Tell() => _progress.TotalBytes > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{_progress.Rows:N0} rows, {100.0 * _progress.Bytes / _progress.TotalBytes:F0} %")
        : string.Create(CultureInfo.InvariantCulture, $"{_progress.Rows:N0} rows");

    private sealed class Report(TableTransfer transfer) : IProgress<TransferProgress>
    {
        void IProgress<TransferProgress>.Report(TransferProgress value) => transfer._progress = value;
    }
}
