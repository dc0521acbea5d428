using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>An argument of a call as far as its choice of function is concerned.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/AssignmentTestable.java.</remarks>
internal abstract class CallArgument
{
    /// <summary>A type that the argument surely has a form in; null if it says nothing of its type.</summary>
    public abstract CqlType? CompatibleType { get; }

    /// <summary>With an array literal in a SELECT clause, the number of its elements, for it may be a vector; else null.</summary>
    public virtual int? ArrayLength => null;

    /// <summary>How well it suits a type.</summary>
    public abstract Fit Test(CqlType type);

    /// <summary>The argument as messages have it.</summary>
    public abstract override string ToString();
}
