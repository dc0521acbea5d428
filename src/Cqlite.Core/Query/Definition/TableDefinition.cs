using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE and DROP TABLE.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{CreateTable,DropTable}Statement.java.</remarks>
internal static class TableDefinition
{
    public static DdlResult Create(CreateTableStatement statement, DdlContext context)
    {
        CheckSyntax(statement);
        string keyspaceName = context.KeyspaceName(statement.Table.Keyspace);
        string name = statement.Table.Name.Text;
        context.CheckMayModify(keyspaceName, "CREATE", $"<all tables in {keyspaceName}>");
        PropertySet properties = DdlContext.Properties(statement.Properties);
        IReadOnlyDictionary<string, string> retired = context.Settings.IsRecorded ? TableOptionsParser.TakeRetired(properties) : TableOptions.Default.Retired;
        TableOptions options = TableOptionsParser.Apply(context.Settings.NewTableOptions, properties, context.Settings.IsRecorded) with { Retired = retired };

        KeyspaceMetadata keyspace = context.Keyspace(keyspaceName);
        if (keyspace.Table(name) is not null)
        {
            if (statement.IfNotExists)
                return context.Unchanged();
            throw new InvalidQueryException(
                $"Cannot add already existing table \"{name}\" to keyspace \"{keyspaceName}\"",
                new ExistingObject(keyspaceName, name));
        }

        if (!context.Settings.IsRecorded)
            TableOptionsParser.Validate(properties);
        Guid? id = IdOf(properties);
        if (id is not null && context.Schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews).FirstOrDefault(t => t.Id == id) is { } twin)
            throw DdlContext.Invalid($"The table id {id} is that of table {twin.Keyspace}.{twin.Name}");
        TableMetadata table = Make(statement, keyspace, options, id, context);
        TableRules.Validate(table, context);
        return context.Changed(
            keyspace with { Tables = keyspace.Tables.Add(name, table) },
            SchemaChangeKind.Created,
            SchemaChangeTarget.Table,
            name);
    }

    public static DdlResult Drop(DropTableStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Table.Keyspace);
        string name = statement.Table.Name.Text;
        context.CheckMayModify(keyspaceName, "DROP", $"<table {keyspaceName}.{name}>");
        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace?.Table(name) is not { } table)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Table '{keyspaceName}.{name}' doesn't exist");
        if (table.Kind == TableKind.View)
            throw DdlContext.Invalid("Cannot use DROP TABLE on a materialized view. Please use DROP MATERIALIZED VIEW instead.");
        if (keyspace.ViewsOf(name).Any())
            throw DdlContext.Invalid($"Cannot drop a table when materialized views still depend on it ({keyspaceName})");
        return context.Changed(
            keyspace with { Tables = keyspace.Tables.Remove(name) },
            SchemaChangeKind.Dropped,
            SchemaChangeTarget.Table,
            name);
    }

    /// <summary>The id that the properties give a new table; null for none.</summary>
    internal static Guid? IdOf(PropertySet properties)
    {
        if (properties.Text(TableOptionsParser.Id) is not { } text)
            return null;
        return Guid.TryParseExact(text, "D", out Guid id) ? id : throw OptionErrors.Configuration("Invalid table id");
    }

    // What Cassandra's parser objects to while it builds the statement, in the order of its grammar.
    private static void CheckSyntax(CreateTableStatement statement)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ColumnDefinition column in statement.Columns)
        {
            if (!names.Add(column.Name.Text))
                throw DdlContext.Invalid($"Duplicate column '{column.Name}' declaration for table '{statement.Table}'");
        }

        if (statement.PartitionKeys.Length > 1)
            throw DdlContext.Invalid($"Multiple PRIMARY KEY specified for table '{statement.Table}' (exactly one required)");
        var ordered = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClusteringOrder order in statement.ClusteringOrders)
        {
            if (!ordered.Add(order.Column.Text))
                throw DdlContext.Invalid($"Duplicate column '{order.Column}' in CLUSTERING ORDER BY clause for table '{statement.Table}'");
        }

        if (statement.PartitionKeys.IsEmpty)
            throw DdlContext.Invalid($"No PRIMARY KEY specifed for table '{statement.Table}' (exactly one required)");
    }

    private static TableMetadata Make(
        CreateTableStatement statement,
        KeyspaceMetadata keyspace,
        TableOptions options,
        Guid? id,
        DdlContext context)
    {
        var resolver = new TypeResolver(keyspace);
        var types = new SortedDictionary<string, (CqlType Type, ColumnDefinition Definition, ColumnMask? Mask)>(StringComparer.Ordinal);
        foreach (ColumnDefinition column in statement.Columns)
        {
            CqlType type = resolver.Resolve(column.Type);
            types.Add(column.Name.Text, (type, column, column.Mask is { } mask ? MaskDefinition.Resolve(mask, column.Name.Text, type, keyspace) : null));
        }

        foreach ((CqlType type, _, _) in types.Values)
        {
            if (TypeParts.IsUserType(type) && type.IsMultiCell && TypeParts.Of(type).Any(field => field.IsMultiCell))
                throw DdlContext.Invalid("Non-frozen UDTs with nested non-frozen collections are not supported");
        }

        ImmutableArray<Identifier> partitionKey = statement.PartitionKeys[0];
        CheckPrimaryKey(statement, partitionKey, types);

        // What Cassandra prints of a compact table without clustering names the order of a column that CQL does not show.
        if (!(context.Settings.IsRecorded && statement.IsCompactStorage && statement.ClusteringColumns.IsEmpty))
            CheckClusteringOrder(statement);

        var columns = new List<ColumnMetadata>();
        for (int i = 0; i < partitionKey.Length; i++)
            columns.Add(Take(partitionKey[i].Text, ColumnKind.PartitionKey, i));
        for (int i = 0; i < statement.ClusteringColumns.Length; i++)
            columns.Add(Take(statement.ClusteringColumns[i].Text, ColumnKind.Clustering, i));

        bool hasStatics = statement.Columns.Any(column => column.IsStatic);
        if (statement.IsCompactStorage)
            CheckCompact(statement, types.Select(t => (t.Key, t.Value.Type)).ToList(), hasStatics);
        else if (statement.ClusteringColumns.IsEmpty && hasStatics)
            throw DdlContext.Invalid("Static columns are only useful (and thus allowed) if the table has at least one clustering column");

        bool isCounter = statement.Columns.Any(column => TypeResolver.IsCounter(column.Type));
        if (isCounter && types.Values.Any(column => !column.Type.IsCounter))
            throw DdlContext.Invalid("Cannot mix counter and non counter columns in the same table");
        if (isCounter && options.DefaultTimeToLiveSeconds > 0)
            throw DdlContext.Invalid("Cannot set default_time_to_live on a table with counters");

        TableFlags flags = TableFlags.Compound;
        if (statement.IsCompactStorage)
        {
            flags = CompactColumns.Flags(statement.ClusteringColumns.Length);
            CompactColumns.Add(columns, [.. types.Select(t => new ColumnMetadata(t.Key, ColumnKind.Regular, -1, t.Value.Type) { Mask = t.Value.Mask })], flags, isCounter);
        }
        else
        {
            foreach ((string name, (CqlType type, ColumnDefinition definition, ColumnMask? mask)) in types)
                columns.Add(new ColumnMetadata(name, definition.IsStatic ? ColumnKind.Static : ColumnKind.Regular, -1, type) { Mask = mask });
        }

        return new TableMetadata(keyspace.Name, statement.Table.Name.Text, id ?? context.Settings.NewTableId(keyspace.Name, statement.Table.Name.Text), columns)
        {
            Flags = isCounter ? flags | TableFlags.Counter : flags,
            Partitioner = context.Settings.Partitioner,
            Options = TableRules.WithDefaults(options),
        };

        ColumnMetadata Take(string name, ColumnKind kind, int position)
        {
            (CqlType type, _, ColumnMask? mask) = types[name];
            types.Remove(name);
            if (kind == ColumnKind.Clustering && statement.ClusteringOrders.Any(o => o.IsDescending && string.Equals(o.Column.Text, name, StringComparison.Ordinal)))
                type = CqlTypes.Reversed(type);
            return new ColumnMetadata(name, kind, position, type) { Mask = mask };
        }
    }

    private static void CheckPrimaryKey(
        CreateTableStatement statement,
        ImmutableArray<Identifier> partitionKey,
        SortedDictionary<string, (CqlType Type, ColumnDefinition Definition, ColumnMask? Mask)> columns)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Identifier name in partitionKey.Concat(statement.ClusteringColumns))
        {
            if (!columns.TryGetValue(name.Text, out (CqlType Type, ColumnDefinition Definition, ColumnMask? Mask) column))
                throw DdlContext.Invalid($"Unknown column '{name}' referenced in PRIMARY KEY for table '{statement.Table.Name}'");
            if (!seen.Add(name.Text))
                throw DdlContext.Invalid($"Duplicate column '{name}' in PRIMARY KEY clause for table '{statement.Table.Name}'");
            TableRules.CheckKeyType(name.Text, column.Type, TableRules.KeyTypeText(column.Type));
            if (column.Definition.IsStatic)
                throw DdlContext.Invalid($"Static column '{name}' cannot be part of the PRIMARY KEY");
        }
    }

    private static void CheckClusteringOrder(CreateTableStatement statement)
    {
        string[] clustering = [.. statement.ClusteringColumns.Select(column => column.Text)];
        string[] ordered = [.. statement.ClusteringOrders.Select(order => order.Column.Text)];
        string[] others = [.. ordered.Where(name => !clustering.Contains(name, StringComparer.Ordinal))];
        if (others.Length > 0)
        {
            throw DdlContext.Invalid(
                $"Only clustering key columns can be defined in CLUSTERING ORDER directive: [{string.Join(", ", others)}] are not clustering columns");
        }

        for (int i = 0; i < ordered.Length; i++)
        {
            if (string.Equals(ordered[i], clustering[i], StringComparison.Ordinal))
                continue;
            throw ordered.Contains(clustering[i], StringComparer.Ordinal)
                ? DdlContext.Invalid(
                    $"The order of columns in the CLUSTERING ORDER directive must match that of the clustering columns ({clustering[i]} must appear before {ordered[i]})")
                : DdlContext.Invalid($"Missing CLUSTERING ORDER for column {clustering[i]}");
        }
    }

    private static void CheckCompact(CreateTableStatement statement, List<(string Name, CqlType Type)> columns, bool hasStatics)
    {
        if (columns.Exists(column => column.Type.IsMultiCell))
            throw DdlContext.Invalid("Non-frozen collections and UDTs are not supported with COMPACT STORAGE");
        if (hasStatics)
            throw DdlContext.Invalid("Static columns are not supported in COMPACT STORAGE tables");
        if (statement.ClusteringColumns.IsEmpty && columns.Count == 0)
            throw DdlContext.Invalid("No definition found that is not part of the PRIMARY KEY");
        if (!statement.ClusteringColumns.IsEmpty && columns.Count > 1)
        {
            throw DdlContext.Invalid(
                $"COMPACT STORAGE with composite PRIMARY KEY allows no more than one column not part of the PRIMARY KEY (got: {string.Join(", ", columns.Select(c => c.Name))})");
        }
    }
}
