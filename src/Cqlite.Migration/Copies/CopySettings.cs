using Cqlite.Migration.Ranges;

namespace Cqlite.Migration.Copies;

/// <summary>How tables are copied. Immutable.</summary>
public sealed record CopySettings
{
    /// <summary>The defaults.</summary>
    public static CopySettings Default { get; } = new();

    /// <summary>The tables, as <c>keyspace.table</c> or a keyspace's name; empty, the default, for all that are not the system's.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Whether a copy that ended early is gone on with where the target has noted what is done; default false: it is begun anew, which does no harm.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether indexes and views are created. Default true.</summary>
    public bool WithIndexes { get; init; } = true;

    /// <summary>How ranges are gone through.</summary>
    public RangeRunOptions Ranges { get; init; } = RangeRunOptions.Default;

    /// <summary>What results and progress call it.</summary>
    internal string Operation { get; init; } = "copy";
}
