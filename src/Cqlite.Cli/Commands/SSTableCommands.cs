using System.CommandLine;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable ...</c>: SSTables as files, one by one or a folder of them.</summary>
internal static class SSTableCommands
{
    /// <summary>The paths that all of these commands take.</summary>
    public static Argument<string[]> Paths { get; } = new("PATH")
    {
        Description = "A component of an SSTable (any of its files), or a folder of SSTables; --database where none is given.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create() => new("sstable", "SSTables as files.")
    {
        SSTableListCommand.Create(),
        SSTableMetadataCommand.Create(),
        SSTableStatsCommand.Create(),
        SSTableDumpCommand.Create(),
        SSTableVerifyCommand.Create(),
        SSTableConvertCommand.Create(),
        SSTableCompactCommand.Create(),
        SSTableScrubCommand.Create(),
    };

    /// <summary>An SSTable's table, as its folders name it: <c>keyspace.table</c>, of a legacy index's hidden table with the index behind it.</summary>
    public static string TableName(SSTableDescriptor descriptor) =>
        descriptor.Index is null ? $"{descriptor.Keyspace}.{descriptor.Table}" : $"{descriptor.Keyspace}.{descriptor.Table}.{descriptor.Index}";

    /// <summary>The SSTables that a command line names.</summary>
    /// <exception cref="UsageException">It names none, or an option that has no meaning for files.</exception>
    public static IReadOnlyList<SSTableDescriptor> Find(ParseResult parsed)
    {
        string command = parsed.CommandResult.Command.Name;
        if (command is "list" or "verify" && parsed.GetValue(GlobalOptions.Schema) is not null)
            throw new UsageException($"--schema has no meaning for 'sstable {command}': an SSTable is taken as its own header describes it.");
        string[] paths = parsed.GetValue(Paths) ?? [];
        if (paths.Length == 0 && GlobalOptions.Settings(parsed).DatabasePath is { } database)
            paths = [database];
        return paths.Length == 0
            ? throw new UsageException($"'sstable {command}' needs a PATH: a component of an SSTable, or a folder of SSTables.")
            : Find(paths);
    }

    /// <summary>The SSTables that paths name, each once, in the order of the paths.</summary>
    /// <exception cref="StorageException">A path names nothing.</exception>
    public static IReadOnlyList<SSTableDescriptor> Find(IEnumerable<string> paths)
    {
        List<SSTableDescriptor> found = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            string full = Path.GetFullPath(path);
            if (PhysicalFileSystem.Instance.DirectoryExists(full))
            {
                // Snapshots are copies of what lies beside them, so that they count only where there is nothing else.
                IReadOnlyList<SSTableDescriptor> live = SSTableFolder.Find(PhysicalFileSystem.Instance, full);
                foreach (SSTableDescriptor each in live)
                    Add(each);
                if (live.Count == 0 && !AddFolder(full))
                    throw new StorageException(path, "no SSTables in this folder or below it.");
            }
            else if (PhysicalFileSystem.Instance.FileExists(full))
            {
                Add(SSTableDescriptor.Parse(full));
            }
            else
            {
                throw new StorageException(path, "no such file or folder.", new FileNotFoundException());
            }
        }

        return found;

        bool AddFolder(string folder)
        {
            IReadOnlyList<SSTableDescriptor> here = SSTableFolder.FindIn(PhysicalFileSystem.Instance, folder);
            bool isAny = here.Count > 0;
            foreach (SSTableDescriptor each in here)
                Add(each);
            foreach (string below in PhysicalFileSystem.Instance.ListDirectories(folder))
                isAny |= AddFolder(below);
            return isAny;
        }

        void Add(SSTableDescriptor descriptor)
        {
            if (seen.Add(descriptor.PathOf(SSTableComponent.Data)))
                found.Add(descriptor);
        }
    }
}
