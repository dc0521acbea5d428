using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>A function over rows, of one argument or, for <c>count(*)</c>, of none.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/AggregateFunction.java.</remarks>
internal sealed class AggregateFunction(string keyspace, string name, Func<Accumulator> start, CqlType returnType, params ReadOnlySpan<CqlType> argumentTypes)
    : Function(keyspace, name, returnType, argumentTypes)
{
    /// <summary>A function that is built in.</summary>
    public AggregateFunction(string name, Func<Accumulator> start, CqlType returnType, params ReadOnlySpan<CqlType> argumentTypes)
        : this(System, name, start, returnType, argumentTypes)
    {
    }

    /// <inheritdoc/>
    public override bool IsAggregate => true;

    /// <summary>What takes the rows of one execution.</summary>
    public Accumulator Start() => start();
}

/// <summary>What an aggregate keeps of the rows of a group.</summary>
internal abstract class Accumulator
{
    /// <summary>Forgets all rows.</summary>
    public abstract void Reset();

    /// <summary>Takes a row's value, which is not null.</summary>
    public abstract void Add(ReadOnlySpan<byte> value);

    /// <summary>Appends the result; false for null.</summary>
    public abstract bool Write(BufferWriter output);
}
