using System.Globalization;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>What index files are called: <c>cqlite-nb-1-big-0123456789abcdef.idx</c>, in the folder of the SSTable, by the hash of the definition.</summary>
/// <remarks>
/// Cassandra passes over the name: it has five parts, so that <c>Descriptor.filenameTokens</c> refuses it and <c>SSTable.tryComponentFromFilename</c> gives null to
/// every lister; and it does not begin as the SSTable's components do, which transaction logs count. What ends in <c>.tmp</c> a node deletes when it starts,
/// which is right here too.
/// </remarks>
internal static class IndexFileName
{
    /// <summary>What all index files end in.</summary>
    public const string Extension = ".idx";

    /// <summary>What a file ends in that is being written.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Full path of the file of an index of an SSTable.</summary>
    public static string PathOf(SSTableDescriptor sstable, ulong definition) =>
        Path.Combine(sstable.Directory, string.Create(CultureInfo.InvariantCulture, $"{sstable.CompanionPrefix}{definition:x16}{Extension}"));

    /// <summary>Whether a file is one of these, or one that was not finished.</summary>
    public static bool IsIndexFile(string path)
    {
        string name = Path.GetFileName(path);
        return name.StartsWith(SSTableDescriptor.CompanionMark, StringComparison.Ordinal)
            && (name.EndsWith(Extension, StringComparison.Ordinal)
                || (name.EndsWith(TemporarySuffix, StringComparison.Ordinal) && name.Contains(Extension + ".", StringComparison.Ordinal)));
    }
}
