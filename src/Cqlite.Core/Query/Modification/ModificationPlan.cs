using System.Collections.Immutable;
using System.Text;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>INSERT, UPDATE or DELETE, checked against a schema.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Table">The table.</param>
/// <param name="Where">Which partitions and rows.</param>
/// <param name="RegularOperations">What is done to regular columns, in the order of the columns.</param>
/// <param name="StaticOperations">What is done to static columns, in the order of the columns.</param>
/// <param name="Attributes">Timestamp and TTL.</param>
/// <param name="Conditions">What must hold for it to be done.</param>
/// <remarks>Source of the semantics: org/apache/cassandra/cql3/statements/{ModificationStatement,UpdateStatement,DeleteStatement}.java.</remarks>
internal sealed record ModificationPlan(
    ModificationKind Kind,
    TableMetadata Table,
    WherePlan Where,
    ImmutableArray<Operation> RegularOperations,
    ImmutableArray<Operation> StaticOperations,
    UpdateAttributes Attributes,
    StatementConditions Conditions) : StatementPlan
{
    /// <summary>What is done to columns in the order of the statement, static columns last: of several wrong values the first in this order is named.</summary>
    public required ImmutableArray<Operation> AsWritten { get; init; }

    /// <summary>The functions of the user that its values, conditions and WHERE clause call.</summary>
    public ImmutableArray<Function> Called { get; init; } = [];

    /// <inheritdoc/>
    public override (string Keyspace, string Table) Target => (Table.Keyspace, Table.Name);

    /// <inheritdoc/>
    public override bool Writes => true;

    /// <inheritdoc/>
    public override ImmutableArray<int> PartitionKeyMarkers => KeyMarkers.Positions(Table, [Where]);

    /// <summary>How its partition and row are found.</summary>
    public StatementTarget RowTarget { get; } = new(Table, Where);

    /// <summary>Whether rows are concerned, and not the static row alone.</summary>
    public bool UpdatesRegularRows => Table.Clustering.Count == 0 || !Where.Clustering.IsEmpty;

    /// <summary>Whether the static row is written.</summary>
    public bool UpdatesStaticRow => StaticOperations.Length > 0;

    /// <summary>Whether an operation depends on what is stored.</summary>
    public bool RequiresRead { get; } = RegularOperations.Any(o => o.RequiresRead) || StaticOperations.Any(o => o.RequiresRead);

    /// <summary>Whether operations and conditions concern static columns alone.</summary>
    public bool AppliesOnlyToStatics { get; } = OnlyStatics(Kind, RegularOperations.Length, StaticOperations.Length, Conditions);

    /// <summary>Whether ranges of rows are deleted.</summary>
    public bool HasSlices { get; } = Kind == ModificationKind.Delete && !Where.Clustering.IsEmpty
        && (Where.Clustering.ColumnCount < (Table.IsStaticCompact ? 0 : Table.Clustering.Count) || !Where.Clustering.HasOnlyEqualities);

    /// <summary>The regular column that holds the one value of a COMPACT STORAGE table's rows; -1 in other tables.</summary>
    public int CompactValue { get; } = Table.IsCompact && Table.Regulars.Count == 1 ? 0 : -1;

    /// <summary>Whether operations and conditions concern static columns alone, and at least one.</summary>
    public static bool OnlyStatics(ModificationKind kind, int regularOperations, int staticOperations, StatementConditions conditions)
    {
        bool regular = regularOperations > 0 || (kind == ModificationKind.Delete && staticOperations == 0);
        return !regular && !conditions.AppliesToRegulars && (staticOperations > 0 || conditions.AppliesToStatics);
    }

    /// <summary>Refuses what can be prepared but never executed.</summary>
    /// <exception cref="InvalidQueryException">It is such a statement.</exception>
    public void Validate()
    {
        if (Table.IsCounter && Attributes.Timestamp is not null)
            throw new InvalidQueryException("Cannot provide custom timestamp for counter updates");
        if (Table.IsCounter && Attributes.TimeToLive is not null)
            throw new InvalidQueryException("Cannot provide custom TTL for counter updates");
        switch (Table.Kind)
        {
            case TableKind.View:
                throw new InvalidQueryException("Cannot directly modify a materialized view");
            case TableKind.Virtual when Attributes.Timestamp is not null:
                throw new InvalidQueryException("Custom timestamp is not supported by virtual tables");
            case TableKind.Virtual when Attributes.TimeToLive is not null:
                throw new InvalidQueryException("Expiring columns are not supported by virtual tables");
            case TableKind.Virtual when !Conditions.IsNone:
                throw new InvalidQueryException("Conditional updates are not supported by virtual tables");
            case TableKind.Virtual:
                throw new InvalidQueryException($"Modification is not supported by table {Table}");
        }
    }

    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values)
    {
        Validate();
        if (!Conditions.IsNone)
            return ConditionalWrite.Execute(this, context, values);
        ConsistencyRules.CheckWrite(context.Options, Table, RequiresRead);
        PlainWrite.Execute(this, context, values);
        return StatementResult.Done(Warnings);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Kind.ToString().ToUpperInvariant()).Append(' ').Append(Table).Append('\n');
        foreach (Restriction restriction in Where.Keys.All)
            text.Append("  partition ").Append(restriction).Append('\n');
        foreach (Restriction restriction in Where.Clustering.All)
            text.Append("  rows ").Append(restriction).Append('\n');
        foreach (Operation operation in StaticOperations)
            text.Append("  static ").Append(operation).Append('\n');
        foreach (Operation operation in RegularOperations)
            text.Append("  ").Append(operation).Append('\n');
        if (Attributes.Timestamp is { } timestamp)
            text.Append("  timestamp ").Append(timestamp).Append('\n');
        if (Attributes.TimeToLive is { } ttl)
            text.Append("  ttl ").Append(ttl).Append('\n');
        if (!Conditions.IsNone)
            text.Append("  if ").Append(Conditions).Append('\n');
        return text.ToString();
    }
}
