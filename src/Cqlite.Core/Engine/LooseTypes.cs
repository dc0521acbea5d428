using System.Collections.Immutable;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine;

/// <summary>
/// The user types of tables that no schema knows, from the headers of their SSTables. A type belongs to the keyspace of its table; where one SSTable
/// was written before the type was given more fields than another, the longer one holds for all. Fields are frozen, as in all types that columns not frozen can have.
/// </summary>
internal static class LooseTypes
{
    /// <summary>The schema with the user types of some of its tables.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="isLoose">Which tables only their headers tell.</param>
    public static DatabaseSchema Complete(DatabaseSchema schema, Func<TableMetadata, bool> isLoose)
    {
        foreach (KeyspaceMetadata keyspace in schema.Keyspaces.Values)
        {
            TableMetadata[] loose = [.. keyspace.Tables.Values.Where(isLoose)];
            Dictionary<string, CqlType> longest = new(StringComparer.Ordinal);
            foreach (CqlType type in loose.SelectMany(t => t.Columns.Values).SelectMany(c => TypeParts.UserTypesIn(c.Type)))
            {
                string name = TypeParts.UserTypeName(type);
                if (!longest.TryGetValue(name, out CqlType? known) || TypeParts.Fields(known).Count < TypeParts.Fields(type).Count)
                    longest[name] = type;
            }

            if (longest.Count > 0)
                schema = new DatabaseSchema(schema.Keyspaces.SetItem(keyspace.Name, With(keyspace, loose, longest)));
        }

        return schema;
    }

    private static KeyspaceMetadata With(KeyspaceMetadata keyspace, IReadOnlyList<TableMetadata> loose, Dictionary<string, CqlType> longest)
    {
        ImmutableSortedDictionary<string, CqlType> types = keyspace.UserTypes;
        return keyspace with
        {
            Tables = keyspace.Tables.SetItems(loose.Select(t => KeyValuePair.Create(t.Name, t.WithDroppedColumns([.. t.Columns.Values.Select(c => c with { Type = Defined(c.Type) })], t.DroppedColumns)))),
            UserTypes = types.AddRange(longest.Keys.Where(name => !types.ContainsKey(name)).Select(name => KeyValuePair.Create(name, Definition(longest[name])))),
        };

        CqlType Defined(CqlType type) => TypeParts.Define(type, Definition);

        CqlType Definition(CqlType type)
        {
            string name = TypeParts.UserTypeName(type);
            return types.GetValueOrDefault(name) ?? TypeParts.UserType(keyspace.Name, longest[name], field => Defined(field).Freeze());
        }
    }
}
