using System.Collections.Immutable;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query;

/// <summary>A statement that was checked against a schema and can be executed any number of times, by any thread. Immutable; prints itself, a line a step.</summary>
internal abstract record StatementPlan
{
    /// <summary>Columns of the rows that it answers with; empty where it answers with none, or with rows that only the execution tells.</summary>
    public virtual ImmutableArray<ResultColumn> Columns { get; init; } = [];

    /// <summary>What each bind marker is for, in order.</summary>
    public ImmutableArray<Receiver> Markers { get; init; } = [];

    /// <summary>Warnings for whoever executes it.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Keyspace and table that the markers are said to belong to; empty where no table is concerned.</summary>
    public virtual (string Keyspace, string Table) Target => ("", "");

    /// <summary>Positions of the markers that are the partition key's columns, in the key's order; empty where the markers do not give all of it.</summary>
    public virtual ImmutableArray<int> PartitionKeyMarkers => [];

    /// <summary>Whether it writes or defines, so that it needs a database that is open for writing.</summary>
    public virtual bool Writes => false;

    /// <summary>How it would be executed, as text: the plan and, where something stored is read, what that is.</summary>
    /// <param name="context">What it would be executed in.</param>
    /// <param name="values">The markers' values; null where they are not known yet.</param>
    public virtual string Explain(QueryContext context, BindValues? values) => ToString();

    /// <summary>Executes it.</summary>
    /// <exception cref="Errors.InvalidQueryException">A value does not suit, or what the statement asks is not allowed.</exception>
    public abstract QueryResult Execute(QueryContext context, BindValues values);
}
