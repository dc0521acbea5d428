using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>SSTables of one table, and the folder for what is made of them.</summary>
/// <param name="Sources">The SSTables, in the order given.</param>
/// <param name="OutputDirectory">Full path of the folder, which need not exist.</param>
public sealed record RewriteGroup(IReadOnlyList<SSTableDescriptor> Sources, string OutputDirectory)
{
    /// <summary>The SSTables that lie beside the sources: of the same table, but not among them.</summary>
    public IReadOnlyList<SSTableDescriptor> Others(IFileSystem files) =>
        [.. Sources.Select(s => s.Directory).Distinct(StringComparer.Ordinal).SelectMany(d => SSTableFolder.FindIn(files, d)).Where(s => !Sources.Contains(s))];

    /// <summary>Whether the folder holds SSTables already.</summary>
    public bool IsOccupied(IFileSystem files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.DirectoryExists(OutputDirectory) && SSTableFolder.FindIn(files, OutputDirectory).Count > 0;
    }
}

/// <summary>Which SSTables belong together, and where what is made of them goes.</summary>
/// <remarks>
/// <code>
/// DESTINATION/nb-1-big-Data.db                        of one table
/// DESTINATION/.INDEX/nb-1-big-Data.db                 of a hidden table of its indexes
/// DESTINATION/KEYSPACE/TABLE-ID/nb-1-big-Data.db      of several tables
/// </code>
/// </remarks>
public static class RewritePlan
{
    /// <summary>Plans.</summary>
    /// <param name="sources">The SSTables.</param>
    /// <param name="destination">The folder for what is made of them.</param>
    /// <exception cref="ArgumentException">Results would lie beside their sources, where they would count twice, or those of two tables in one folder.</exception>
    public static IReadOnlyList<RewriteGroup> Of(IReadOnlyList<SSTableDescriptor> sources, string destination)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        destination = Path.GetFullPath(destination);
        ILookup<string, SSTableDescriptor> tables = sources.ToLookup(FolderOf, StringComparer.Ordinal);
        List<RewriteGroup> groups = [];
        foreach (IGrouping<string, SSTableDescriptor> table in tables)
        {
            string folder = tables.Count == 1 ? destination : Path.Combine(destination, table.Key);
            foreach (IGrouping<string?, SSTableDescriptor> part in table.GroupBy(s => s.Index, StringComparer.Ordinal))
            {
                RewriteGroup group = new([.. part], part.Key is null ? folder : Path.Combine(folder, $".{part.Key}"));
                if (group.Sources.FirstOrDefault(s => PathNames.AreSame(s.Directory, group.OutputDirectory)) is { } beside)
                    throw new ArgumentException($"'{destination}' is where '{beside}' lies: what is made of it would count twice there. Name another folder.");
                groups.Add(group);
            }
        }

        return groups;
    }

    /// <summary>A table's folder below the destination, the same for its snapshots, backups and several data directories.</summary>
    private static string FolderOf(SSTableDescriptor sstable)
    {
        if (sstable.TableId is { } id && sstable.Keyspace.Length > 0)
            return Path.Combine(sstable.Keyspace, $"{sstable.Table}-{id:N}");
        string folder = sstable.Index is null ? sstable.Directory : Path.GetDirectoryName(sstable.Directory) ?? sstable.Directory;
        string above = Path.GetFileName(Path.GetDirectoryName(folder) ?? "");
        return Path.Combine(above, Path.GetFileName(folder));
    }
}
