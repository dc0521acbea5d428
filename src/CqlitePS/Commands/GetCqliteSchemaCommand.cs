using System.Management.Automation;
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
        ForTables(database, (keyspace, tables) => SchemaOutput.Write(this, keyspace, tables, AsCql, isWhole: Table is null));
    }
}
