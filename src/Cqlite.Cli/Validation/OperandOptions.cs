using System.CommandLine;
using Cqlite.Core.Engine;
using Cqlite.Core.Files;
using Cqlite.Migration.Operands;

namespace Cqlite.Cli.Validation;

/// <summary>The options that name the two sides of a comparison, in all spellings that users know.</summary>
internal static class OperandOptions
{
    /// <summary>Everything is read once, so that little is worth keeping.</summary>
    private const long CacheSizeBytes = 16 << 20;

    private static readonly Option<string?> s_source = new("--source-dir", "--source", "--compare-source")
    {
        Description = "What is right: a folder (database, export, node's directory, snapshot, SSTables); --hosts for a cluster in its place.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_target = new("--target-dir", "--target", "--target-cqlite", "--cqlite-path")
    {
        Description = "What is compared with it: a folder of any such kind (or --database); --target-hosts for a cluster in its place.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_targetSnapshot = new("--target-snapshot") { Description = "The snapshot that is read of the target's folder.", HelpName = "NAME" };

    /// <summary>Gives a command the options.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[s_source, DatabaseOpening.Snapshot, s_target, s_targetSnapshot, MigrationOptions.BatchSize])
            command.Options.Add(option);
        ConnectionOptions.Source.AddTo(command);
        ConnectionOptions.Target.AddTo(command);
    }

    /// <summary>Whether the command line names a source.</summary>
    public static bool IsSourceGiven(ParseResult parsed) => parsed.GetValue(s_source) is not null || ConnectionOptions.Source.IsGiven(parsed);

    /// <summary>Whether the command line names a target.</summary>
    public static bool IsTargetGiven(ParseResult parsed) =>
        parsed.GetValue(s_target) is not null || ConnectionOptions.Target.IsGiven(parsed) || parsed.GetValue(GlobalOptions.Database) is not null;

    /// <summary>Opens the side that is right.</summary>
    /// <exception cref="UsageException">None is named, or two are.</exception>
    public static async Task<Operand> OpenSourceAsync(ParseResult parsed, CancellationToken stop)
    {
        string? path = parsed.GetValue(s_source);
        if (path is not null && ConnectionOptions.Source.IsGiven(parsed))
            throw new UsageException($"the source is either the folder '{path}' or the cluster of --hosts, not both.");
        string? snapshot = parsed.GetValue(DatabaseOpening.Snapshot);
        if (path is not null)
            return Operand.OfFolder(path, Options(parsed, path, snapshot));
        if (snapshot is not null)
            throw new UsageException($"{DatabaseOpening.Snapshot.Name} is of folders: it needs --source-dir PATH; of the target's folder there is {s_targetSnapshot.Name}.");
        return ConnectionOptions.Source.IsNamed(parsed)
            ? Operand.OfCluster(await ConnectionOptions.Source.ConnectAsync(parsed, stop).ConfigureAwait(false), MigrationOptions.Reading(parsed))
            : throw new UsageException("there is no source: name a folder with --source-dir PATH, or a cluster with --hosts HOST.");
    }

    /// <summary>Opens the side that is compared with it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The folder that stands for itself on the command line; null for none.</param>
    /// <param name="forWriting">Whether it will be corrected.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="UsageException">None is named, or two are; or it is to be corrected and is never written.</exception>
    public static async Task<Operand> OpenTargetAsync(ParseResult parsed, string? path, bool forWriting, CancellationToken stop)
    {
        path ??= parsed.GetValue(s_target);
        string? snapshot = parsed.GetValue(s_targetSnapshot);
        if (ConnectionOptions.Target.IsGiven(parsed))
        {
            if (path is not null)
                throw new UsageException($"the target is either the folder '{path}' or the cluster of --target-hosts, not both.");
            if (snapshot is not null)
                throw new UsageException($"{s_targetSnapshot.Name} is of folders: it needs --target-dir PATH.");

            // Where the source is a folder there is but one cluster, which all options are of.
            ConnectionOptions? others = parsed.GetValue(s_source) is null ? null : ConnectionOptions.Source;
            return Operand.OfCluster(await ConnectionOptions.Target.ConnectAsync(parsed, stop, others).ConfigureAwait(false), MigrationOptions.Reading(parsed));
        }

        path ??= GlobalOptions.Settings(parsed).DatabasePath
            ?? throw new UsageException("there is no target: name a folder with --target-dir PATH, or a cluster with --target-hosts HOST.");
        if (!forWriting)
            return Operand.OfFolder(path, Options(parsed, path, snapshot));
        if (snapshot is not null)
            throw new UsageException($"the target is the snapshot '{snapshot}', which is never written: only databases and clusters can be corrected.");
        return OperandKinds.Of(path, PhysicalFileSystem.Instance) == OperandKind.Database
            ? Operand.OfDatabase(path, Options(parsed, path, snapshot: null))
            : throw Operand.NeverWritten(path);
    }

    private static DatabaseOptions Options(ParseResult parsed, string path, string? snapshot)
    {
        DatabaseOptions options = DatabaseOpening.Options(parsed, path, snapshot);

        // A file that says what loose SSTables are like says nothing of the database beside them.
        if (OperandKinds.Of(path, PhysicalFileSystem.Instance) == OperandKind.Database)
            options = options with { SchemaPath = null };
        return GlobalOptions.Settings(parsed).CacheSizeBytes is null ? options with { CacheSizeBytes = CacheSizeBytes } : options;
    }
}
