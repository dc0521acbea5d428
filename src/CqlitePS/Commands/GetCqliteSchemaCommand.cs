using System.Management.Automation;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Shows the columns of tables, or the CQL that makes a schema again.</summary>
[Cmdlet(VerbsCommon.Get, "CqliteSchema")]
[OutputType(typeof(CqliteColumn), typeof(string))]
public sealed class GetCqliteSchemaCommand : TableCmdlet
{
    /// <summary>CQL statements, one a string, in an order in which Cassandra accepts them.</summary>
    [Parameter]
    public SwitchParameter AsCql { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        ForTables(database, (keyspace, tables) =>
        {
            if (AsCql)
                WriteCql(keyspace, tables);
            else
                WriteColumns(tables);
        });
    }

    private void WriteColumns(IEnumerable<TableMetadata> tables)
    {
        foreach (TableMetadata table in tables)
        {
            foreach (ColumnMetadata column in table.ColumnsInSelectOrder())
                WriteObject(new CqliteColumn(table, column));
        }
    }

    private void WriteCql(KeyspaceMetadata keyspace, IReadOnlyList<TableMetadata> tables)
    {
        IEnumerable<DescribedElement> elements = Table is null
            ? SchemaDescriber.Elements(keyspace, withInternals: false)
            : tables.SelectMany(t => keyspace.Views.GetValueOrDefault(t.Name) is { } view
                ? [SchemaDescriber.View(view, withInternals: false)]
                : SchemaDescriber.TableElements(t, withInternals: false));
        foreach (DescribedElement element in elements)
            WriteObject(element.CreateStatement);
    }
}
