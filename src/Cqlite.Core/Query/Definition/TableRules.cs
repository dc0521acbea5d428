using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>What is asked of every table and view, however it came to be.</summary>
/// <remarks>Source: org/apache/cassandra/schema/TableMetadata.java (validate).</remarks>
internal static class TableRules
{
    // A table's folder is named NAME-ID, of which file systems take 255 characters.
    private const int LongestName = 255 - 32 - 1;

    /// <summary>Options in which what depends on others is settled, as it stays then.</summary>
    public static TableOptions WithDefaults(TableOptions options) => options.BloomFilterFpChance is null
        ? options with { BloomFilterFpChance = CompactionOptions.DefaultBloomFilterFpChance(options.Compaction) }
        : options;

    /// <summary>Checks a whole table.</summary>
    public static void Validate(TableMetadata table, DdlContext context)
    {
        if (!CqlName.IsWord(table.Name))
            throw Broken(table, $"Table name must not be empty or not contain non-alphanumeric-underscore characters (got \"{table.Name}\")");
        if (table.Name.Length > LongestName)
            throw DdlContext.Invalid($"Table name must not be more than {LongestName} characters long (got {table.Name.Length} characters for \"{table.Name}\")");
        if (!context.Settings.IsRecorded)
            TableOptionsParser.Validate(table.Options);
        foreach (ColumnMetadata column in table.Statics.Concat(table.Regulars))
        {
            if (table.IsCounter && !column.Type.IsCounter && column.Name.Length > 0)
                throw Broken(table, $"Cannot have a non counter column (\"{column.Name}\") in a counter table");
            if (!table.IsCounter && column.Type.IsCounter)
                throw Broken(table, $"Cannot have a counter column (\"{column.Name}\") in a non counter table");
        }

        foreach (IndexMetadata index in table.Indexes.Values)
            CustomIndexRules.Validate(index, table, context);
    }

    /// <summary>Checks that values of a type can be keys.</summary>
    public static void CheckKeyType(string column, CqlType type, string typeText)
    {
        if (type.IsMultiCell)
        {
            throw TypeParts.IsUserType(type)
                ? DdlContext.Invalid($"Invalid non-frozen user-defined type {typeText} for PRIMARY KEY column '{column}'")
                : DdlContext.Invalid($"Invalid non-frozen collection type {typeText} for PRIMARY KEY column '{column}'");
        }

        if (type.IsCounter)
            throw DdlContext.Invalid($"counter type is not supported for PRIMARY KEY column '{column}'");
        if (TypeParts.ReferencesDuration(type))
            throw DdlContext.Invalid($"duration type is not supported for PRIMARY KEY column '{column}'");
    }

    /// <summary>A type as CREATE TABLE's messages have it: a user type as its qualified name in quotes.</summary>
    public static string KeyTypeText(CqlType type) => TypeParts.IsUserType(type)
        ? CqlIdentifier.Quote($"{TypeParts.UserTypeKeyspace(type)}.{TypeParts.UserTypeName(type)}")
        : type.Name;

    private static InvalidQueryException Broken(TableMetadata table, string problem) =>
        new($"{table.Keyspace}.{table.Name}: {problem}", InvalidQueryException.ConfigurationCode);
}
