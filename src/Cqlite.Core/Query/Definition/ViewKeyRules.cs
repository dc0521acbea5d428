using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Definition;

/// <summary>What a view's primary key and restrictions must be, so that each row of the table is one row of the view at most.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/CreateViewStatement.java.</remarks>
internal static class ViewKeyRules
{
    public static void Check(CreateViewStatement statement, TableMetadata table, HashSet<string> selected)
    {
        string view = statement.View.Name.Text;
        var key = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (Identifier name in statement.PartitionKey.Concat(statement.ClusteringColumns))
        {
            if (table.Column(name.Text) is not { } column || !selected.Contains(name.Text))
                throw DdlContext.Invalid($"Unknown column '{name}' referenced in PRIMARY KEY for materialized view '{view}'");
            if (!key.TryAdd(name.Text, true))
                throw DdlContext.Invalid($"Duplicate column '{name}' in PRIMARY KEY clause for materialized view '{view}'");
            TableRules.CheckKeyType(name.Text, column.Type, $"'{column.Type.ClassName}'");
        }

        string[] ordered = [.. statement.ClusteringOrders.Select(order => order.Column.Text)];
        if (ordered.Length > 0 && !ordered.SequenceEqual(statement.ClusteringColumns.Select(column => column.Text), StringComparer.Ordinal))
            throw DdlContext.Invalid("Clustering key columns must exactly match columns in CLUSTERING ORDER BY directive");

        string[] tableKey = [.. table.PartitionKey.Concat(table.Clustering).Select(column => column.Name)];
        string missing = string.Join(", ", tableKey.Where(name => !key.ContainsKey(name)));
        if (missing.Length > 0)
            throw DdlContext.Invalid($"Cannot create materialized view '{view}' without primary key columns {missing} from base table '{table.Name}'");
        string[] added = [.. key.Keys.Where(name => !tableKey.Contains(name, StringComparer.Ordinal))];
        if (added.Length > 1)
        {
            throw DdlContext.Invalid(
                $"Cannot include more than one non-primary key column in materialized view primary key (got {string.Join(", ", JavaHashOrder.OfAddedBuffers(added))})");
        }

        CheckRestrictions(statement, table, key);
    }

    private static void CheckRestrictions(CreateViewStatement statement, TableMetadata table, OrderedDictionary<string, bool> key)
    {
        if (statement.Where.Any(relation => relation is TokenRelation))
            throw DdlContext.Invalid("Cannot use token relation when defining a materialized view");
        if (statement.Where.Any(relation => relation is CustomIndexExpression))
            throw DdlContext.Invalid($"WHERE clause for materialized view '{statement.View.Name}' cannot contain custom index expressions");

        var restricted = new HashSet<string>(StringComparer.Ordinal);
        var illegal = new List<string>();
        foreach (Relation relation in statement.Where)
        {
            foreach (Identifier column in RelationText.Columns(relation))
            {
                ColumnMetadata found = TableAlteration.ExistingColumn(table, column.Text);
                restricted.Add(column.Text);
                bool isNotNull = relation is ColumnRelation { Operator: RelationOperator.IsNot };
                if (!found.IsPrimaryKey && !isNotNull && !illegal.Contains(column.Text, StringComparer.Ordinal))
                    illegal.Add(column.Text);
            }
        }

        // Cassandra lists a hash set of names: in the order of Java's buckets.
        string open = string.Join(", ", JavaHashOrder.OfAddedBuffers([.. key.Keys]).Where(name => !restricted.Contains(name)));
        if (open.Length > 0)
            throw DdlContext.Invalid($"Primary key columns {open} must be restricted with 'IS NOT NULL' or otherwise");
        if (illegal.Count > 0)
            throw DdlContext.Invalid($"Non-primary key columns can only be restricted with 'IS NOT NULL' (got: {string.Join(",", illegal)} restricted illegally)");
    }
}
