using System.Data;
using System.Data.Common;
using Cqlite.Core.Engine;
using Cqlite.Core.Query.Values;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Data;

/// <summary>What <see cref="CqliteConnection.GetSchema(string, string[])"/> answers. Restrictions are keyspace, table, column or index, in this order.</summary>
internal static class SchemaCollections
{
    private static readonly (string Name, int Restrictions)[] s_collections =
        [(DbMetaDataCollectionNames.MetaDataCollections, 0), ("Keyspaces", 1), ("Tables", 2), ("Columns", 3), ("Indexes", 3), ("UserTypes", 2), (DbMetaDataCollectionNames.DataTypes, 0), (DbMetaDataCollectionNames.ReservedWords, 0)];

    /// <summary>A collection.</summary>
    /// <exception cref="ArgumentException">There is no such collection, or it takes fewer restrictions.</exception>
    public static DataTable Get(Database database, string name, string?[] restrictions)
    {
        (string known, int most) = Array.Find(s_collections, c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known is null)
            throw new ArgumentException($"There is no collection '{name}'; there are {string.Join(", ", s_collections.Select(c => c.Name))}.", nameof(name));
        if (restrictions.Length > most)
            throw new ArgumentException($"The collection {known} takes {most} restrictions, and {restrictions.Length} were given.", nameof(restrictions));
        DatabaseSchema schema = database.Schema;
        DataTable table = new(known) { Locale = System.Globalization.CultureInfo.InvariantCulture };
        switch (known)
        {
            case "Keyspaces":
                Fill(table, ["keyspace_name", "durable_writes", "replication"], Keyspaces().Select(k => new object[] { k.Name, k.DurableWrites, string.Join(", ", k.Replication.Select(r => $"{r.Key}: {r.Value}")) }));
                break;
            case "Tables":
                Fill(table, ["keyspace_name", "table_name", "table_type", "id"], Tables().Select(t => new object[] { t.Keyspace, t.Name, t.Kind == TableKind.View ? "VIEW" : "TABLE", t.Id }));
                break;
            case "Columns":
                Fill(
                    table,
                    ["keyspace_name", "table_name", "column_name", "ordinal_position", "kind", "position", "clustering_order", "data_type", "clr_type"],
                    Tables().SelectMany(t => t.ColumnsInSelectOrder().Select((c, i) => new object[]
                    {
                        t.Keyspace, t.Name, c.Name, i, c.Kind.ToString(), c.Position, c.Kind == ColumnKind.Clustering ? c.IsDescending ? "desc" : "asc" : "none", c.Type.Unreversed.Name, NativeValue.TypeOf(c.Type).FullName!,
                    }).Where(row => Fits(2, (string)row[2]))));
                break;
            case "Indexes":
                Fill(
                    table,
                    ["keyspace_name", "table_name", "index_name", "kind", "target"],
                    Tables().SelectMany(t => t.Indexes.Values.Where(i => Fits(2, i.Name)).Select(i => new object[] { t.Keyspace, t.Name, i.Name, i.Kind, i.Target })));
                break;
            case "UserTypes":
                Fill(table, ["keyspace_name", "type_name", "definition"], Keyspaces().SelectMany(k => k.UserTypes.Where(u => Fits(1, u.Key)).Select(u => new object[] { k.Name, u.Key, u.Value.Name })));
                break;
            case "DataTypes":
                Fill(table, ["TypeName", "DataType"], CqlTypes.ByName.Select(t => new object[] { t.Key, NativeValue.TypeOf(t.Value).FullName! }).OrderBy(t => (string)t[0], StringComparer.Ordinal));
                break;
            case "ReservedWords":
                Fill(table, ["ReservedWord"], Core.Cql.Keywords.All.Order(StringComparer.Ordinal).Select(k => new object[] { k }));
                break;
            default:
                Fill(table, ["CollectionName", "NumberOfRestrictions"], s_collections.Select(c => new object[] { c.Name, c.Restrictions }));
                break;
        }

        return table;

        bool Fits(int restriction, string value) => restrictions.Length <= restriction || restrictions[restriction] is not { } wanted || wanted == value;

        IEnumerable<KeyspaceMetadata> Keyspaces() => schema.Keyspaces.Values.Where(k => Fits(0, k.Name));

        IEnumerable<TableMetadata> Tables() => Keyspaces().SelectMany(k => k.TablesAndViews).Where(t => Fits(1, t.Name));
    }

    private static void Fill(DataTable table, string[] names, IEnumerable<object[]> rows)
    {
        object[][] all = [.. rows];
        for (int i = 0; i < names.Length; i++)
            table.Columns.Add(names[i], all.Length > 0 ? all[0][i].GetType() : typeof(string));
        foreach (object[] row in all)
            table.Rows.Add(row);
        table.AcceptChanges();
    }
}
