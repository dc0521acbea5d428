using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE and DROP INDEX.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{CreateIndex,DropIndex}Statement.java, IndexAttributes.java, IndexTarget.java.</remarks>
internal static class IndexDefinition
{
    private const string LegacyClass = "legacy_local_table";
    private const string Options = "options";

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { Options };

    public static DdlResult Create(CreateIndexStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Table.Keyspace);
        string tableName = statement.Table.Name.Text;
        context.CheckMayModify(keyspaceName, "ALTER", $"<table {keyspaceName}.{tableName}>");
        PropertySet properties = DdlContext.Properties(statement.Properties);
        bool isCustom = statement.IsCustom || !string.Equals(statement.CustomClass ?? LegacyClass, LegacyClass, StringComparison.OrdinalIgnoreCase);
        string? className = isCustom ? statement.CustomClass ?? LegacyClass : null;
        IReadOnlyDictionary<string, string> options = CheckedOptions(properties, isCustom);

        if (context.FindKeyspace(keyspaceName) is not { } keyspace)
            throw DdlContext.Invalid($"Keyspace '{keyspaceName}' doesn't exist");
        if (keyspace.Table(tableName) is not { } table)
            throw DdlContext.Invalid($"Table '{tableName}' doesn't exist");
        if (statement.Name is { } given && keyspace.IndexedTable(given.Text) is not null)
            return statement.IfNotExists ? context.Unchanged() : throw DdlContext.Invalid($"Index '{given}' already exists");
        if (table.IsCounter)
            throw DdlContext.Invalid("Secondary indexes on counter tables aren't supported");
        if (table.Kind == TableKind.View)
            throw DdlContext.Invalid("Secondary indexes on materialized views aren't supported");

        Target[] targets = [.. statement.Targets.Select(target => Prepare(target, table))];
        CheckTargets(targets, table, isCustom);
        string name = statement.Name?.Text ?? DefaultName(keyspace, tableName, targets);
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in options)
            all[key] = value;
        all[IndexMetadata.TargetOption] = string.Join(", ", targets.Select(target => target.Text));
        if (className is not null)
            all[IndexMetadata.ClassOption] = className;
        var index = new IndexMetadata(name, isCustom ? IndexMetadata.CustomKind : IndexMetadata.CompositesKind, all);

        if (table.Indexes.Values.FirstOrDefault(other => SchemaEquality.SameButName(other, index)) is { } equal)
        {
            return statement.IfNotExists
                ? context.Unchanged()
                : throw DdlContext.Invalid($"Index {name} is a duplicate of existing index {equal.Name}");
        }

        TableMetadata altered = table.WithIndexes(new OrderedDictionary<string, IndexMetadata>(table.Indexes, StringComparer.Ordinal) { [name] = index });
        TableRules.Validate(altered, context);
        if (!context.Settings.IsRecorded && string.Equals(CustomIndexRules.ClassOf(index), CustomIndexRules.SasiClass, StringComparison.Ordinal))
            context.Warn("SASI indexes are experimental and are not recommended for production use.");
        return context.Changed(
            keyspace with { Tables = keyspace.Tables.SetItem(tableName, altered) },
            SchemaChangeKind.Updated,
            SchemaChangeTarget.Table,
            tableName);
    }

    public static DdlResult Drop(DropIndexStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Index.Keyspace);
        string name = statement.Index.Name.Text;
        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace?.IndexedTable(name) is not { } table)
        {
            // The quote at the end is Cassandra's.
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Index '{keyspaceName}.{name}' doesn't exist'");
        }

        context.CheckMayModify(keyspaceName, "ALTER", $"<table {keyspaceName}.{table.Name}>");
        var indexes = new OrderedDictionary<string, IndexMetadata>(table.Indexes, StringComparer.Ordinal);
        indexes.Remove(name);
        return context.Changed(
            keyspace with { Tables = keyspace.Tables.SetItem(table.Name, table.WithIndexes(indexes)) },
            SchemaChangeKind.Updated,
            SchemaChangeTarget.Table,
            table.Name);
    }

    /// <summary>Names of the indexes that depend on a column.</summary>
    public static string[] IndexesOn(TableMetadata table, string column) =>
        [.. table.Indexes.Values.Where(index => string.Equals(IndexTargetText.Parse(index.Target).Column, column, StringComparison.Ordinal)).Select(index => index.Name)];

    private static IReadOnlyDictionary<string, string> CheckedOptions(PropertySet properties, bool isCustom)
    {
        properties.CheckNames(Names);
        if (!isCustom && !properties.IsEmpty)
            throw DdlContext.Invalid("Cannot specify options for a non-CUSTOM index");
        IReadOnlyDictionary<string, string> options = properties.Map(Options) ?? new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string reserved in (string[])[IndexMetadata.ClassOption, IndexMetadata.TargetOption])
        {
            if (options.ContainsKey(reserved))
                throw DdlContext.Invalid($"Cannot specify {reserved} as a CUSTOM option");
        }

        return options;
    }

    private static Target Prepare(IndexTarget target, TableMetadata table)
    {
        ColumnMetadata column = TableAlteration.ExistingColumn(table, target.Column.Text);
        IndexTargetKind kind = target.Kind == IndexTargetKind.Simple && TypeParts.IsCollection(column.Type) ? IndexTargetKind.Values : target.Kind;
        return new Target(column, kind);
    }

    private static void CheckTargets(Target[] targets, TableMetadata table, bool isCustom)
    {
        if (targets.Length == 0 && !isCustom)
            throw DdlContext.Invalid("Only CUSTOM indexes can be created without specifying a target column");
        if (targets.Length > 1 && !isCustom)
            throw DdlContext.Invalid("Only CUSTOM indexes support multiple columns");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Target target in targets)
        {
            if (!seen.Add(target.Column.Name))
                throw DdlContext.Invalid($"Duplicate column '{target.Column.Name}' in index target list");
        }

        foreach (Target target in targets)
            CheckTarget(target, table, isCustom);
    }

    private static void CheckTarget(Target target, TableMetadata table, bool isCustom)
    {
        ColumnMetadata column = target.Column;
        CqlType type = column.Type.Unreversed;
        if (isCustom && (!CqlName.IsWord(column.Name) || column.Name.Length > CqlName.LongestKeyspaceName))
        {
            throw DdlContext.Invalid(
                $"Column '{column.Name}' is longer than the permissible name length of {CqlName.LongestKeyspaceName} characters or contains non-alphanumeric-underscore characters");
        }

        if (TypeParts.ReferencesDuration(type))
        {
            throw DdlContext.Invalid(TypeParts.IsCollection(type) ? "Secondary indexes are not supported on collections containing durations"
                : TypeParts.IsTuple(type) ? "Secondary indexes are not supported on tuples containing durations"
                : TypeParts.IsUserType(type) ? "Secondary indexes are not supported on UDTs containing durations"
                : "Secondary indexes are not supported on duration columns");
        }

        if (table.IsCompact && column.IsPrimaryKey)
            throw DdlContext.Invalid("Secondary indexes are not supported on PRIMARY KEY columns in COMPACT STORAGE tables");
        if (table.IsCompact && column.Equals(table.CompactValueColumn))
            throw DdlContext.Invalid("Secondary indexes are not supported on compact value column of COMPACT STORAGE tables");
        if (column.Kind == ColumnKind.PartitionKey && table.PartitionKey.Count == 1)
            throw DdlContext.Invalid($"Cannot create secondary index on the only partition key column {column.Name}");
        CheckKind(target, type);
    }

    private static void CheckKind(Target target, CqlType type)
    {
        string column = target.Column.Name;
        string kind = IndexTargetText.KindText(target.Kind);
        bool isFrozenCollection = TypeParts.IsCollection(type) && !type.IsMultiCell;
        if (isFrozenCollection && target.Kind != IndexTargetKind.Full)
        {
            throw DdlContext.Invalid(
                $"Cannot create {kind}() index on frozen column {column}. Frozen collections are immutable and must be fully indexed by using the 'full({CqlIdentifier.Quote(column)})' modifier");
        }

        if (!isFrozenCollection && target.Kind == IndexTargetKind.Full)
            throw DdlContext.Invalid("full() indexes can only be created on frozen collections");
        if (!TypeParts.IsCollection(type) && target.Kind != IndexTargetKind.Simple)
            throw DdlContext.Invalid($"Cannot create {kind}() index on {column}. Non-collection columns only support simple indexes");
        if (!(TypeParts.IsMap(type) && type.IsMultiCell) && target.Kind is IndexTargetKind.Keys or IndexTargetKind.Entries)
            throw DdlContext.Invalid($"Cannot create index on {kind} of column {column} with non-map type");
        if (TypeParts.IsUserType(type) && type.IsMultiCell)
            throw DdlContext.Invalid($"Cannot create index on non-frozen UDT column {column}");
    }

    private static string DefaultName(KeyspaceMetadata keyspace, string table, Target[] targets)
    {
        string name = targets.Length == 1 ? $"{table}_{targets[0].Column.Name}_idx" : $"{table}_idx";
        string plain = new([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_')]);
        string free = plain;
        for (int i = 1; keyspace.IndexedTable(free) is not null; i++)
            free = $"{plain}_{i}";
        return free;
    }

    private readonly record struct Target(ColumnMetadata Column, IndexTargetKind Kind)
    {
        public string Text => IndexTargetText.Print(Column.Name, Kind);
    }
}
