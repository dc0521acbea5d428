using System.Collections.Immutable;
using System.Text;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>How rows are put together to result rows.</summary>
internal enum Grouping
{
    /// <summary>Each row is one.</summary>
    None,

    /// <summary>All rows make one.</summary>
    Everything,

    /// <summary>Rows that share the partition, and the first clustering columns, make one.</summary>
    Prefix,
}

/// <summary>A prepared SELECT: what is read, filtered, computed and in which order. Immutable; one plan serves any number of executions at once.</summary>
internal sealed record SelectPlan : StatementPlan
{
    public required TableMetadata Table { get; init; }

    public required WherePlan Where { get; init; }

    /// <inheritdoc/>
    public override (string Keyspace, string Table) Target => (Table.Keyspace, Table.Name);

    /// <summary>What is computed for each result column, and then for the columns of <see cref="SortKeys"/>.</summary>
    public required ImmutableArray<Selection> Selections { get; init; }

    public bool IsDistinct { get; init; }

    public bool IsJson { get; init; }

    public bool IsAllowedToFilter { get; init; }

    public Grouping Grouping { get; init; }

    /// <summary>With <see cref="Grouping.Prefix"/>, on how many clustering columns.</summary>
    public int GroupingColumns { get; init; }

    /// <summary>The function of the last of these columns, whose values make groups in its stead; null for the column itself.</summary>
    public Selection? GroupingFunction { get; init; }

    /// <summary>Whether rows are read in reverse clustering order.</summary>
    public bool IsReversed { get; init; }

    /// <summary>With IN on the partition key and ORDER BY: the types of the values, behind the result's own, by which rows are sorted.</summary>
    public ImmutableArray<CqlType> SortKeys { get; init; } = [];

    public Term? Limit { get; init; }

    public Term? PerPartitionLimit { get; init; }

    /// <summary>Whether the result may be cut into pages, which one row is not.</summary>
    public bool HasPages => Grouping != Grouping.Everything && Where.Nearest is null;

    /// <summary>Whether rows exist by their primary key's liveness alone: in views whose key has a regular column of the base table.</summary>
    public bool HasStrictLiveness { get; init; }

    /// <summary>The functions that it calls, wherever it does, in the order in which they are asked for permission.</summary>
    public ImmutableArray<Function> Called { get; init; } = [];

    /// <inheritdoc/>
    public override ImmutableArray<int> PartitionKeyMarkers => KeyMarkers.Positions(Table, [Where]);

    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values)
    {
        ConsistencyRules.CheckRead(context.Options);
        QueryResult result = SelectResult.Start(this, context.Database.OpenTable(Table), values, context.NowSeconds, context.Options);
        if (context.Options.Consistency is null)
            return result;
        bool isWhole = false;
        try
        {
            ConsistencyRules.CheckReplicasToRead(context, Table, PartitionsAtOnce(context.Options, values));
            RingRules.CheckRead(context, this, values);
            isWhole = true;
            return result;
        }
        finally
        {
            if (!isWhole)
                result.Dispose();
        }
    }

    /// <inheritdoc/>
    public override string Explain(QueryContext context, BindValues? values)
    {
        var text = new StringBuilder(ToString());
        ReadExplanation.Append(this, context.Database.OpenTable(Table), values, text);
        return text.ToString();
    }

    /// <summary>The plan as text, a line a step, innermost last.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Limit is not null)
            text.Append("limit ").Append(Limit).Append('\n');
        if (Where.Nearest is { } nearest)
            text.Append("nearest first: ").Append(nearest).Append('\n');
        if (SortKeys.Length > 0)
            text.Append("sort by ").AppendJoin(", ", Selections.Skip(Columns.Length)).Append(IsReversed ? ", reversed" : "").Append('\n');
        text.Append(Grouping switch
        {
            Grouping.None => "select ",
            Grouping.Everything => "aggregate ",
            _ => $"group by {string.Join(", ", GroupingNames())}: ",
        });
        text.AppendJoin(", ", Selections.Take(Columns.Length)).Append('\n');
        if (PerPartitionLimit is not null)
            text.Append("per partition limit ").Append(PerPartitionLimit).Append('\n');
        if (IsDistinct)
            text.Append("one row a partition\n");
        if (Where.Filters.Count > 0)
            text.Append("filter ").AppendJoin(" AND ", Where.Filters).Append('\n');
        if (Where.Bounds.Count > 0)
            text.Append("rows ").AppendJoin(" AND ", Where.Bounds).Append('\n');
        if (IsReversed)
            text.Append("in reverse\n");
        text.Append(Where.IsKeyRange ? "scan " : "read ").Append(Table);
        if (!Where.IsKeyRange)
            text.Append(" by key ").AppendJoin(" AND ", Where.Keys.All);
        if (Where.Token is { } token)
            text.Append(" where ").Append(token);
        return text.Append('\n').ToString();
    }

    // Partitions that are read by key; with pages it is one at a time. Null for a range.
    private int? PartitionsAtOnce(QueryOptions options, BindValues values)
    {
        if (Where.IsKeyRange)
            return null;
        int partitions = Where.HasKeyIn ? PartitionAccess.Resolve(Where, values).Keys?.Count ?? 1 : 1;
        return options.RowsOfPage is null ? partitions : Math.Min(partitions, 1);
    }

    private IEnumerable<string> GroupingNames()
    {
        IEnumerable<string> columns = Table.PartitionKey.Concat(Table.Clustering.Take(GroupingColumns - (GroupingFunction is null ? 0 : 1))).Select(c => c.Name);
        return GroupingFunction is null ? columns : columns.Append(GroupingFunction.ToString());
    }
}
