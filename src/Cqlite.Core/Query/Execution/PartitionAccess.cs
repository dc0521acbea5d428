using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>Which partitions a query reads once its markers are bound: some by key, in the order of their columns' types, or a range.</summary>
/// <param name="Keys">The keys; null for a range.</param>
/// <param name="From">Start of the range.</param>
/// <param name="To">End of the range.</param>
internal sealed record PartitionAccess(IReadOnlyList<DecoratedKey>? Keys, RingPosition From, RingPosition To)
{
    private static readonly PartitionAccess Nothing = new([], RingPosition.Minimum, RingPosition.Maximum);

    private static readonly PartitionAccess All = new(null, RingPosition.Minimum, RingPosition.Maximum);

    /// <summary>Finds them.</summary>
    public static PartitionAccess Resolve(WherePlan plan, BindValues values)
    {
        if (plan.HasFullKey && !plan.IsKeyRange)
            return OfKeys(plan, values);
        return plan.Token is { } token ? OfToken(plan.Table.Partitioner, token, values) ?? Nothing : All;
    }

    private static PartitionAccess OfKeys(WherePlan plan, BindValues values)
    {
        Partitioner partitioner = plan.Table.Partitioner;
        if (!plan.Keys.HasIn)
        {
            var only = new byte[]?[plan.Table.PartitionKey.Count];
            for (int i = 0; i < only.Length; i++)
                only[i] = RestrictionValues.Single((EqualRestriction)plan.Keys.All[i], values);
            return Filtered(plan, values, [Decorate(partitioner, only)]);
        }

        var combinations = new List<byte[]?[]> { Array.Empty<byte[]?>() };
        foreach (Restriction restriction in plan.Keys.All)
        {
            List<byte[]?[]> options = RestrictionValues.Of(restriction, values);
            combinations = [.. combinations.SelectMany(_ => options, (prefix, option) => (byte[]?[])[.. prefix, .. option])];
        }

        IReadOnlyList<ColumnMetadata> columns = plan.Table.PartitionKey;
        var order = Comparer<byte[]?[]>.Create((left, right) =>
        {
            for (int i = 0; i < columns.Count; i++)
            {
                int byColumn = columns[i].Type.Compare(left[i], right[i]);
                if (byColumn != 0)
                    return byColumn;
            }

            return 0;
        });
        var sorted = new SortedSet<byte[]?[]>(combinations, order);
        return Filtered(plan, values, [.. sorted.Select(c => Decorate(partitioner, c))]);
    }

    // A token restriction beside a full key only sorts out keys.
    private static PartitionAccess Filtered(WherePlan plan, BindValues values, DecoratedKey[] keys)
    {
        if (plan.Token is not { } token)
            return new PartitionAccess(keys, RingPosition.Minimum, RingPosition.Maximum);
        if (OfToken(plan.Table.Partitioner, token, values) is not { } range)
            return Nothing;
        Partitioner partitioner = plan.Table.Partitioner;
        return new PartitionAccess(
            [.. keys.Where(k => partitioner.Compare(k.Token, k.Key.Span, range.From) >= 0 && partitioner.Compare(k.Token, k.Key.Span, range.To) <= 0)],
            RingPosition.Minimum,
            RingPosition.Maximum);
    }

    private static DecoratedKey Decorate(Partitioner partitioner, byte[]?[] components)
    {
        byte[] key = PartitionKeys.Serialize(components);
        PartitionKeys.Check(key);
        return new DecoratedKey(partitioner.TokenOf(key), key);
    }

    private static PartitionAccess? OfToken(Partitioner partitioner, TokenRestriction restriction, BindValues values)
    {
        Bound? lower = restriction.Equal is { } equal ? new Bound(equal, IsInclusive: true, 1) : restriction.Lower;
        Bound? upper = restriction.Equal is not null ? lower : restriction.Upper;
        byte[]? from = Value(partitioner, lower, values);
        byte[]? to = Value(partitioner, upper, values);
        RingPosition start = RingPosition.Minimum;
        RingPosition end = RingPosition.Maximum;
        bool hasStart = from is not null && !Tokens.IsMinimum(partitioner, from);
        bool hasEnd = to is not null && !Tokens.IsMinimum(partitioner, to);
        if (hasStart)
            start = Tokens.Position(partitioner, from!, lower!.IsInclusive ? -1 : 1);
        if (hasEnd)
            end = Tokens.Position(partitioner, to!, upper!.IsInclusive ? 1 : -1);

        // A range that ends before it starts is empty, not one that wraps around the ring.
        if (hasStart && hasEnd && IsEmpty(partitioner, start, end))
            return null;
        return new PartitionAccess(null, start, end);
    }

    private static bool IsEmpty(Partitioner partitioner, RingPosition start, RingPosition end)
    {
        int order = start.Token.CompareTo(end.Token);
        if (order == 0 && partitioner.TokensAreKeys)
            order = partitioner.Compare(start.Token, start.Key!.Value.Span, end.Token, end.Key!.Value.Span);
        return order > 0 || (order == 0 && (start.Side > 0 || end.Side < 0));
    }

    private static byte[]? Value(Partitioner partitioner, Bound? bound, BindValues values)
    {
        if (bound is null)
            return null;
        byte[]? value = bound.Value.Bind(values);
        if (value is null || BindValues.IsUnset(value))
            throw new InvalidQueryException("Invalid null token value");

        // A number of no bytes is a value of its type, but no token.
        return value.Length == 0 && !partitioner.TokensAreKeys ? throw new InvalidQueryException("Invalid empty token value") : value;
    }
}
