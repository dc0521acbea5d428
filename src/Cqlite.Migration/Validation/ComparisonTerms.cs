using System.Text.Json.Serialization;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>What of a table's rows is compared: that which was asked for, and which both sides can tell. A digest is of the same only under the same terms.</summary>
public sealed record ComparisonTerms
{
    /// <summary>The moment at which both sides are looked at, in seconds since 1970.</summary>
    public required long NowSeconds { get; init; }

    /// <summary>Whether cells' times of writing count.</summary>
    public bool WriteTimes { get; init; }

    /// <summary>Whether the moments at which cells end count.</summary>
    public bool Ttls { get; init; }

    /// <summary>Whether the TTLs that cells were written with count.</summary>
    public bool OriginalTtls { get; init; }

    /// <summary>Whether elements of collections and fields of user types have times that count.</summary>
    public bool ElementTimes { get; init; }

    /// <summary>Whether frozen collections have times that count.</summary>
    public bool FrozenCollectionTimes { get; init; }

    /// <summary>Whether lists' elements are known by the places that they are stored under; else by their order.</summary>
    public bool ListPaths { get; init; }

    /// <summary>Whether the liveness of primary keys counts.</summary>
    public bool RowLiveness { get; init; }

    /// <summary>Whether the times of counters count.</summary>
    public bool CounterTimes { get; init; }

    /// <summary>The static columns, in the order of rows.</summary>
    public IReadOnlyList<string> Statics { get; init; } = [];

    /// <summary>The regular columns, in the order of rows.</summary>
    public IReadOnlyList<string> Regulars { get; init; } = [];

    /// <summary>By how many seconds ends may differ: where a cluster can't be told its "now", what is left of a TTL is off by one.</summary>
    [JsonIgnore]
    internal int TtlToleranceSeconds { get; init; }

    /// <summary>Whether both compare the same; how far ends may be off is no part of it.</summary>
    internal bool HasSameContent(ComparisonTerms other) =>
        this with { Statics = [], Regulars = [], TtlToleranceSeconds = 0 } == other with { Statics = [], Regulars = [], TtlToleranceSeconds = 0 }
        && Statics.SequenceEqual(other.Statics, StringComparer.Ordinal) && Regulars.SequenceEqual(other.Regulars, StringComparer.Ordinal);

    internal static ComparisonTerms Of(ITableSource source, ITableSource target, ValidationSettings settings, long nowSeconds, int ttlToleranceSeconds)
    {
        SourceFidelity one = source.Fidelity;
        SourceFidelity other = target.Fidelity;
        bool isComplete = one.IsComplete && other.IsComplete;
        bool times = settings.ComparesWriteTimes;
        bool ttls = settings.ComparesTtls;
        return new ComparisonTerms
        {
            NowSeconds = nowSeconds,
            WriteTimes = times,
            Ttls = ttls,
            OriginalTtls = ttls && one.HasOriginalTtl && other.HasOriginalTtl,
            ElementTimes = one.HasElementTimes && other.HasElementTimes,
            FrozenCollectionTimes = one.HasFrozenCollectionTimes && other.HasFrozenCollectionTimes,
            ListPaths = settings.Strict && one.HasListPaths && other.HasListPaths,
            RowLiveness = times && one.HasRowLiveness && other.HasRowLiveness,
            CounterTimes = times && one.HasCounterShards && other.HasCounterShards,
            Statics = Common(source.Table.Statics, target.Table, isComplete),
            Regulars = Common(source.Table.Regulars, target.Table, isComplete),
            TtlToleranceSeconds = ttlToleranceSeconds,
        };
    }

    /// <summary>What can't be compared, or was not asked for, one sentence each.</summary>
    internal IEnumerable<string> NotChecked(ITableSource source, ITableSource target)
    {
        TableMetadata table = source.Table;
        ColumnMetadata[] columns = [.. table.Statics.Concat(table.Regulars)];
        if (!WriteTimes)
            yield return "Times of writes were not asked for.";
        else if (!RowLiveness)
            yield return "The liveness of primary keys, which one side does not tell.";
        if (!Ttls)
            yield return "TTLs were not asked for.";
        else if (!OriginalTtls)
            yield return "The TTLs that cells were written with, of which one side tells only when they end.";
        if ((WriteTimes || Ttls) && !ElementTimes && columns.Any(c => c.IsComplex))
            yield return "Times and TTLs of elements of collections and fields of user types, which one side does not tell.";
        if ((WriteTimes || Ttls) && !FrozenCollectionTimes && columns.Any(c => c.IsFrozenCollection))
            yield return "Times and TTLs of frozen collections, which one side does not tell.";
        if (!ListPaths && columns.Any(c => c.IsComplex && c.Type.Unreversed is ListType))
            yield return "The places of list elements, which are compared by their order.";
        if (table.IsCounter)
            yield return "The shards of counters, of which the sums are compared.";
        yield return source.Fidelity.HasTombstones && target.Fidelity.HasTombstones
            ? "Deletions: what is left is compared."
            : "Deletions, which one side does not tell.";
    }

    private static string[] Common(IReadOnlyList<ColumnMetadata> columns, TableMetadata other, bool isComplete) =>
    [
        .. from column in columns
           let match = other.Column(column.Name)
           where match is not null && match.Kind == column.Kind && match.Type.Equals(column.Type)
           where isComplete || !(other.IsHidden(match))
           select column.Name,
    ];
}

/// <summary>A column as rows of both sides are compared by it.</summary>
internal sealed record ComparedColumn(string Name, CqlType Type, bool IsComplex, bool IsByOrder, bool HasTimes, bool HasTtls)
{
    public bool IsCounter { get; } = Type.IsCounter;
}

/// <summary>Terms applied to a table's columns.</summary>
internal sealed class ComparisonPlan
{
    public ComparisonPlan(ComparisonTerms terms, TableMetadata table)
    {
        Terms = terms;
        Table = table;
        Statics = [.. terms.Statics.Select(name => Column(terms, table, name))];
        Regulars = [.. terms.Regulars.Select(name => Column(terms, table, name))];
    }

    public ComparisonTerms Terms { get; }

    public TableMetadata Table { get; }

    public ComparedColumn[] Statics { get; }

    public ComparedColumn[] Regulars { get; }

    /// <summary>For each static or regular column of one side's table its place among the compared ones; -1 for none.</summary>
    public static int[] Map(IReadOnlyList<ColumnMetadata> columns, ComparedColumn[] compared) =>
        [.. columns.Select(c => Array.FindIndex(compared, other => other.Name == c.Name))];

    /// <summary>For each compared column its place among those of a table.</summary>
    public static int[] Places(ComparedColumn[] compared, IReadOnlyList<ColumnMetadata> columns) =>
        [.. compared.Select(c => columns.Index().First(p => p.Item.Name == c.Name).Index)];

    private static ComparedColumn Column(ComparisonTerms terms, TableMetadata table, string name)
    {
        ColumnMetadata column = table.Column(name) ?? throw new Core.Errors.InvalidQueryException($"table {table} has no column '{name}'.");
        bool isKnown = column.Type.IsCounter ? terms.CounterTimes
            : column.IsComplex ? terms.ElementTimes
            : !column.IsFrozenCollection || terms.FrozenCollectionTimes;
        return new ComparedColumn(
            name,
            column.Type.Unreversed,
            column.IsComplex,
            column.IsComplex && !terms.ListPaths && column.Type.Unreversed is ListType,
            terms.WriteTimes && isKnown,
            terms.Ttls && isKnown && !column.Type.IsCounter);
    }
}
