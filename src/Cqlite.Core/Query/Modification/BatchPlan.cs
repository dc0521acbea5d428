using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query.Modification;

/// <summary>BATCH: several statements that are applied together, those of one partition as a whole.</summary>
/// <param name="Kind">Logged, unlogged or of counters.</param>
/// <param name="Statements">The statements.</param>
/// <param name="Attributes">Its own timestamp.</param>
/// <remarks>Source of the semantics: org/apache/cassandra/cql3/statements/BatchStatement.java.</remarks>
internal sealed record BatchPlan(BatchKind Kind, ImmutableArray<ModificationPlan> Statements, UpdateAttributes Attributes) : StatementPlan
{
    /// <inheritdoc/>
    public override bool Writes => true;

    /// <inheritdoc/>
    public override (string Keyspace, string Table) Target => IsOfOneTable ? Statements[0].Target : ("", "");

    /// <inheritdoc/>
    public override ImmutableArray<int> PartitionKeyMarkers =>
        IsOfOneTable ? KeyMarkers.Positions(Statements[0].Table, Statements.Select(s => s.Where)) : [];

    /// <summary>Whether a statement has conditions.</summary>
    public bool HasConditions => Statements.Any(s => !s.Conditions.IsNone);

    private bool IsOfOneTable => Statements.Length > 0 && Statements.All(s => s.Table.Id == Statements[0].Table.Id);

    /// <summary>Refuses statements that can't be in one batch.</summary>
    /// <exception cref="InvalidQueryException">There are such.</exception>
    public void Check()
    {
        if (Attributes.TimeToLive is not null)
            throw new InvalidQueryException("Global TTL on the BATCH statement is not supported.");
        bool hasTimestamp = Attributes.Timestamp is not null;
        if (hasTimestamp && HasConditions)
            throw new InvalidQueryException("Cannot provide custom timestamp for conditional BATCH");
        if (hasTimestamp && Kind == BatchKind.Counter)
            throw new InvalidQueryException("Cannot provide custom timestamp for counter BATCH");
        if (hasTimestamp && Statements.Any(s => s.Attributes.Timestamp is not null))
            throw new InvalidQueryException("Timestamp must be set either on BATCH or individual statements");
        CheckCounters(hasTimestamp);
        CheckVirtual();
        if (HasConditions && !IsOfOneTable)
            throw new InvalidQueryException("Batch with conditions cannot span multiple tables");
    }

    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values) => BatchWrite.Execute(this, _ => values, context);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToUpperInvariant()} BATCH\n{string.Concat(Statements)}";

    private void CheckCounters(bool hasTimestamp)
    {
        bool hasCounters = Statements.Any(s => s.Table.IsCounter);
        bool hasOthers = Statements.Any(s => !s.Table.IsCounter);
        if (hasTimestamp && hasCounters)
            throw new InvalidQueryException("Cannot provide custom timestamp for a BATCH containing counters");
        if (Kind == BatchKind.Counter && hasOthers)
            throw new InvalidQueryException("Cannot include non-counter statement in a counter batch");
        if (hasCounters && hasOthers)
            throw new InvalidQueryException("Counter and non-counter mutations cannot exist in the same batch");
        if (Kind == BatchKind.Logged && hasCounters)
            throw new InvalidQueryException("Cannot include a counter statement in a logged batch");
    }

    private void CheckVirtual()
    {
        bool hasVirtual = Statements.Any(s => s.Table.Kind == Schema.TableKind.Virtual);
        if (!hasVirtual)
            return;
        if (Kind == BatchKind.Logged)
            throw new InvalidQueryException("Cannot include a virtual table statement in a logged batch");
        if (Statements.Any(s => s.Table.Kind != Schema.TableKind.Virtual))
            throw new InvalidQueryException("Mutations for virtual and regular tables cannot exist in the same batch");
        if (HasConditions)
            throw new InvalidQueryException("Conditional BATCH statements cannot include mutations for virtual tables");
    }
}
