using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable compact</c>: the SSTables of a table as one, without what is deleted, and without tombstones that have served.</summary>
internal static class SSTableCompactCommand
{
    private static readonly Option<long?> s_gcGrace = new("--gc-grace-seconds")
    {
        Description = "How long tombstones must be kept; by default the table's gc_grace_seconds, and for ever where no schema tells.",
        HelpName = "SECONDS",
        CustomParser = result => SSTableStatsCommand.ParseCount(result, "--gc-grace-seconds", int.MaxValue),
    };

    private static readonly Option<bool> s_keepTombstones = new("--keep-tombstones") { Description = "Keep all tombstones, and expired cells as they are, however old." };

    public static Command Create()
    {
        Command command = SSTableRewriting.With(new Command("compact", "Merges the SSTables of each table into one, as a node's major compaction does."));
        foreach (Option option in (Option[])[SSTableRewriting.MaxSize, s_gcGrace, s_keepTombstones])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(s_gcGrace) is { Implicit: false } && result.GetValue(s_keepTombstones))
                result.AddError("--keep-tombstones keeps all of them, --gc-grace-seconds says when they go: give one.");
        });
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        bool keepsAll = parsed.GetValue(s_keepTombstones);
        SSTableVersion version = SSTableRewriting.Version(parsed);
        IReadOnlyDictionary<string, string>? compression = SSTableRewriting.Compression(parsed);
        SSTableDefinitions definitions = new(parsed);
        using StreamWriter output = StandardOutput.OpenText();
        return SSTableRewriting.Run(parsed, group =>
        {
            TableMetadata? table = definitions.Of(group.Sources[0]);
            long? gcGrace = keepsAll ? null : parsed.GetValue(s_gcGrace) ?? table?.Options.GcGraceSeconds;
            if (gcGrace is null && !keepsAll)
                Console.Error.WriteLine($"cqlite: {SSTableCommands.TableName(group.Sources[0])}: no schema tells its gc_grace_seconds, so all tombstones stay; --schema or --gc-grace-seconds would let old ones go.");
            MergeOptions options = new()
            {
                OutputDirectory = group.OutputDirectory,
                Version = version,
                Compression = compression,
                ChunkLengthBytes = SSTableRewriting.ChunkLength(parsed),
                MaxBytes = parsed.GetValue(SSTableRewriting.MaxSize),
                Table = table,
                Purge = gcGrace is not { } seconds ? null : new PurgeOptions
                {
                    NowSeconds = GlobalOptions.NowSeconds(parsed) ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                    GcGraceSeconds = seconds,
                    Others = group.Others(PhysicalFileSystem.Instance),
                },
            };
            SSTableMerger merger = new(PhysicalFileSystem.Instance, options);
            RewriteResult result = SSTableRewriting.WithProgress(SSTableCommands.TableName(group.Sources[0]), progress => merger.Merge(group.Sources, progress, stop));
            output.WriteLine(SSTableRewriting.Describe(asJson, group.Sources, result, version, gcGrace));
            output.Flush();
            return 0;
        });
    }
}
