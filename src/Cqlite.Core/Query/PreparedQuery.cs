using System.Collections.Immutable;
using Cqlite.Core.Query.Values;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query;

/// <summary>A statement that has been parsed and planned: to be executed any number of times, by any thread.</summary>
public sealed class PreparedQuery
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

    /// <summary>The statement.</summary>
    public string Text { get; }

    /// <summary>The result's columns; empty where the statement gives no rows, or where only its execution tells.</summary>
    public ImmutableArray<ResultColumn> Columns => Plan.Columns;

    /// <summary>Names and types of the bind markers, in order.</summary>
    public ImmutableArray<ResultColumn> Markers { get; }

    /// <summary>Positions of the markers that are the partition key's columns, in the key's order; empty where the markers do not give all of it.</summary>
    public ImmutableArray<int> PartitionKeyMarkers => Plan.PartitionKeyMarkers;

    /// <summary>Whether it writes or defines, so that it needs a database that is open for writing.</summary>
    public bool Writes => Plan.Writes;

    /// <summary>The keyspace of names without one when it was planned.</summary>
    internal string? Keyspace { get; }

    /// <summary>The schema that it was planned against; against another one it is planned again.</summary>
    internal DatabaseSchema Schema { get; }

    internal StatementPlan Plan { get; }

    /// <summary>Serializes .NET values for the markers, in their order: numbers, texts, <see cref="Guid"/>, <see cref="DateTimeOffset"/>, lists, dictionaries, ...</summary>
    /// <param name="values">A value for each marker; null for null, <see cref="BindValues.Unset"/> for one that is left unset.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than markers.</exception>
    /// <exception cref="Errors.InvalidQueryException">A value is none of its marker's type.</exception>
    public BindValues Bind(params IReadOnlyList<object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return ValueEncoder.Plain.Encode(this, values);
    }

    /// <summary>The plan as text: a line a step, the innermost last.</summary>
    public string Explain() => Plan.ToString();
}
