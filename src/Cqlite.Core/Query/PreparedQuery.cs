using System.Collections.Immutable;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query;

/// <summary>A statement that has been parsed and planned: to be executed any number of times, by any thread.</summary>
public sealed class PreparedQuery
{
    internal PreparedQuery(string text, SelectPlan plan)
    {
        Text = text;
        Plan = plan;
        Markers = [.. plan.Markers.Select(m => new ResultColumn(plan.Table.Keyspace, plan.Table.Name, m.Name, m.Type))];
    }

    /// <summary>The statement.</summary>
    public string Text { get; }

    /// <summary>The result's columns.</summary>
    public ImmutableArray<ResultColumn> Columns => Plan.Columns;

    /// <summary>Names and types of the bind markers, in order.</summary>
    public ImmutableArray<ResultColumn> Markers { get; }

    internal SelectPlan Plan { get; }

    /// <summary>The plan as text: a line a step, the innermost last.</summary>
    public string Explain() => Plan.ToString();
}
