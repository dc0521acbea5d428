using System.Collections.Immutable;
using Cqlite.Core.Query.Values;

namespace Cqlite.Core.Query;

/// <summary>A statement that whoever answers it, a database or a cluster, knows already: to be executed any number of times, by any thread.</summary>
public abstract class PreparedStatement
{
    /// <summary>The statement.</summary>
    public abstract string Text { get; }

    /// <summary>The result's columns; empty where the statement gives no rows, or where only its execution tells.</summary>
    public abstract ImmutableArray<ResultColumn> Columns { get; }

    /// <summary>Names and types of the bind markers, in order.</summary>
    public abstract ImmutableArray<ResultColumn> Markers { get; }

    /// <summary>Positions of the markers that are the partition key's columns, in the key's order; empty where the markers do not give all of it.</summary>
    public abstract ImmutableArray<int> PartitionKeyMarkers { get; }

    /// <summary>Serializes .NET values for the markers, in their order: numbers, texts, <see cref="Guid"/>, <see cref="DateTimeOffset"/>, lists, dictionaries, ...</summary>
    /// <param name="values">A value for each marker; null for null, <see cref="BindValues.Unset"/> for one that is left unset.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than markers.</exception>
    /// <exception cref="Errors.InvalidQueryException">A value is none of its marker's type.</exception>
    public BindValues Bind(params IReadOnlyList<object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return ValueEncoder.Plain.Encode(this, values);
    }
}
