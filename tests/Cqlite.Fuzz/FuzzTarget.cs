using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Fuzz;

/// <summary>A small SSTable of the corpus.</summary>
internal sealed class FuzzTarget
{
    private FuzzTarget(string name, SSTableDescriptor descriptor)
    {
        Name = name;
        Descriptor = descriptor;
        Files = [.. SSTableComponent.Known.Select(descriptor.PathOf).Where(File.Exists).Select(path => (path, (int)new FileInfo(path).Length))];
    }

    /// <summary>Node, table and SSTable.</summary>
    public string Name { get; }

    /// <summary>Which SSTable.</summary>
    public SSTableDescriptor Descriptor { get; }

    /// <summary>Its files that are read, and their lengths.</summary>
    public IReadOnlyList<(string Path, int Length)> Files { get; }

    /// <summary>Number of damages there are.</summary>
    public long DamageCount => Files.Sum(f => Damage.CountOf(f.Length));

    /// <summary>The damage of a number.</summary>
    public Damage DamageOf(long number)
    {
        foreach ((string path, int length) in Files)
        {
            if (number < Damage.CountOf(length))
                return Damage.Of(path, length, number);
            number -= Damage.CountOf(length);
        }

        throw new ArgumentOutOfRangeException(nameof(number));
    }

    /// <summary>
    /// The smallest SSTables of every theme of every node, and the undamaged ones of the damaged corpus, which have row indexes and
    /// chunks of 4 KiB.
    /// </summary>
    /// <param name="at">Part of the node's name; null for all nodes.</param>
    /// <param name="perTheme">How many of a theme.</param>
    /// <param name="mostBytes">How large one may be, all files together.</param>
    public static IReadOnlyList<FuzzTarget> Choose(string? at, int perTheme, long mostBytes)
    {
        const int leastBytesOfData = 60;
        List<FuzzTarget> chosen = [];
        foreach (IGrouping<(string At, string Theme), CorpusTable> theme in Corpus.Tables
            .Where(t => !t.At.StartsWith("killed/", StringComparison.Ordinal) && t.SSTables.Count > 0)
            .Where(t => at is null || t.At.Contains(at, StringComparison.Ordinal))
            .GroupBy(t => (t.At, t.Theme)))
        {
            bool isDamagedCorpus = theme.Key.At.StartsWith("damaged/", StringComparison.Ordinal);
            chosen.AddRange(theme
                .SelectMany(table => SSTableFolder.Find(PhysicalFileSystem.Instance, table.DataDirectory).Select(d => new FuzzTarget($"{table} {d.FilePrefix[..^1]}", d)))
                .Where(t => t.Files.Sum(f => (long)f.Length) <= (isDamagedCorpus ? long.MaxValue : mostBytes))
                .Where(t => t.Files.Any(f => f.Path.EndsWith(SSTableComponent.Data.Name, StringComparison.Ordinal) && f.Length >= leastBytesOfData))
                .OrderBy(t => t.Files.Sum(f => f.Length))
                .ThenBy(t => t.Name, StringComparer.Ordinal)
                .Take(perTheme));
        }

        return chosen;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
