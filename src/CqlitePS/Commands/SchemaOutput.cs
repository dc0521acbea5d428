using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets on schemas write: columns, or the CQL that makes them.</summary>
internal static class SchemaOutput
{
    /// <summary>Writes tables of a keyspace.</summary>
    /// <param name="cmdlet">Writes.</param>
    /// <param name="keyspace">The keyspace.</param>
    /// <param name="tables">The tables that are meant.</param>
    /// <param name="asCql">Whether CQL is wanted.</param>
    /// <param name="isWhole">Whether the whole keyspace is meant, with its types and functions.</param>
    public static void Write(CqliteCmdlet cmdlet, KeyspaceMetadata keyspace, IReadOnlyList<TableMetadata> tables, bool asCql, bool isWhole)
    {
        if (!asCql)
        {
            foreach (TableMetadata table in tables)
            {
                foreach (ColumnMetadata column in table.ColumnsInSelectOrder())
                    cmdlet.WriteObject(new CqliteColumn(table, column));
            }

            return;
        }

        IEnumerable<DescribedElement> elements = isWhole
            ? SchemaDescriber.Elements(keyspace, withInternals: false)
            : tables.SelectMany(t => keyspace.Views.GetValueOrDefault(t.Name) is { } view
                ? [SchemaDescriber.View(view, withInternals: false)]
                : SchemaDescriber.TableElements(t, withInternals: false));
        foreach (DescribedElement element in elements)
            cmdlet.WriteObject(element.CreateStatement);
    }
}
