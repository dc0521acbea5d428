using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE, ALTER and DROP MATERIALIZED VIEW.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{Create,Alter,Drop}ViewStatement.java.</remarks>
internal static class ViewDefinition
{
    private const string UsageWarning = "Materialized views are experimental and are not recommended for production use.";

    public static DdlResult Create(CreateViewStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.View.Keyspace);
        string name = statement.View.Name.Text;
        CheckSyntax(statement, keyspaceName);
        context.CheckMayModify(keyspaceName, "ALTER", $"<table {keyspaceName}.{statement.BaseTable.Name}>");
        if (context.FindKeyspace(keyspaceName) is not { } keyspace)
            throw DdlContext.Invalid($"Keyspace '{keyspaceName}' doesn't exist");
        string baseName = statement.BaseTable.Name.Text;
        if (keyspace.Tables.GetValueOrDefault(baseName) is not { } table)
            throw DdlContext.Invalid($"Base table '{baseName}' doesn't exist");
        if (keyspace.Tables.ContainsKey(name))
            throw DdlContext.Invalid($"Cannot create materialized view '{name}' - a table with the same name already exists");
        if (keyspace.Views.ContainsKey(name))
        {
            if (!statement.IfNotExists)
            {
                throw new InvalidQueryException(
                    $"Cannot add already existing table \"{name}\" to keyspace \"{keyspaceName}\"",
                    new ExistingObject(keyspaceName, name));
            }

            WarnOfUse(context);
            return context.Unchanged();
        }

        if (table.IsCounter)
            throw DdlContext.Invalid("Materialized views are not supported on counter tables");
        if (table.Options.GcGraceSeconds == 0 && !context.Settings.IsRecorded)
        {
            throw DdlContext.Invalid(
                $"Cannot create materialized view '{name}' for base table '{baseName}' with gc_grace_seconds of 0, since this value is used to TTL undelivered updates. "
                + "Setting gc_grace_seconds too low might cause undelivered updates to expire before being replayed.");
        }

        HashSet<string> selected = Selected(statement, table);
        ViewKeyRules.Check(statement, table, selected);
        TableMetadata viewTable = Make(statement, keyspaceName, table, selected, context);
        var view = new ViewMetadata(viewTable, table.Name, statement.Selectors.IsEmpty, RelationText.Print(statement.Where)) { BaseTableId = table.Id };
        TableRules.Validate(viewTable, context);
        WarnOfUse(context);

        // The table becomes another one, so that a write that was planned before, and knows nothing of the view, is planned again.
        return context.Changed(
            keyspace with { Views = keyspace.Views.Add(name, view), Tables = keyspace.Tables.SetItem(table.Name, table.WithOptions(table.Options)) },
            SchemaChangeKind.Created,
            SchemaChangeTarget.Table,
            name);
    }

    public static DdlResult Alter(AlterViewStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.View.Keyspace);
        string name = statement.View.Name.Text;
        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace?.Views.GetValueOrDefault(name) is not { } view)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Materialized view '{keyspaceName}.{name}' doesn't exist");

        PropertySet properties = DdlContext.Properties(statement.Properties);
        TableOptionsParser.Validate(properties);
        if (properties.Has(TableOptionsParser.Id))
        {
            _ = TableDefinition.IdOf(properties);
            throw OptionErrors.Configuration("Cannot alter table id.");
        }

        TableOptions options = TableOptionsParser.Apply(view.Table.Options, properties);
        if (options.GcGraceSeconds == 0)
        {
            throw DdlContext.Invalid(
                "Cannot alter gc_grace_seconds of a materialized view to 0, since this value is used to TTL undelivered updates. "
                + "Setting gc_grace_seconds too low might cause undelivered updates to expire before being replayed.");
        }

        if (options.DefaultTimeToLiveSeconds > 0)
        {
            throw DdlContext.Invalid(
                "Forbidden default_time_to_live detected for a materialized view. Data in a materialized view always expire at the same time than "
                + "the corresponding data in the parent table. default_time_to_live must be set to zero, see CASSANDRA-12868 for more information");
        }

        return context.Changed(
            keyspace with { Views = keyspace.Views.SetItem(name, view with { Table = view.Table.WithOptions(options) }) },
            SchemaChangeKind.Updated,
            SchemaChangeTarget.Table,
            name);
    }

    public static DdlResult Drop(DropViewStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.View.Keyspace);
        string name = statement.View.Name.Text;
        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace is null || !keyspace.Views.ContainsKey(name))
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Materialized view '{keyspaceName}.{name}' doesn't exist");
        return context.Changed(
            keyspace with { Views = keyspace.Views.Remove(name) },
            SchemaChangeKind.Dropped,
            SchemaChangeTarget.Table,
            name);
    }

    /// <summary>The view in which a key column has another name, in its restriction too.</summary>
    public static ViewMetadata WithRenamedColumn(ViewMetadata view, string from, string to) => view with
    {
        WhereClause = RelationText.Rename(view.WhereClause, from, to),
        Table = view.Table.WithColumns(view.Table.Columns.Values.Select(column =>
            string.Equals(column.Name, from, StringComparison.Ordinal) ? TableAlteration.Renamed(column, to) : column)),
    };

    private static void WarnOfUse(DdlContext context)
    {
        if (!context.Settings.IsRecorded)
            context.Warn(UsageWarning);
    }

    private static void CheckSyntax(CreateViewStatement statement, string keyspaceName)
    {
        var ordered = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClusteringOrder order in statement.ClusteringOrders)
        {
            if (!ordered.Add(order.Column.Text))
                throw DdlContext.Invalid($"Duplicate column '{order.Column}' in CLUSTERING ORDER BY clause for view '{statement.View}'");
        }

        if (statement.BaseTable.Keyspace is { } other && !string.Equals(other.Text, keyspaceName, StringComparison.Ordinal))
            throw DdlContext.Invalid("Cannot create a materialized view on a table in a different keyspace");
        if (!statement.BindMarkers.IsEmpty)
            throw DdlContext.Invalid("Bind variables are not allowed in CREATE MATERIALIZED VIEW statements");
    }

    private static HashSet<string> Selected(CreateViewStatement statement, TableMetadata table)
    {
        var selected = new HashSet<string>(StringComparer.Ordinal);
        if (statement.Selectors.IsEmpty)
            selected.UnionWith(table.Columns.Keys);
        foreach (Selector selector in statement.Selectors)
        {
            // Cassandra prints the objects' addresses here, which no text can equal.
            if (selector.Alias is not null)
                throw DdlContext.Invalid("Cannot use aliases when defining a materialized view (got org.apache.cassandra.cql3.selection.RawSelector@0)");
            if (selector.Expression is not ColumnReference reference)
                throw DdlContext.Invalid($"Can only select columns by name when defining a materialized view (got {SelectableClass(selector.Expression)}@0)");
            selected.Add(TableAlteration.ExistingColumn(table, reference.Column.Text).Name);
        }

        if (selected.Select(table.Column).FirstOrDefault(column => column!.Kind == ColumnKind.Static) is { } fixedColumn)
            throw DdlContext.Invalid($"Cannot include static column '{fixedColumn.Name}' in materialized view '{statement.View.Name}'");
        return selected;
    }

    private static string SelectableClass(Expression expression) => "org.apache.cassandra.cql3.selection.Selectable$" + expression switch
    {
        CellMetadata => "WritetimeOrTTL$Raw",
        FunctionCall or CountRows => "WithFunction$Raw",
        CastExpression => "WithCast$Raw",
        FieldSelection => "WithFieldSelection$Raw",
        ElementSelection => "WithElementSelection$Raw",
        SliceSelection => "WithSliceSelection$Raw",
        _ => "WithTerm$Raw",
    };

    private static TableMetadata Make(CreateViewStatement statement, string keyspaceName, TableMetadata table, HashSet<string> selected, DdlContext context)
    {
        PropertySet properties = DdlContext.Properties(statement.Properties);
        IReadOnlyDictionary<string, string> retired = context.Settings.IsRecorded ? TableOptionsParser.TakeRetired(properties) : TableOptions.Default.Retired;
        if (!context.Settings.IsRecorded)
        {
            TableOptionsParser.Validate(properties);
            if (properties.Int32(TableOptionsParser.DefaultTimeToLive, absent: 0) != 0)
            {
                throw DdlContext.Invalid(
                    "Cannot set default_time_to_live for a materialized view. Data in a materialized view always expire at the same time than the corresponding data in the parent table.");
            }
        }

        string[] key = [.. statement.PartitionKey.Concat(statement.ClusteringColumns).Select(column => column.Text)];
        var columns = new List<ColumnMetadata>();
        for (int i = 0; i < key.Length; i++)
        {
            bool isPartitionKey = i < statement.PartitionKey.Length;
            columns.Add(ViewColumn(key[i], isPartitionKey ? ColumnKind.PartitionKey : ColumnKind.Clustering, isPartitionKey ? i : i - statement.PartitionKey.Length));
        }

        columns.AddRange(selected.Where(name => !key.Contains(name, StringComparer.Ordinal)).Select(name => ViewColumn(name, ColumnKind.Regular, -1)));
        TableOptions options = TableOptionsParser.Apply(TableOptions.Default, properties, context.Settings.IsRecorded);
        return new TableMetadata(keyspaceName, statement.View.Name.Text, TableDefinition.IdOf(properties) ?? context.Settings.NewTableId(keyspaceName, statement.View.Name.Text), columns)
        {
            Kind = TableKind.View,
            Partitioner = table.Partitioner,
            Options = TableRules.WithDefaults(options with { Retired = retired }),
        };

        ColumnMetadata ViewColumn(string name, ColumnKind kind, int position)
        {
            ColumnMetadata column = table.Column(name)!;

            // Cassandra keeps a DESC column's reversed type also as a partition key, until it restarts and reads the order 'none'.
            CqlType type = kind == ColumnKind.Clustering ? column.Type : column.Type.Unreversed;
            foreach (ClusteringOrder order in statement.ClusteringOrders)
            {
                if (string.Equals(order.Column.Text, name, StringComparison.Ordinal))
                    type = order.IsDescending ? CqlTypes.Reversed(type.Unreversed) : type.Unreversed;
            }

            return new ColumnMetadata(name, kind, position, type) { Mask = column.Mask };
        }
    }
}
