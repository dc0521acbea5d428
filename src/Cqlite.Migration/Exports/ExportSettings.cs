using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;
using Cqlite.Migration.Ranges;

namespace Cqlite.Migration.Exports;

/// <summary>How tables are exported. Immutable.</summary>
public sealed record ExportSettings
{
    /// <summary>The defaults.</summary>
    public static ExportSettings Default { get; } = new();

    /// <summary>The tables, as <c>keyspace.table</c> or a keyspace's name for all of its tables; empty, the default, for all that are not the system's.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Whether an export that lies there is gone on with; one that is not there is begun. Default false: the folder must be empty.</summary>
    public bool Resume { get; init; }

    /// <summary>How ranges are gone through.</summary>
    public RangeRunOptions Ranges { get; init; } = RangeRunOptions.Default;

    /// <summary>The version of the SSTables: nb (the default), oa or da.</summary>
    public string SSTableVersion { get; init; } = "nb";

    /// <summary>Compression by a name of <see cref="RewriteCompression.Names"/>; null, the default, for what each table's options say.</summary>
    public string? Compression { get; init; }

    /// <summary>Whether indexes are in the schema. Default true.</summary>
    public bool WithIndexes { get; init; } = true;

    /// <summary>Through what files are written; the machine's own by default.</summary>
    public IFileSystem Files { get; init; } = PhysicalFileSystem.Instance;

    internal SSTableVersion Version => Core.SSTables.SSTableVersion.OfName(SSTableVersion);
}
