using Cqlite.Core.Encoding;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>A write that is applied as a whole: updates of one partition key in one or more tables of a keyspace.</summary>
/// <remarks>
/// <code>vint number of updates, then the updates (PartitionUpdate)</code>
/// Source: org/apache/cassandra/db/Mutation.java (MutationSerializer).
/// </remarks>
internal sealed class Mutation
{
    /// <summary>Makes a mutation.</summary>
    /// <exception cref="ArgumentException">No update, two of one table, or not all of one keyspace and key.</exception>
    public Mutation(params IReadOnlyList<PartitionUpdate> updates)
    {
        if (updates.Count == 0)
            throw new ArgumentException("a mutation has at least one update.", nameof(updates));
        for (int i = 1; i < updates.Count; i++)
        {
            if (updates[i].Table.Keyspace != updates[0].Table.Keyspace || !updates[i].Key.Key.Span.SequenceEqual(updates[0].Key.Key.Span))
                throw new ArgumentException("a mutation's updates are of one keyspace and one partition key.", nameof(updates));
            for (int j = 0; j < i; j++)
            {
                if (updates[i].Table.Id == updates[j].Table.Id)
                    throw new ArgumentException($"a mutation has two updates of table {updates[i].Table}.", nameof(updates));
            }
        }

        Updates = updates;
    }

    private Mutation(List<PartitionUpdate> updates) => Updates = updates;

    /// <summary>
    /// The mutations as few: those of one keyspace are one, of which after a crash all is there or nothing. Such a mutation has updates of several keys. Whatever
    /// is of a table that it has an update of already, or would make it too large for the log, stays a mutation of its own.
    /// </summary>
    /// <remarks>A node replays updates of several keys, each with its own; of two updates of one table its reader would make nothing, and not start
    /// (org/apache/cassandra/db/Mutation.java, MutationSerializer.deserialize: a map by table).</remarks>
    /// <param name="mutations">The mutations.</param>
    /// <param name="largestBytes">The largest that the log takes.</param>
    public static IEnumerable<Mutation> Together(IEnumerable<Mutation> mutations, int largestBytes)
    {
        foreach (IGrouping<string, Mutation> group in mutations.GroupBy(m => m.Keyspace, StringComparer.Ordinal))
        {
            List<PartitionUpdate> together = [];
            List<Mutation> apart = [];
            HashSet<Guid> tables = [];
            long bytes = VInt.MaxLength;
            foreach (Mutation mutation in group)
            {
                long added = mutation.Updates.Sum(u => (long)u.Content.Length);
                if (bytes + added > largestBytes || mutation.Updates.Any(u => tables.Contains(u.Table.Id)))
                {
                    apart.Add(mutation);
                    continue;
                }

                bytes += added;
                together.AddRange(mutation.Updates);
                tables.UnionWith(mutation.Updates.Select(u => u.Table.Id));
            }

            if (together.Count > 0)
                yield return new Mutation(together);
            foreach (Mutation mutation in apart)
                yield return mutation;
        }
    }

    /// <summary>The keyspace.</summary>
    public string Keyspace => Updates[0].Table.Keyspace;

    /// <summary>The partition key; of several the first.</summary>
    public DecoratedKey Key => Updates[0].Key;

    /// <summary>The updates, one a table.</summary>
    public IReadOnlyList<PartitionUpdate> Updates { get; }

    /// <summary>Writes the mutation as versions 3.0 to 4.1, and 5.0 by default, have it in their commit logs.</summary>
    public void Write(BufferWriter output)
    {
        output.WriteUnsignedVInt((ulong)Updates.Count);
        foreach (PartitionUpdate update in Updates)
            output.Write(update.Content.Span);
    }
}
