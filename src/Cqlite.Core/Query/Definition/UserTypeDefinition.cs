using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE, ALTER and DROP TYPE.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{Create,Alter,Drop}TypeStatement.java, schema/KeyspaceMetadata.java (withUpdatedUserType).</remarks>
internal static class UserTypeDefinition
{
    public static DdlResult Create(CreateTypeStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Name.Keyspace);
        string name = statement.Name.Name.Text;
        context.CheckMayModify(keyspaceName, "CREATE", $"<all tables in {keyspaceName}>");
        KeyspaceMetadata keyspace = context.Keyspace(keyspaceName);
        if (keyspace.UserTypes.ContainsKey(name) && !(context.Settings.IsRecorded && !statement.IfNotExists))
            return statement.IfNotExists ? context.Unchanged() : throw DdlContext.Invalid($"A user type with name '{name}' already exists");

        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (FieldDefinition field in statement.Fields)
        {
            if (!used.Add(field.Name.Text))
                throw DdlContext.Invalid($"Duplicate field name '{field.Name}' in type '{name}'");
        }

        foreach (FieldDefinition field in statement.Fields)
            CheckField(field.Type, context);
        var resolver = new TypeResolver(keyspace);
        CqlType type = new UserType(
            keyspaceName,
            name,
            [.. statement.Fields.Select(field => field.Name.Text)],
            [.. statement.Fields.Select(field => resolver.Resolve(field.Type))],
            isMultiCell: true);

        // Each table's schema.cql repeats the types that it needs; what they say must agree.
        if (keyspace.UserTypes.TryGetValue(name, out CqlType? existing))
            return existing.Equals(type) ? context.Unchanged() : throw DdlContext.Invalid($"A user type with name '{name}' already exists");
        return context.Changed(
            keyspace with { UserTypes = keyspace.UserTypes.Add(name, type) },
            SchemaChangeKind.Created,
            SchemaChangeTarget.Type,
            name);
    }

    public static DdlResult Alter(AlterTypeStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Name.Keyspace);
        string name = statement.Name.Name.Text;
        context.CheckMayModify(keyspaceName, "ALTER", $"<all tables in {keyspaceName}>");
        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace is null || !keyspace.UserTypes.TryGetValue(name, out CqlType? type))
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Type {keyspaceName}.{name} doesn't exist");

        CqlType altered = statement switch
        {
            AddFieldStatement add => Add(add, keyspace, type, context),
            RenameFieldsStatement rename => Rename(rename, keyspace, type),
            _ => throw DdlContext.Invalid("Altering field types is no longer supported"),
        };
        return context.Changed(WithType(keyspace, name, altered), SchemaChangeKind.Updated, SchemaChangeTarget.Type, name);
    }

    public static DdlResult Drop(DropTypeStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Name.Keyspace);
        string name = statement.Name.Name.Text;
        context.CheckMayModify(keyspaceName, "DROP", $"<all tables in {keyspaceName}>");
        KeyspaceMetadata? keyspace = context.FindKeyspace(keyspaceName);
        if (keyspace is null || !keyspace.UserTypes.ContainsKey(name))
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Type '{keyspaceName}.{name}' doesn't exist");

        CheckUnused("functions", FunctionsUsing(keyspace, name));
        CheckUnused(
            "user types",
            keyspace.UserTypes.Where(other => !string.Equals(other.Key, name, StringComparison.Ordinal) && TypeParts.References(other.Value, name)).Select(other => other.Key));
        CheckUnused("tables", keyspace.Tables.Values.Where(table => table.Columns.Values.Any(c => TypeParts.References(c.Type, name))).Select(table => table.Name));
        return context.Changed(
            keyspace with { UserTypes = keyspace.UserTypes.Remove(name) },
            SchemaChangeKind.Dropped,
            SchemaChangeTarget.Type,
            name);

        void CheckUnused(string what, IEnumerable<string> users)
        {
            string list = string.Join(", ", users);
            if (list.Length > 0)
                throw DdlContext.Invalid($"Cannot drop user type '{keyspaceName}.{name}' as it is still used by {what} {list}");
        }
    }

    private static IEnumerable<string> FunctionsUsing(KeyspaceMetadata keyspace, string type) =>
        keyspace.Functions.Values.Where(f => f.ArgumentTypes.Append(f.ReturnType).Any(t => TypeParts.References(t, type))).Select(f => $"{f.Keyspace}.{f.Name}")
            .Concat(keyspace.Aggregates.Values
                .Where(a => a.ArgumentTypes.Append(a.ReturnType).Append(a.StateType).Any(t => TypeParts.References(t, type)))
                .Select(a => $"{a.Keyspace}.{a.Name}"));

    private static void CheckField(TypeSyntax type, DdlContext context)
    {
        if (TypeResolver.IsCounter(type))
            throw DdlContext.Invalid("A user type cannot contain counters");
        if (TypeResolver.IsUnfrozenUserType(type) && !context.Settings.IsRecorded)
            throw DdlContext.Invalid("A user type cannot contain non-frozen UDTs");
    }

    private static CqlType Add(AddFieldStatement statement, KeyspaceMetadata keyspace, CqlType type, DdlContext context)
    {
        string field = statement.Field.Name.Text;
        string typeName = QualifiedName(type);
        CheckField(statement.Field.Type, context);
        IReadOnlyList<(string Name, CqlType Type)> fields = TypeParts.Fields(type);
        if (fields.Any(f => string.Equals(f.Name, field, StringComparison.Ordinal)))
        {
            return statement.IfFieldNotExists
                ? type
                : throw DdlContext.Invalid($"Cannot add field {field} to type {typeName}: a field with name {field} already exists");
        }

        var resolver = new TypeResolver(keyspace);
        CqlType added = resolver.Resolve(statement.Field.Type);
        string addedText = resolver.QualifiedText(statement.Field.Type);
        string name = TypeParts.UserTypeName(type);
        if (TypeParts.References(added, name))
            throw DdlContext.Invalid($"Cannot add new field {field} of type {addedText} to user type {typeName} as it would create a circular reference");
        string tables = string.Join(", ", keyspace.TablesAndViews
            .Where(table => table.PartitionKey.Any(column => TypeParts.References(column.Type, name)))
            .Select(TableDescriber.QualifiedName));
        if (tables.Length > 0)
        {
            throw DdlContext.Invalid(
                $"Cannot add new field {field} of type {addedText} to user type {typeName} as the type is being used in partition key by the following tables: {tables}");
        }

        return Make(type, [.. fields.Select(f => f.Name), field], [.. fields.Select(f => f.Type), added]);
    }

    private static CqlType Rename(RenameFieldsStatement statement, KeyspaceMetadata keyspace, CqlType type)
    {
        string name = TypeParts.UserTypeName(type);
        string aggregates = string.Join(", ", keyspace.Aggregates.Values
            .Where(aggregate => aggregate.InitialCondition is not null && TypeParts.References(aggregate.StateType, name))
            .Select(aggregate => $"{aggregate.Keyspace}.{aggregate.Name}"));
        if (aggregates.Length > 0)
            throw DdlContext.Invalid($"Cannot alter user type {QualifiedName(type)} as it is still used in INITCOND by aggregates {aggregates}");

        IReadOnlyList<(string Name, CqlType Type)> fields = TypeParts.Fields(type);
        string[] names = [.. fields.Select(f => f.Name)];
        foreach (Renaming renaming in statement.Renamings)
        {
            int index = fields.ToList().FindIndex(f => string.Equals(f.Name, renaming.From.Text, StringComparison.Ordinal));
            if (index >= 0)
                names[index] = renaming.To.Text;
            else if (!statement.IfFieldExists)
                throw DdlContext.Invalid($"Unkown field {renaming.From} in user type {QualifiedName(type)}");
        }

        // Cassandra names the keyspace where it means the type.
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw DdlContext.Invalid($"Duplicate field name {twice.Key} in type {keyspace.Name}");
        return Make(type, [.. names], [.. fields.Select(f => f.Type)]);
    }

    private static CqlType Make(CqlType type, ImmutableArray<string> names, ImmutableArray<CqlType> types) =>
        new UserType(TypeParts.UserTypeKeyspace(type), TypeParts.UserTypeName(type), names, types, isMultiCell: true);

    private static string QualifiedName(CqlType type) => $"{CqlIdentifier.Quote(TypeParts.UserTypeKeyspace(type))}.{CqlIdentifier.Quote(TypeParts.UserTypeName(type))}";

    /// <summary>The keyspace in which a type, and all that it is part of, is another.</summary>
    private static KeyspaceMetadata WithType(KeyspaceMetadata keyspace, string name, CqlType altered)
    {
        return keyspace with
        {
            UserTypes = keyspace.UserTypes.ToImmutableSortedDictionary(t => t.Key, t => Replaced(t.Value), StringComparer.Ordinal),
            Tables = keyspace.Tables.ToImmutableSortedDictionary(t => t.Key, t => Table(t.Value), StringComparer.Ordinal),
            Views = keyspace.Views.ToImmutableSortedDictionary(v => v.Key, v => v.Value with { Table = Table(v.Value.Table) }, StringComparer.Ordinal),
            Functions = keyspace.Functions.ToImmutableSortedDictionary(
                f => f.Key,
                f => f.Value with { ArgumentTypes = [.. f.Value.ArgumentTypes.Select(Replaced)], ReturnType = Replaced(f.Value.ReturnType) },
                StringComparer.Ordinal),
            Aggregates = keyspace.Aggregates.ToImmutableSortedDictionary(
                a => a.Key,
                a => a.Value with
                {
                    ArgumentTypes = [.. a.Value.ArgumentTypes.Select(Replaced)],
                    ReturnType = Replaced(a.Value.ReturnType),
                    StateType = Replaced(a.Value.StateType),
                },
                StringComparer.Ordinal),
        };

        CqlType Replaced(CqlType type) => TypeParts.References(type, name) ? TypeParts.Replace(type, name, altered) : type;

        TableMetadata Table(TableMetadata table) => table.Columns.Values.Any(column => TypeParts.References(column.Type, name))
            ? table.WithColumns(table.Columns.Values.Select(column => column with { Type = Replaced(column.Type) }))
            : table;
    }
}
