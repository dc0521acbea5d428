using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Planning;

/// <summary>What a WHERE clause means for a table: which partitions are read, which slices of their rows, and what is filtered afterwards.</summary>
internal sealed record WherePlan(TableMetadata Table)
{
    /// <summary>Restrictions on single columns of the partition key.</summary>
    public RestrictionSet Keys { get; } = new();

    /// <summary>The restriction on the partition's token.</summary>
    public TokenRestriction? Token { get; set; }

    /// <summary>Restrictions on clustering columns.</summary>
    public RestrictionSet Clustering { get; } = new();

    /// <summary>Restrictions on static and regular columns.</summary>
    public RestrictionSet Others { get; } = new();

    /// <summary>Whether a range of partitions is read rather than single ones by key.</summary>
    public bool IsKeyRange { get; set; }

    /// <summary>Whether an index, were there one in use, would serve the query, so that it is allowed without ALLOW FILTERING.</summary>
    public bool UsesIndex { get; set; }

    /// <summary>The vector that rows are sorted by their similarity to; null for none.</summary>
    public NearestRestriction? Nearest => Others.All.OfType<NearestRestriction>().FirstOrDefault();

    /// <summary>Clustering restrictions that bound the rows read: equalities on the first columns, then at most one slice.</summary>
    public List<Restriction> Bounds { get; } = [];

    /// <summary>Restrictions that rows are tested against once read.</summary>
    public List<Restriction> Filters { get; } = [];

    /// <summary>Whether every part of the partition key is given, by = or IN.</summary>
    public bool HasFullKey => Keys.ColumnCount == Table.PartitionKey.Count && Keys.HasOnlyEqualities;

    /// <summary>Whether the token decides which partitions are read; with a full key it is only a filter.</summary>
    public bool IsOnToken => Token is not null && Keys.ColumnCount < Table.PartitionKey.Count;

    public bool HasKeyIn => Keys.HasIn && !IsOnToken;

    public bool RestrictsRegulars => Others.Columns.Any(c => c.Kind == ColumnKind.Regular);

    /// <summary>Whether a partition without rows gives one row of its static columns.</summary>
    public bool ReturnsStaticContent => Table.IsStaticCompact || (Clustering.IsEmpty && !RestrictsRegulars);

    /// <summary>Whether a column is restricted by an equality.</summary>
    public bool IsEqualRestricted(ColumnMetadata column) => Set(column).Of(column) is { IsEqual: true };

    public RestrictionSet Set(ColumnMetadata column) => column.Kind switch
    {
        ColumnKind.PartitionKey => Keys,
        ColumnKind.Clustering => Clustering,
        _ => Others,
    };
}
