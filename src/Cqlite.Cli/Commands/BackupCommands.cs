using System.CommandLine;
using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Backups;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite database backup</c> and <c>cqlite database restore</c>.</summary>
internal static class BackupCommands
{
    private static readonly Option<string> s_destination = new("--destination", "-o") { Description = "The backup's folder, which must not exist or be empty.", HelpName = "DIR", Required = true };

    private static readonly Option<bool> s_incremental = new("--incremental") { Description = "Take over what the youngest backup of the database beside the destination has; the new one is whole all the same." };

    private static readonly Option<string> s_from = new("--from") { Description = "The backup's folder.", HelpName = "DIR", Required = true };

    private static readonly Option<bool> s_force = new("--force") { Description = "Replace the database that is there." };

    public static Command CreateBackup()
    {
        Command backup = new("backup", "Makes a backup: the SSTables of one moment, by hard links where possible, with a manifest and the schema.") { DatabaseCommands.Path, s_destination, s_incremental };
        backup.SetAction((parsed, stop) => Task.FromResult(Backup(parsed, stop)));
        return backup;
    }

    public static Command CreateRestore()
    {
        Command restore = new("restore", "Makes a database of a backup, after every file and SSTable of it was verified.") { DatabaseCommands.Path, s_from, s_force };
        restore.SetAction((parsed, stop) => Task.FromResult(Restore(parsed, stop)));
        return restore;
    }

    private static int Backup(ParseResult parsed, CancellationToken stop)
    {
        using Database database = DatabaseCommands.OpenWritable(parsed);
        BackupResult result = WithProgress("backup", progress => database.Backup(parsed.GetRequiredValue(s_destination), parsed.GetValue(s_incremental), progress, stop));
        using StreamWriter output = StandardOutput.OpenText();
        output.WriteLine(parsed.GetValue(GlobalOptions.Json)
            ? JsonLine.Of(json =>
            {
                json.WriteString("backup", result.Path);
                json.WriteString("previous", result.Manifest.Previous);
                json.WriteNumber("files", result.Manifest.Files.Count);
                json.WriteNumber("bytes", result.Manifest.Bytes);
                json.WriteNumber("new_bytes", result.NewBytes);
                json.WriteNumber("reused_files", result.ReusedFiles);
                json.WriteNumber("copied_files", result.CopiedFiles);
            })
            : string.Create(CultureInfo.InvariantCulture, $"{result.Path}: {VerifyOutput.Count(result.Manifest.Files.Count, "file")} of {result.Manifest.Bytes:N0} bytes, {result.NewBytes:N0} of them new{(result.Manifest.Previous is { } previous ? $" since {previous}" : "")}"));
        return 0;
    }

    private static int Restore(ParseResult parsed, CancellationToken stop)
    {
        string target = DatabaseOpening.RequirePath(parsed, parsed.GetValue(DatabaseCommands.Path));
        RestoreResult result = WithProgress("restore", progress => DatabaseRestorer.Restore(parsed.GetRequiredValue(s_from), target, parsed.GetValue(s_force), progress, cancellation: stop));
        using StreamWriter output = StandardOutput.OpenText();
        output.WriteLine(parsed.GetValue(GlobalOptions.Json)
            ? JsonLine.Of(json =>
            {
                json.WriteString("database", result.Path);
                json.WriteString("backup_created", result.Manifest.CreatedAt);
                json.WriteNumber("files", result.Manifest.Files.Count);
                json.WriteNumber("sstables", result.SSTables);
                json.WriteNumber("partitions", result.Partitions);
                json.WriteNumber("rows", result.Rows);
            })
            : $"{result.Path}: restored and verified: {VerifyOutput.Count(result.SSTables, "SSTable")}, {VerifyOutput.Count(result.Partitions, "partition")}, {VerifyOutput.Count(result.Rows, "row")}");
        return 0;
    }

    private static T WithProgress<T>(string what, Func<IProgress<BackupProgress>, T> work)
    {
        State state = new();
        using (ProgressLine.OfBytes(what, () => (state.DoneBytes, state.TotalBytes)))
            return work(state);
    }

    private sealed class State : IProgress<BackupProgress>
    {
        public long DoneBytes { get; private set; }

        public long TotalBytes { get; private set; }

        public void Report(BackupProgress value) => (DoneBytes, TotalBytes) = (value.DoneBytes, value.TotalBytes);
    }
}
