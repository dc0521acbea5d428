using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>How CQL writes the operators of relations.</summary>
internal static class RelationSymbols
{
    /// <summary>The operator's text.</summary>
    public static string Of(RelationOperator relation) => relation switch
    {
        RelationOperator.Equal => "=",
        RelationOperator.NotEqual => "!=",
        RelationOperator.Less => "<",
        RelationOperator.LessOrEqual => "<=",
        RelationOperator.Greater => ">",
        RelationOperator.GreaterOrEqual => ">=",
        RelationOperator.In => "IN",
        RelationOperator.Contains => "CONTAINS",
        RelationOperator.ContainsKey => "CONTAINS KEY",
        RelationOperator.Like => "LIKE",
        _ => "IS NOT",
    };
}
