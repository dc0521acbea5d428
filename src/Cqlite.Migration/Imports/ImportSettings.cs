using Cqlite.Core.Files;
using Cqlite.Migration.Conversions;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Ranges;

namespace Cqlite.Migration.Imports;

/// <summary>How an export is imported. Immutable.</summary>
public sealed record ImportSettings
{
    /// <summary>The defaults.</summary>
    public static ImportSettings Default { get; } = new();

    /// <summary>The tables, as <c>keyspace.table</c> or a keyspace's name; empty, the default, for all that the export has.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Whether every file is compared with its SHA-256 before anything is published; otherwise with its length alone. Default true.</summary>
    public bool VerifyChecksums { get; init; } = true;

    /// <summary>Whether tables are taken of which only a part was exported. Default false: the import is refused.</summary>
    public bool AllowIncomplete { get; init; }

    /// <summary>Whether indexes are created. Default true.</summary>
    public bool CreateIndexes { get; init; } = true;

    /// <summary>Whether an import into a cluster goes on with what an earlier one left. Default false. Into a database only what is missing is taken in any case.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Whether a database gets the rows through its own writer, as a cluster does, in place of the export's files: they then have the compression and filters
    /// of the database's tables. Default false.
    /// </summary>
    public bool StreamRows { get; init; }

    /// <summary>How ranges are gone through, where rows are streamed.</summary>
    public RangeRunOptions Ranges { get; init; } = RangeRunOptions.Default;

    /// <summary>Through what files are read; the machine's own by default.</summary>
    public IFileSystem Files { get; init; } = PhysicalFileSystem.Instance;

    /// <summary>The export's manifest, where it was read already; null, the default, for the importer to read it.</summary>
    internal ExportManifest? Manifest { get; init; }

    /// <summary>How the tables of a database are to lie on disk afterwards; as they come by default.</summary>
    internal TableTuning Tuning { get; init; } = new();
}
