using System.Collections.Immutable;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query;

/// <summary>A statement that has been parsed and planned: to be executed any number of times, by any thread.</summary>
public sealed class PreparedQuery : PreparedStatement
{
    internal PreparedQuery(string text, string? keyspace, StatementPlan plan, DatabaseSchema schema)
    {
        Text = text;
        Keyspace = keyspace;
        Plan = plan;
        Schema = schema;
        (string ofKeyspace, string ofTable) = plan.Target;
        Markers = [.. plan.Markers.Select(m => new ResultColumn(ofKeyspace, ofTable, m.Name, m.Type))];
    }

    /// <inheritdoc/>
    public override string Text { get; }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => Plan.Columns;

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Markers { get; }

    /// <inheritdoc/>
    public override ImmutableArray<int> PartitionKeyMarkers => Plan.PartitionKeyMarkers;

    /// <summary>Whether it writes or defines, so that it needs a database that is open for writing.</summary>
    public bool Writes => Plan.Writes;

    /// <summary>The keyspace of names without one when it was planned.</summary>
    internal string? Keyspace { get; }

    /// <summary>The schema that it was planned against; against another one it is planned again.</summary>
    internal DatabaseSchema Schema { get; }

    internal StatementPlan Plan { get; }

    /// <summary>The plan as text: a line a step, the innermost last.</summary>
    public string Explain() => Plan.ToString();
}
