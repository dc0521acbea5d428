using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Schema.SystemTables;

namespace Cqlite.Migration.Schemas;

/// <summary>Which tables are moved, and what <c>schema.cql</c> says of them.</summary>
internal static class ChosenTables
{
    /// <summary>The tables that names stand for, in their order in the schema.</summary>
    /// <param name="schema">The source's schema.</param>
    /// <param name="names">Keyspaces, or tables with their keyspace; none for all.</param>
    /// <exception cref="InvalidQueryException">There is no such keyspace or table.</exception>
    public static IReadOnlyList<TableMetadata> Choose(DatabaseSchema schema, IReadOnlyList<string> names)
    {
        HashSet<TableMetadata> chosen = [];
        foreach (string name in TableNames.Resolve(names, schema))
        {
            if (schema.Keyspaces.TryGetValue(name, out KeyspaceMetadata? keyspace))
                chosen.UnionWith(keyspace.Tables.Values);
            else
                chosen.Add(Find(schema, name));
        }

        return
        [
            .. schema.Keyspaces.Values.Where(k => names.Count > 0 || !SystemKeyspaces.IsSystem(k.Name)).SelectMany(k => k.Tables.Values)
                .Where(t => t.Kind == TableKind.Table && (names.Count == 0 || chosen.Contains(t))),
        ];
    }

    /// <summary>The definitions of tables with all that belongs to them: keyspace, types, functions, indexes, views.</summary>
    public static string Text(DatabaseSchema schema, IReadOnlyCollection<TableMetadata> tables, bool withIndexes)
    {
        System.Text.StringBuilder text = new();
        foreach (KeyspaceMetadata keyspace in schema.Keyspaces.Values)
        {
            TableMetadata[] own = [.. tables.Where(t => t.Keyspace == keyspace.Name)];
            if (own.Length == 0)
                continue;
            KeyspaceMetadata part = keyspace with
            {
                Tables = keyspace.Tables.RemoveRange(keyspace.Tables.Keys.Except(own.Select(t => t.Name))),
                Views = keyspace.Views.RemoveRange(keyspace.Views.Values.Where(v => !own.Any(t => t.Name == v.BaseTable)).Select(v => v.Table.Name)),
            };
            foreach (DescribedElement element in SchemaDescriber.Elements(part, withInternals: true))
            {
                if (withIndexes || element.Type != "index")
                    text.Append(element.CreateStatement).Append("\n\n");
            }
        }

        return text.ToString();
    }

    private static TableMetadata Find(DatabaseSchema schema, string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && schema.Keyspaces.TryGetValue(name[..dot], out KeyspaceMetadata? keyspace))
        {
            if (keyspace.Views.TryGetValue(name[(dot + 1)..], out ViewMetadata? view))
                throw new InvalidQueryException($"'{name}' is a view of {keyspace.Name}.{view.BaseTable}: it is made again with that table.");
            return keyspace.Tables.GetValueOrDefault(name[(dot + 1)..])
                ?? throw new InvalidQueryException($"the source has no table '{name}'; keyspace {keyspace.Name} has {string.Join(", ", keyspace.Tables.Keys)}.");
        }

        string[] keyspaces = [.. schema.Keyspaces.Keys.Where(k => !SystemKeyspaces.IsSystem(k))];
        string known = keyspaces.Length > 0 ? $"its keyspaces are {string.Join(", ", keyspaces)}" : "it has no keyspace but Cassandra's own";
        throw new InvalidQueryException($"the source has neither a keyspace nor a table '{name}'; {known}. Name tables as keyspace.table.");
    }
}
