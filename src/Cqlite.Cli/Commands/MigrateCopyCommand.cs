using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate copy</c>: tables of a cluster or folder go straight into a database or a cluster, with nothing between.</summary>
internal static class MigrateCopyCommand
{
    private static readonly Option<string?> s_target = new("--cqlite-path", "--output", "-o")
    {
        Description = "The database, which is made where it is missing (or --database); --target-hosts for a cluster in its place.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> s_indexes = new("--create-indexes") { Description = "Create the indexes and views of the tables: true by default.", DefaultValueFactory = _ => true };

    public static Command Create()
    {
        Command command = new("copy", "Copies tables of a cluster or folder straight into a database or a cluster.") { s_target, s_indexes, MigrationOptions.MemoryLimit, MigrationOptions.Resume };
        MigrationOptions.AddSourceTo(command);
        ConnectionOptions.Target.AddTo(command);
        MigrationTarget.AddWritingTo(command);
        TransferRun.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        CopySettings settings = new()
        {
            Tables = MigrationOptions.Tables(parsed),
            Resume = parsed.GetValue(MigrationOptions.Resume),
            WithIndexes = parsed.GetValue(s_indexes),
            Ranges = MigrationOptions.Ranges(parsed),
        };
        if (MigrationOptions.Limit(parsed) is { } limit)
        {
            // The collector, too, works within it.
            AppContext.SetData("GCHeapHardLimit", (ulong)MemoryShare.Heap(limit));
            GC.RefreshMemoryLimit();
        }

        using MigrationSource source = await MigrationOptions.OpenSourceAsync(parsed, stop).ConfigureAwait(false);

        // Where the source is a folder there is but one cluster, which all options are of.
        using MigrationTarget target = await MigrationTarget.OpenAsync(
            parsed, parsed.GetValue(s_target), ConnectionOptions.Target, source.IsCluster ? null : ConnectionOptions.Source, stop).ConfigureAwait(false);
        if (source.Source.Description is var from && target.Target.Description is var to && from.IsSameData(to) && PathNames.AreSame(from.Address, to.Address))
            throw new UsageException($"source and target are the same: {TransferReport.Describe(to)}.");
        return await TransferRun.RunAsync(
            parsed,
            "run the same command again with --resume to go on.",
            progress => new Copier(source.Source, target.Target, settings, progress).RunAsync(stop),
            stop).ConfigureAwait(false);
    }
}
