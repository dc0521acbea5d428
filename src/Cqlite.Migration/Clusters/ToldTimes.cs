namespace Cqlite.Migration.Clusters;

/// <summary>
/// Which columns nodes tell the times and TTLs of, beside those of one cell that are no collections. A statement that asks for others is refused as a whole, so that what
/// any one node does not tell is not asked of any.
/// </summary>
/// <param name="Elements">Whether those of elements of collections and fields of user types; from 5.0 on.</param>
/// <param name="FrozenCollections">Whether those of frozen collections, which releases refused at first as if they were not frozen; from 3.0.28, 3.11.14 and 4.0.5 on.</param>
/// <remarks>Source: org/apache/cassandra/cql3/selection/Selectable.java (WritetimeOrTTL) of each release.</remarks>
internal readonly record struct ToldTimes(bool Elements, bool FrozenCollections)
{
    private static readonly Version s_elementsSince = new(5, 0);
    private static readonly Version s_frozenSince30 = new(3, 0, 28);
    private static readonly Version s_frozenSince311 = new(3, 11, 14);
    private static readonly Version s_frozenSince40 = new(4, 0, 5);

    /// <summary>What all nodes tell.</summary>
    /// <param name="versions">The numbers of the nodes' releases; 0.0 where one is not known.</param>
    public static ToldTimes Of(IEnumerable<Version> versions)
    {
        ToldTimes all = new(true, true);
        foreach (Version version in versions)
            all = new(all.Elements && version >= s_elementsSince, all.FrozenCollections && TellsFrozenCollections(version));
        return all;
    }

    private static bool TellsFrozenCollections(Version version) =>
        version >= (version.Major >= 4 ? s_frozenSince40 : version is { Major: 3, Minor: 0 } ? s_frozenSince30 : s_frozenSince311);
}
