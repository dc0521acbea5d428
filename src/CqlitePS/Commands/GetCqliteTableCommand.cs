using System.Management.Automation;
using Cqlite.Core.Schema;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Lists the tables and views of a database with their columns, options and sizes.</summary>
[Cmdlet(VerbsCommon.Get, "CqliteTable")]
[OutputType(typeof(CqliteTable))]
public sealed class GetCqliteTableCommand : TableCmdlet
{
    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        ForTables(database, (_, tables) =>
        {
            foreach (TableMetadata table in tables)
            {
                StopToken.ThrowIfCancellationRequested();
                ForItem(table.ToString(), () => WriteObject(new CqliteTable(database, database.Engine.Database.Describe(table))));
            }
        });
    }
}
