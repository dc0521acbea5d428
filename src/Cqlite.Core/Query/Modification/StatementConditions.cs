using System.Collections.Immutable;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>What IF demands.</summary>
/// <param name="MustExist">IF EXISTS.</param>
/// <param name="MustNotExist">IF NOT EXISTS.</param>
/// <param name="Regulars">Conditions on regular columns, in the statement's order.</param>
/// <param name="Statics">Conditions on static columns, in the statement's order.</param>
/// <remarks>Source: org/apache/cassandra/cql3/conditions/{Conditions,ColumnConditions}.java.</remarks>
internal sealed record StatementConditions(
    bool MustExist,
    bool MustNotExist,
    ImmutableArray<ColumnCondition> Regulars,
    ImmutableArray<ColumnCondition> Statics)
{
    /// <summary>Nothing.</summary>
    public static StatementConditions None { get; } = new(false, false, [], []);

    /// <summary>Whether nothing is demanded.</summary>
    public bool IsNone => !MustExist && !MustNotExist && Regulars.IsEmpty && Statics.IsEmpty;

    /// <summary>Whether it is about the row's existence.</summary>
    public bool IsExistence => MustExist || MustNotExist;

    /// <summary>Whether values of regular columns are compared.</summary>
    public bool AppliesToRegulars => !Regulars.IsEmpty;

    /// <summary>Whether values of static columns are compared.</summary>
    public bool AppliesToStatics => !Statics.IsEmpty;

    /// <summary>The columns that are compared, in the order in which results show them.</summary>
    public IEnumerable<ColumnMetadata> Columns => Regulars.Concat(Statics).Select(c => c.Column.Column);

    /// <inheritdoc/>
    public override string ToString() => MustExist ? "exists" : MustNotExist ? "not exists" : string.Join(" AND ", Regulars.Concat(Statics));
}
