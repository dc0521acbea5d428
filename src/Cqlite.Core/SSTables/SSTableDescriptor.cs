using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Cqlite.Core.Errors;

namespace Cqlite.Core.SSTables;

/// <summary>
/// Which SSTable: its folder, version and id, and what the folder's place tells about the table. Found by file names alone;
/// nothing is opened.
/// </summary>
/// <remarks>
/// <code>
/// KEYSPACE/TABLE-0123456789abcdef0123456789abcdef/nb-1-big-Data.db        TABLE without an id is fine too
/// KEYSPACE/TABLE-ID/snapshots/NAME/nb-1-big-Data.db
/// KEYSPACE/TABLE-ID/backups/nb-1-big-Data.db
/// KEYSPACE/TABLE-ID/.INDEX/nb-1-big-Data.db                               also below snapshots/NAME and backups
/// anywhere/nb-1-big-Data.db                                               loose files: the names are then what the folders are called
/// </code>
/// Source: org/apache/cassandra/io/sstable/Descriptor.java, db/Directories.java.
/// </remarks>
public sealed partial record SSTableDescriptor
{
    private SSTableDescriptor(string directory, SSTableVersion version, SSTableId id)
    {
        Directory = directory;
        Version = version;
        Id = id;
    }

    /// <summary>Full path of the folder.</summary>
    public string Directory { get; }

    /// <summary>Format version.</summary>
    public SSTableVersion Version { get; }

    /// <summary>Id within the table.</summary>
    public SSTableId Id { get; }

    /// <summary>Keyspace's name; empty where the folders do not tell.</summary>
    public string Keyspace { get; private init; } = "";

    /// <summary>Table's name; empty where the folders do not tell.</summary>
    public string Table { get; private init; } = "";

    /// <summary>Table id, where the folder's name has it.</summary>
    public Guid? TableId { get; private init; }

    /// <summary>Name of the snapshot; null outside of snapshots.</summary>
    public string? Snapshot { get; private init; }

    /// <summary>Whether it lies in the folder of incremental backups.</summary>
    public bool IsBackup { get; private init; }

    /// <summary>Name of the legacy secondary index whose hidden table this belongs to; null for others.</summary>
    public string? Index { get; private init; }

    /// <summary>What every component's file name begins with: <c>nb-1-big-</c>.</summary>
    public string FilePrefix => $"{Version.Name}-{Id.Text}-{Version.Format}-";

    /// <summary>What the names of our own files beside SSTables begin with, which Cassandra passes over.</summary>
    internal const string CompanionMark = "cqlite-";

    /// <summary>What the name of every file of ours begins with that is of use with this SSTable only, and goes with it: <c>cqlite-nb-1-big-</c>.</summary>
    internal string CompanionPrefix => CompanionMark + FilePrefix;

    /// <summary>Full path of a component.</summary>
    public string PathOf(SSTableComponent component) => Path.Combine(Directory, FilePrefix + component.Name);

    /// <summary>The SSTable of a folder, version and id, whether it exists or not.</summary>
    internal static SSTableDescriptor Create(string directory, SSTableVersion version, SSTableId id) =>
        new SSTableDescriptor(Path.GetFullPath(directory), version, id).Located();

    /// <summary>The SSTable that a component's path belongs to.</summary>
    /// <exception cref="UnsupportedFormatException">The name is not one of an SSTable's component, or of an unknown version.</exception>
    public static SSTableDescriptor Parse(string path) => TryParse(path, out SSTableDescriptor? descriptor, out _)
        ? descriptor
        : throw new UnsupportedFormatException(path, "is not named as a component of an SSTable is, such as nb-1-big-Data.db.");

    /// <summary>The SSTable and the component that a path means; false when it is named like neither.</summary>
    /// <exception cref="UnsupportedFormatException">It is named like one, but of an unknown version.</exception>
    public static bool TryParse(string path, [NotNullWhen(true)] out SSTableDescriptor? descriptor, out SSTableComponent component)
    {
        descriptor = null;
        component = default;
        string full = Path.GetFullPath(path);
        string name = Path.GetFileName(full);
        Match match = FileName().Match(name);
        if (!match.Success || !SSTableId.TryParse(match.Groups["id"].Value, out SSTableId id))
        {
            if (LegacyFileName().IsMatch(name))
                throw new UnsupportedFormatException(path, "is an SSTable of a release before 3.0; SSTables of Cassandra 3.0 to 5.0 can be read.");
            return false;
        }

        SSTableVersion version = SSTableVersion.Parse(path, match.Groups["version"].Value, match.Groups["format"].Value);
        component = new SSTableComponent(match.Groups["component"].Value);
        descriptor = new SSTableDescriptor(Path.GetDirectoryName(full) ?? "", version, id).Located();
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Path.Combine(Directory, FilePrefix[..^1]);

    /// <summary>The same with what the folders above tell.</summary>
    private SSTableDescriptor Located()
    {
        string? folder = Directory;
        string? index = null;
        string? snapshot = null;
        bool backup = false;
        if (NameOf(folder) is ['.', .. { Length: > 0 } hidden])
        {
            index = hidden;
            folder = Path.GetDirectoryName(folder);
        }

        if (NameOf(folder) == "backups")
        {
            backup = true;
            folder = Path.GetDirectoryName(folder);
        }
        else if (NameOf(Path.GetDirectoryName(folder)) == "snapshots")
        {
            snapshot = NameOf(folder);
            folder = Path.GetDirectoryName(Path.GetDirectoryName(folder));
        }

        string table = NameOf(folder);
        string keyspace = NameOf(Path.GetDirectoryName(folder));
        Guid? id = null;
        Match match = TableFolder().Match(table);
        if (match.Success)
        {
            table = match.Groups["table"].Value;
            id = Guid.ParseExact(match.Groups["id"].ValueSpan, "N");
        }

        bool named = Word().IsMatch(table) && Word().IsMatch(keyspace);
        return this with
        {
            Keyspace = named ? keyspace : "",
            Table = named ? table : "",
            TableId = id,
            Snapshot = snapshot,
            IsBackup = backup,
            Index = index,
        };
    }

    private static string NameOf(string? folder) => folder is null ? "" : Path.GetFileName(folder);

    [GeneratedRegex("^(?<version>[a-z]{2})-(?<id>[0-9A-Za-z_]+)-(?<format>big|bti)-(?<component>[A-Za-z0-9_+.-]+\\.[A-Za-z0-9]+)$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex FileName();

    [GeneratedRegex("^\\w+-\\w+-(?:tmp-|tmplink-)?[a-z]{2}-\\d+-\\w+\\.db$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex LegacyFileName();

    [GeneratedRegex("^(?<table>\\w+)-(?<id>[0-9a-f]{32})$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex TableFolder();

    [GeneratedRegex("^\\w+$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Word();
}
