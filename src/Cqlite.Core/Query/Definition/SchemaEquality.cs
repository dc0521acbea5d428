using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>Whether two definitions say the same.</summary>
internal static class SchemaEquality
{
    /// <summary>Whether two keyspaces are the same in all that they hold.</summary>
    public static bool Same(KeyspaceMetadata left, KeyspaceMetadata right) =>
        left.DurableWrites == right.DurableWrites
        && Same(left.Replication, right.Replication, SameText)
        && Same(left.UserTypes, right.UserTypes, SameType)
        && Same(left.Tables, right.Tables, Same)
        && Same(left.Views, right.Views, Same)
        && Same(left.Functions, right.Functions, Same)
        && Same(left.Aggregates, right.Aggregates, Same);

    /// <summary>Whether two tables are the same.</summary>
    public static bool Same(TableMetadata left, TableMetadata right) => ReferenceEquals(left, right)
        || (left.Id == right.Id
            && left.Kind == right.Kind
            && left.Flags == right.Flags
            && left.Options.Equals(right.Options)
            && Same(left.Columns, right.Columns, (x, y) => x.Equals(y))
            && Same(left.DroppedColumns, right.DroppedColumns, (x, y) => x.Equals(y))
            && Same(left.Triggers, right.Triggers, SameText)
            && Same(left.Indexes, right.Indexes, Same));

    /// <summary>Whether two indexes index the same in the same way, whatever their names.</summary>
    public static bool SameButName(IndexMetadata left, IndexMetadata right) =>
        SameText(left.Kind, right.Kind) && Same(left.Options, right.Options, SameText);

    private static bool Same(IndexMetadata left, IndexMetadata right) => SameText(left.Name, right.Name) && SameButName(left, right);

    private static bool Same(ViewMetadata left, ViewMetadata right) => ReferenceEquals(left, right)
        || (SameText(left.BaseTable, right.BaseTable)
            && left.BaseTableId == right.BaseTableId
            && left.IncludeAllColumns == right.IncludeAllColumns
            && SameText(left.WhereClause, right.WhereClause)
            && Same(left.Table, right.Table));

    private static bool Same(FunctionMetadata left, FunctionMetadata right) => ReferenceEquals(left, right)
        || (left.ArgumentNames.SequenceEqual(right.ArgumentNames, StringComparer.Ordinal)
            && left.ArgumentTypes.SequenceEqual(right.ArgumentTypes)
            && left.ReturnType.Equals(right.ReturnType)
            && left.CalledOnNullInput == right.CalledOnNullInput
            && SameText(left.Language, right.Language)
            && SameText(left.Body, right.Body));

    private static bool Same(AggregateMetadata left, AggregateMetadata right) => ReferenceEquals(left, right)
        || (left.ArgumentTypes.SequenceEqual(right.ArgumentTypes)
            && left.ReturnType.Equals(right.ReturnType)
            && SameText(left.StateFunction, right.StateFunction)
            && left.StateType.Equals(right.StateType)
            && SameText(left.FinalFunction, right.FinalFunction)
            && SameText(left.InitialCondition, right.InitialCondition));

    private static bool SameType(CqlType left, CqlType right) => left.Equals(right);

    private static bool SameText(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);

    private static bool Same<T>(IReadOnlyDictionary<string, T> left, IReadOnlyDictionary<string, T> right, Func<T, T, bool> same) =>
        ReferenceEquals(left, right)
        || (left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out T? other) && same(pair.Value, other)));
}
