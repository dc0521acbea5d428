using System.Globalization;
using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Syncing;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Sessions;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>Carries what a database has changed since a time back to a cluster, deletions too, each cell decided by its times.</summary>
[Cmdlet(VerbsData.Sync, "CassandraTable", SupportsShouldProcess = true)]
[OutputType(typeof(SyncResult))]
public sealed class SyncCassandraTableCommand : RangedCmdlet
{
    private const string Activity = "Syncing";

    /// <summary>The tables, as <c>keyspace.table</c>, or without a keyspace where -Keyspace, the database or the connection gives one; all of the keyspace when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>The tables' keyspace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string? Keyspace { get; set; }

    /// <summary>The database that has the changes; the last opened one when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>The cluster that is to have them; the last connected one when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public CassandraConnection? Connection { get; set; }

    /// <summary>What was written later is carried over: the time at which the database was the same as the cluster.</summary>
    [Parameter(Mandatory = true)]
    public DateTimeOffset Since { get; set; }

    /// <summary>Who holds where both sides have changed the same cell since then: CassandraWins, CqliteWins, or LastWriteWins as in Cassandra itself.</summary>
    [Parameter]
    public ConflictResolution ConflictResolution { get; set; } = ConflictResolution.LastWriteWins;

    /// <summary>How many replicas must have written; that of the connection when not given.</summary>
    [Parameter]
    [ConsistencyTransformation]
    public ConsistencyLevel? Consistency { get; set; }

    /// <summary>A file that takes the rows that the cluster refuses, with the reason, as lines of JSON; the first one ends its table when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RejectPath { get; set; }

    /// <summary>How many decisions of each table are listed; counts are exact in any case.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int MaxDecision { get; set; } = 100;

    /// <summary>A file that takes the report, as JSON.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>Replace the file of -ReportPath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = Database ?? OpenDatabases.RequireDefault();
        CassandraConnection connection = Connection ?? OpenConnections.RequireDefault();
        string? reportPath = ResolveLiteral(ReportPath);
        if (reportPath is not null && !Force && File.Exists(reportPath))
            throw new StorageException(reportPath, "exists already; -Force replaces it.") { Problem = StorageProblem.Occupied };
        SyncSettings settings = new(UnixMicros.Of(Since))
        {
            Tables = Names(database, connection),
            Resolution = ConflictResolution,
            MaxDecisions = MaxDecision,
            Ranges = Ranges,
        };
        using IMigrationSource source = OpenOperand.Of(database).Read();
        using IMigrationSource cluster = OpenOperand.Of(connection).Read();
        ClusterTarget target = new(connection, new ClusterWriting { Consistency = Consistency, RejectPath = ResolveLiteral(RejectPath) });
        string what = $"Carry what {string.Join(", ", settings.Tables)} of {database.Path} has changed since {Since.ToString("u", CultureInfo.InvariantCulture)} to cluster {cluster.Description.ClusterName} ({ConflictResolution})";
        bool isWanted = ShouldProcess(what, $"{what}?", "Sync", out ShouldProcessReason reason);
        if (!isWanted && reason != ShouldProcessReason.WhatIf)
            return;
        if (isWanted)
        {
            RequireReport(reportPath, nameof(ReportPath));
            RequireRejects(RejectPath);
        }

        WithLog(log =>
        {
            SyncReport report = Sync(log, (progress, stop) =>
            {
                Syncer syncer = new(source, cluster, settings, progress);
                return isWanted ? syncer.ApplyAsync(target, stop) : syncer.PlanAsync(stop);
            }, isWanted ? reportPath : null);
            foreach (TableSync table in report.Tables)
                Tell(report, table, log);
        });
    }

    /// <summary>Syncs, and keeps the report, of what was done too where it was stopped.</summary>
    private SyncReport Sync(ProgressLog? log, Func<IProgress<TransferProgress>, CancellationToken, Task<SyncReport>> work, string? reportPath)
    {
        try
        {
            SyncReport report = Await(Activity, log, work);
            if (reportPath is not null)
                report.Write(reportPath);
            return report;
        }
        catch (SyncStoppedException stopped)
        {
            SyncReport partial = stopped.Partial;
            if (reportPath is not null)
                partial.Write(reportPath);
            string how = $"run the same command with -Since {Since.ToString("o", CultureInfo.InvariantCulture)} to go on: what the cluster has already is not written twice.";
            foreach (TableSync table in partial.Tables)
                log?.Write(table.Message is null ? "INFO" : "ERROR", $"{table.Keyspace}.{table.Table}: {table.Message ?? Counts(table)}");
            log?.Write("ERROR", $"Stopped; {how}");

            // A pipeline that is being stopped takes no output any more; the host does.
            Host.UI.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Stopped after {partial.Tables.Sum(t => t.ChangedRows):N0} changed rows in {partial.Tables.Count(t => t.Message is null):N0} of {partial.Tables.Count:N0} tables; {how}"));
            throw;
        }
    }

    private static string Counts(TableSync table) => string.Create(
        CultureInfo.InvariantCulture, $"{table.WrittenCells:N0} cells and {table.DeletedCells + table.DeletedRows:N0} deletions in {table.ChangedRows:N0} rows, {table.Conflicts:N0} conflicts, {table.Kept:N0} kept as in the cluster");

    private void Tell(SyncReport report, TableSync table, ProgressLog? log)
    {
        string name = $"{table.Keyspace}.{table.Table}";
        string counts = Counts(table);
        log?.Write(table.IsLeftOut ? "WARN" : table.Message is null ? "INFO" : "ERROR", $"{name}: {table.Message ?? counts}");
        if (table.IsLeftOut)
            WriteWarning($"{name} was left out: {table.Message}");
        else if (table.Message is not null)
            WriteError(ErrorRecords.Create(new InvalidQueryException($"{name} was not synced: {table.Message}"), name));
        else if (report.IsDryRun)
            List(name, table, counts);
        if (table.FutureCells > 0)
            WriteWarning(string.Create(CultureInfo.InvariantCulture, $"{name}: {table.FutureCells:N0} cells were written more than a minute ahead of now; a clock is wrong, and what is written later may not hold against them."));
        if (table.Undecided > 0)
            WriteWarning(string.Create(CultureInfo.InvariantCulture, $"{name}: {table.Undecided:N0} cells stay as they are, for the cluster does not tell when they were written."));
        if (table.RejectedRows > 0)
            WriteWarning(string.Create(CultureInfo.InvariantCulture, $"{name}: {table.RejectedRows:N0} rows were rejected."));
        if (PassThru)
            WriteObject(new SyncResult(report, table));
    }

    /// <summary>Lists what would be done, in the words of -WhatIf.</summary>
    private void List(string name, TableSync table, string counts)
    {
        foreach (SyncDecision decision in table.Decisions)
            ShouldProcess($"{name} {decision}", $"{name} {decision}?", "Sync");
        long all = table.WrittenCells + table.DeletedCells + table.DeletedRows + table.Kept + table.Undecided;
        string rest = all > table.Decisions.Count ? string.Create(CultureInfo.InvariantCulture, $"; {all - table.Decisions.Count:N0} more are not listed") : "";
        ShouldProcess($"{name}: {counts}{rest}", $"{name}: {counts}?", "Sync");
    }

    private string[] Names(CqliteDatabase database, CassandraConnection connection) =>
        Table is not null ? [.. Table.Select(t => FullNames.Of(t, Keyspace ?? database.DefaultKeyspace ?? connection.Options.Keyspace ?? OpenConnections.Current.Default?.Options.Keyspace))]
        : [Keyspace ?? throw new ArgumentException("-Table or -Keyspace says what is synced.")];
}
