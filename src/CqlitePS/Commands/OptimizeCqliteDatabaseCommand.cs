using System.Globalization;
using System.Management.Automation;
using Cqlite.Core.Engine;
using Cqlite.Core.Schema;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Compacts tables, each as its strategy does when it is asked for all.</summary>
[Cmdlet(VerbsCommon.Optimize, "CqliteDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(CqliteTable))]
public sealed class OptimizeCqliteDatabaseCommand : TableCmdlet
{
    private const string Activity = "Compacting";
    private const int LookEveryMillis = 100;

    /// <summary>Pass on the tables as they are afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        database.Engine.Database.CheckWritable();
        ForTables(database, (_, tables) =>
        {
            foreach (TableMetadata table in tables)
                ForItem(table.ToString(), () => Compact(database, table));
        });
        CompleteProgress(Activity);
    }

    private void Compact(CqliteDatabase opened, TableMetadata table)
    {
        if (!ShouldProcess(table.ToString(), "Compact"))
            return;
        Database database = opened.Engine.Database;

        // On another thread, so that this one, which alone may show progress, can.
        Task work = Task.Run(() => database.Compact(table, cancellation: StopToken), CancellationToken.None);
        while (!((IAsyncResult)work).AsyncWaitHandle.WaitOne(LookEveryMillis))
        {
            (long done, long total) = database.CompactionProgress;
            ReportProgress(Activity, string.Create(CultureInfo.InvariantCulture, $"{table}: {done / 1e6:N1} of {total / 1e6:N1} MB"), total > 0 ? 100.0 * done / total : null);
        }

        work.GetAwaiter().GetResult();
        if (PassThru)
            WriteObject(new CqliteTable(opened, database.Describe(database.Schema.Table(table.Keyspace, table.Name)!)));
    }
}
