using System.Collections.Immutable;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Planning;

/// <summary>Which markers are the partition key's, so that a client can find the replica: a single node's clients ask too.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/VariableSpecifications.java (getPartitionKeyBindVariableIndexes).</remarks>
internal static class KeyMarkers
{
    /// <summary>The position of a marker for each column of the key, the last one where there are several; empty unless every column has one.</summary>
    public static ImmutableArray<int> Positions(TableMetadata table, IEnumerable<WherePlan> clauses)
    {
        int[] positions = new int[table.PartitionKey.Count];
        Array.Fill(positions, -1);
        foreach (Restriction restriction in clauses.SelectMany(c => c.Keys.All))
        {
            IEnumerable<Term> terms = restriction switch
            {
                EqualRestriction equal => [equal.Value],
                InRestriction listed => listed.Values,
                _ => [],
            };
            foreach (Term term in terms)
            {
                if (term is MarkerTerm marker)
                    positions[restriction.First.Position] = Math.Max(positions[restriction.First.Position], marker.Index);
            }
        }

        return positions.Contains(-1) ? [] : [.. positions];
    }
}
