using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>ALTER TABLE.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/AlterTableStatement.java.</remarks>
internal static class TableAlteration
{
    public static DdlResult Apply(AlterTableStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Table.Keyspace);
        string name = statement.Table.Name.Text;
        context.CheckMayModify(keyspaceName, "ALTER", $"<table {keyspaceName}.{name}>");
        if (statement is AlterTableOptionsStatement { } early)
            _ = TableOptionsParser.Apply(TableOptions.Default, OptionsOf(early, context, out _), context.Settings.IsRecorded);

        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace?.Table(name) is not { } table)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Table '{keyspaceName}.{name}' doesn't exist");
        if (table.Kind == TableKind.View)
            throw DdlContext.Invalid("Cannot use ALTER TABLE on a materialized view; use ALTER MATERIALIZED VIEW instead");

        KeyspaceMetadata after = statement switch
        {
            AddColumnsStatement add => Add(add, keyspace, table, context),
            DropColumnsStatement drop => Drop(drop, keyspace, table, context),
            RenameColumnsStatement rename => Rename(rename, keyspace, table),
            AlterTableOptionsStatement options => Options(options, keyspace, table, context),
            AlterColumnMaskStatement mask => Mask(mask, keyspace, table, context),
            DropCompactStorageStatement => DropCompactStorage(keyspace, table),
            _ => throw DdlContext.Invalid("Altering column types is no longer supported"),
        };
        return context.Changed(after, SchemaChangeKind.Updated, SchemaChangeTarget.Table, name);
    }

    private static KeyspaceMetadata WithTable(KeyspaceMetadata keyspace, TableMetadata table) => keyspace with { Tables = keyspace.Tables.SetItem(table.Name, table) };

    private static KeyspaceMetadata Add(AddColumnsStatement statement, KeyspaceMetadata keyspace, TableMetadata table, DdlContext context)
    {
        var resolver = new TypeResolver(keyspace);
        var columns = new Dictionary<string, ColumnMetadata>(table.Columns, StringComparer.Ordinal);
        KeyspaceMetadata after = keyspace;
        foreach (ColumnDefinition definition in statement.Columns)
        {
            string name = definition.Name.Text;
            CqlType type = resolver.Resolve(definition.Type);
            ColumnMask? mask = definition.Mask is { } syntax ? MaskDefinition.Resolve(syntax, name, type, keyspace) : null;
            if (columns.ContainsKey(name))
            {
                if (statement.IfColumnNotExists)
                    continue;
                throw DdlContext.Invalid($"Column with name '{name}' already exists");
            }

            if (table.IsCompact)
                throw DdlContext.Invalid("Cannot add new column to a COMPACT STORAGE table");
            if (definition.IsStatic && table.Clustering.Count == 0)
                throw DdlContext.Invalid("Static columns are only useful (and thus allowed) if the table has at least one clustering column");
            if (table.DroppedColumns.TryGetValue(name, out DroppedColumn? dropped))
                CheckAddedAgain(table, definition, type, dropped.Column);

            var column = new ColumnMetadata(name, definition.IsStatic ? ColumnKind.Static : ColumnKind.Regular, -1, type) { Mask = mask };
            columns.Add(name, column);
            if (!definition.IsStatic)
                after = AddToViews(after, table, column);
        }

        TableMetadata altered = table.WithColumns(columns.Values);
        TableRules.Validate(altered, context);
        return WithTable(after, altered);
    }

    private static KeyspaceMetadata AddToViews(KeyspaceMetadata keyspace, TableMetadata table, ColumnMetadata column)
    {
        foreach (ViewMetadata view in keyspace.ViewsOf(table.Name).Where(view => view.IncludeAllColumns).ToArray())
        {
            TableMetadata altered = view.Table.WithColumns(view.Table.Columns.Values.Append(column));
            keyspace = keyspace with { Views = keyspace.Views.SetItem(altered.Name, view with { Table = altered }) };
        }

        return keyspace;
    }

    private static void CheckAddedAgain(TableMetadata table, ColumnDefinition definition, CqlType type, ColumnMetadata dropped)
    {
        string name = definition.Name.Text;
        if (!TypeParts.CanReadCellsOf(type, dropped.Type))
        {
            throw DdlContext.Invalid(
                $"Cannot add a column '{name}' of type {type.Name}, incompatible with previously dropped column '{name}' of type {dropped.Type.Name}");
        }

        bool wasStatic = dropped.Kind == ColumnKind.Static;
        if (wasStatic != definition.IsStatic)
        {
            throw DdlContext.Invalid(
                $"Cannot re-add previously dropped column '{name}' of kind {KindText(definition.IsStatic)}, incompatible with previous kind {KindText(wasStatic)}");
        }

        if (table.IsCounter)
            throw DdlContext.Invalid($"Cannot re-add previously dropped counter column {name}");

        static string KindText(bool isStatic) => isStatic ? "STATIC" : "REGULAR";
    }

    private static KeyspaceMetadata Drop(DropColumnsStatement statement, KeyspaceMetadata keyspace, TableMetadata table, DdlContext context)
    {
        var columns = new Dictionary<string, ColumnMetadata>(table.Columns, StringComparer.Ordinal);
        var dropped = new OrderedDictionary<string, DroppedColumn>(table.DroppedColumns, StringComparer.Ordinal);
        foreach (Identifier name in statement.Columns.DistinctBy(column => column.Text, StringComparer.Ordinal))
        {
            if (table.Column(name.Text) is not { } column)
            {
                if (statement.IfColumnExists)
                    continue;
                throw DdlContext.Invalid($"Column {name} was not found in table '{TableDescriber.QualifiedName(table)}'");
            }

            if (column.IsPrimaryKey)
                throw DdlContext.Invalid($"Cannot drop PRIMARY KEY column {name}");
            if (TypeParts.IsUserType(column.Type) && column.IsComplex)
                throw DdlContext.Invalid($"Cannot drop non-frozen column {name} of user type {column.Type.Name}");
            string[] indexes = IndexDefinition.IndexesOn(table, column.Name);
            if (indexes.Length > 0)
                throw DdlContext.Invalid($"Cannot drop column {name} because it has dependent secondary indexes ({string.Join(", ", indexes)})");
            if (keyspace.ViewsOf(table.Name).Any())
                throw DdlContext.Invalid($"Cannot drop column {name} on base table {table.Name} with materialized views");

            columns.Remove(column.Name);
            CqlType type = TypeParts.ExpandUserTypes(column.Type);
            dropped[column.Name] = new DroppedColumn(
                new ColumnMetadata(column.Name, column.Kind, -1, type) { NameBytes = column.NameBytes },
                statement.TimestampMicros ?? context.Settings.NowMicros());
        }

        return WithTable(keyspace, table.WithDroppedColumns(columns.Values, dropped));
    }

    private static KeyspaceMetadata Rename(RenameColumnsStatement statement, KeyspaceMetadata keyspace, TableMetadata table)
    {
        var columns = new Dictionary<string, ColumnMetadata>(table.Columns, StringComparer.Ordinal);
        KeyspaceMetadata after = keyspace;
        foreach (Renaming renaming in statement.Renamings)
        {
            string from = renaming.From.Text;
            string to = renaming.To.Text;

            // IF EXISTS does not help: Cassandra looks the column up in a way that throws before it asks.
            ColumnMetadata column = ExistingColumn(table, from);
            if (!column.IsPrimaryKey)
                throw DdlContext.Invalid($"Cannot rename non PRIMARY KEY column {from}");
            if (table.Column(to) is not null || columns.ContainsKey(to))
            {
                throw DdlContext.Invalid(
                    $"Cannot rename column {from} to {to} in table '{TableDescriber.QualifiedName(table)}'; another column with that name already exists");
            }

            string[] indexes = IndexDefinition.IndexesOn(table, from);
            if (indexes.Length > 0)
                throw DdlContext.Invalid($"Can't rename column {from} because it has dependent secondary indexes ({string.Join(", ", indexes)})");

            columns.Remove(from);
            columns.Add(to, Renamed(column, to));
            foreach (ViewMetadata view in after.ViewsOf(table.Name).Where(view => view.Table.Column(from) is not null).ToArray())
                after = after with { Views = after.Views.SetItem(view.Table.Name, ViewDefinition.WithRenamedColumn(view, from, to)) };
        }

        return WithTable(after, table.WithColumns(columns.Values));
    }

    /// <summary>The same column under another name.</summary>
    internal static ColumnMetadata Renamed(ColumnMetadata column, string name) => new(name, column.Kind, column.Position, column.Type) { Mask = column.Mask };

    /// <summary>The column of that name, which must be there and visible.</summary>
    internal static ColumnMetadata ExistingColumn(TableMetadata table, string name) => table.Column(name) is { } column && !table.IsHidden(column)
        ? column
        : throw DdlContext.Invalid($"Undefined column name {CqlIdentifier.Quote(name)} in table {TableDescriber.QualifiedName(table)}");

    private static KeyspaceMetadata Options(AlterTableOptionsStatement statement, KeyspaceMetadata keyspace, TableMetadata table, DdlContext context)
    {
        PropertySet properties = OptionsOf(statement, context, out IReadOnlyDictionary<string, string> retired);
        if (!context.Settings.IsRecorded)
            TableOptionsParser.Validate(properties);
        if (properties.Has(TableOptionsParser.Id))
        {
            _ = TableDefinition.IdOf(properties);
            throw OptionErrors.Configuration("Cannot alter table id.");
        }

        TableOptions options = TableOptionsParser.Apply(table.Options, properties, context.Settings.IsRecorded);
        if (retired.Count > 0)
            options = options with { Retired = retired };
        if (table.IsCounter && options.DefaultTimeToLiveSeconds > 0)
            throw DdlContext.Invalid("Cannot set default_time_to_live on a table with counters");
        if (options.GcGraceSeconds == 0 && keyspace.ViewsOf(table.Name).Any())
        {
            throw DdlContext.Invalid(
                "Cannot alter gc_grace_seconds of the base table of a materialized view to 0, since this value is used to TTL undelivered updates. "
                + "Setting gc_grace_seconds too low might cause undelivered updates to expire before being replayed.");
        }

        return WithTable(keyspace, table.WithOptions(options));
    }

    private static PropertySet OptionsOf(AlterTableOptionsStatement statement, DdlContext context, out IReadOnlyDictionary<string, string> retired)
    {
        PropertySet properties = DdlContext.Properties(statement.Properties);
        retired = context.Settings.IsRecorded ? TableOptionsParser.TakeRetired(properties) : TableOptions.Default.Retired;
        return properties;
    }

    private static KeyspaceMetadata Mask(AlterColumnMaskStatement statement, KeyspaceMetadata keyspace, TableMetadata table, DdlContext context)
    {
        string name = statement.Column.Text;
        if (table.Column(name) is not { } column)
        {
            return statement.IfColumnExists
                ? keyspace
                : throw DdlContext.Invalid($"Column with name '{name}' doesn't exist on table '{table.Name}'");
        }

        ColumnMask? mask = statement.Mask is { } syntax ? MaskDefinition.Resolve(syntax, name, column.Type.Unreversed, keyspace) : null;
        TableMetadata altered = WithMask(table, name, mask);
        TableRules.Validate(altered, context);
        KeyspaceMetadata after = WithTable(keyspace, altered);
        foreach (ViewMetadata view in keyspace.ViewsOf(table.Name).Where(view => view.Table.Column(name) is not null))
            after = after with { Views = after.Views.SetItem(view.Table.Name, view with { Table = WithMask(view.Table, name, mask) }) };
        return after;
    }

    private static TableMetadata WithMask(TableMetadata table, string name, ColumnMask? mask) =>
        table.WithColumns(table.Columns.Values.Select(column => string.Equals(column.Name, name, StringComparison.Ordinal) ? column with { Mask = mask } : column));

    private static KeyspaceMetadata DropCompactStorage(KeyspaceMetadata keyspace, TableMetadata table) => table.IsCompact
        ? WithTable(keyspace, table.WithFlags(TableFlags.Compound | (table.Flags & TableFlags.Counter)))
        : throw DdlContext.Invalid("Cannot DROP COMPACT STORAGE on table without COMPACT STORAGE");
}
