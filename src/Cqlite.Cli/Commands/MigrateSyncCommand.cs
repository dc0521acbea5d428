using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cqlite.Cassandra.Client;
using Cqlite.Cli.Validation;
using Cqlite.Core.Types;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Syncing;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate sync</c>: what a database has changed since a time goes back to a cluster, each cell decided by its times.</summary>
internal static class MigrateSyncCommand
{
    private const int MicrosPerMilli = 1000;

    private static readonly Option<string?> s_database = new("--cqlite-path", "--source", "--source-dir") { Description = "The database that was changed (or --database).", HelpName = "DIR" };

    private static readonly Option<DateTimeOffset?> s_since = new("--since")
    {
        Description = "What was written after this time goes back: an ISO 8601 time, seconds since 1970, or how long ago, such as 24h.",
        HelpName = "TIME",
        CustomParser = ParseSince,
        Required = true,
    };

    private static readonly Option<ConflictResolution> s_resolution = new("--conflict-resolution")
    {
        Description = "Who holds where both have changed the same cell: LastWriteWins (the later one, by default), CassandraWins or CqliteWins.",
        HelpName = "NAME",
        CustomParser = ParseResolution,
    };

    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Write nothing, and list what would be done." };

    private static readonly Option<int?> s_most = new("--max-decisions") { Description = "Decisions of each table that are listed: 100 by default. Counts are exact beyond that.", HelpName = "COUNT" };

    public static Command Create()
    {
        s_resolution.CompletionSources.Add(Enum.GetNames<ConflictResolution>());
        Command command = new("sync", "Carries what a database has changed since a time back to a cluster, deletions too.") { s_database, DatabaseOpening.Snapshot, s_since, s_resolution, s_dryRun, s_most, ValidationRun.Report };
        MigrationOptions.AddChoiceTo(command);
        ConnectionOptions.OnlyTarget.AddTo(command);
        MigrationTarget.AddWritingTo(command, withState: false);
        ProgressOutput.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        string path = DatabaseOpening.RequirePath(parsed, parsed.GetValue(s_database));
        if (!ConnectionOptions.OnlyTarget.IsNamed(parsed))
            throw new UsageException("there is no cluster to write: name it with --target-hosts HOST (or CASSANDRA_HOSTS).");
        if (parsed.GetValue(s_since) is { } since && since > (parsed.GetValue(GlobalOptions.Now) ?? DateTimeOffset.UtcNow))
            throw new UsageException($"--since {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} is in the future: nothing was written after it.");
        int most = parsed.GetValue(s_most) ?? 100;
        SyncSettings settings = new(UnixMicros.Of(parsed.GetValue(s_since) ?? DateTimeOffset.UnixEpoch))
        {
            Tables = MigrationOptions.Tables(parsed),
            Resolution = parsed.GetValue(s_resolution),
            MaxDecisions = most >= 0 ? most : throw new UsageException($"--max-decisions can't be {most}."),
            Ranges = MigrationOptions.Ranges(parsed),
            NowSeconds = GlobalOptions.NowSeconds(parsed),
        };
        if (parsed.GetValue(ValidationRun.Report) is { } wanted)
            DocumentFile.RequireWritable(wanted, ValidationRun.Report.Name);
        ClusterWriting writing = MigrationTarget.Writing(parsed);
        using StoredSource database = StoredSource.Open(path, DatabaseOpening.Options(parsed, path));
        using CassandraConnection connection = await ConnectionOptions.OnlyTarget.ConnectAsync(parsed, stop).ConfigureAwait(false);
        using ClusterSource cluster = new(connection);
        Program.TakeTimeToStop();
        SyncReport report;
        bool isStopped = false;
        try
        {
            using ProgressOutput progress = new(parsed);
            Syncer syncer = new(database, cluster, settings, progress);
            report = parsed.GetValue(s_dryRun) ? await syncer.PlanAsync(stop).ConfigureAwait(false) : await syncer.ApplyAsync(new ClusterTarget(connection, writing), stop).ConfigureAwait(false);
        }
        catch (SyncStoppedException stopped)
        {
            report = stopped.Partial;
            isStopped = true;
        }

        if (parsed.GetValue(ValidationRun.Report) is { } file)
            report.Write(file);
        using StreamWriter output = StandardOutput.OpenText();
        if (asJson)
            output.WriteLine(report.ToJson());
        else
            WriteText(output, report);
        if (isStopped)
        {
            ErrorOutput.Hint("resume", $"stopped. Run the same command again with --since {Time(report.SinceMicros)}: what the cluster has already is not written twice.", asJson);
            return Program.Stopped;
        }

        return report.Tables.Any(t => t is { Message: not null, IsLeftOut: false }) ? Program.CouldNotRun
            : report.Tables.Any(t => t.IsLeftOut || t.RejectedRows > 0) ? Program.FoundWrong : 0;
    }

    private static void WriteText(TextWriter output, SyncReport report)
    {
        string verb = report.IsDryRun ? "would change" : "changed";
        foreach (TableSync table in report.Tables)
        {
            string name = $"{table.Keyspace}.{table.Table}";
            if (table.Message is { } message)
                Console.Error.WriteLine($"cqlite: {name}: {message}");
            if (table.IsLeftOut)
            {
                output.WriteLine($"{name}: left out");
                continue;
            }

            output.WriteLine(table.ChangedRows + table.Kept + table.Undecided == 0
                ? $"{name}: {(table.Message is null ? "nothing to do" : table.Share > 0 ? "nothing to do so far" : "not synced")}"
                : $"{name}: {VerifyOutput.Count(table.ChangedRows, "row")} {verb}: {VerifyOutput.Count(table.WrittenCells, "cell")} written, {VerifyOutput.Count(table.DeletedCells, "cell")} and {VerifyOutput.Count(table.DeletedRows, "row")} deleted; "
                + $"{VerifyOutput.Count(table.Conflicts, "conflict")}, {table.Kept.ToString("N0", CultureInfo.InvariantCulture)} kept by the cluster{Count(table.Undecided, "undecided")}{Count(table.RetimedCells, "with a later time")}{Count(table.FutureCells, "from the future: a clock is wrong")}{Count(table.RejectedRows, "rejected")}");
            foreach (SyncDecision decision in table.Decisions)
                output.WriteLine($"  {decision} (database {Time(decision.DatabaseMicros)}, cluster {(decision.ClusterMicros is { } micros ? Time(micros) : "none or not told")})");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"sync: since {Time(report.SinceMicros)}, {report.Resolution}, from {TransferReport.Describe(report.Source)} to {TransferReport.Describe(report.Target)}: {VerifyOutput.Count(report.Tables.Sum(t => t.ChangedRows), "row")}{(report.IsDryRun ? " would change; nothing was written" : " changed")}, {(report.EndedAt - report.StartedAt).TotalSeconds:0.0} s"));

        string Count(long count, string what) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {count:N0} {what}");
    }

    private static string Time(long micros) => Math.Abs(micros) < long.MaxValue / 100
        ? DateTime.UnixEpoch.AddMilliseconds(Math.Clamp((double)micros / MicrosPerMilli, -6e13, 2e14)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : micros.ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? ParseSince(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;

        // A bare number is a moment, and not so many seconds ago.
        if (!text.All(char.IsAsciiDigit) && TimeLength.TryParse(text, out TimeSpan ago))
            return DateTimeOffset.UtcNow - ago;
        if (GlobalOptions.TryParseTime(text, out DateTimeOffset time))
            return time;
        result.AddError($"--since '{text}': an ISO 8601 time such as 2026-01-31T12:00:00Z, seconds since 1970, or how long ago, such as 24h, is needed.");
        return null;
    }

    private static ConflictResolution ParseResolution(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string name = text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (Enum.GetNames<ConflictResolution>().FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
            return Enum.Parse<ConflictResolution>(known);
        result.AddError($"--conflict-resolution takes LastWriteWins, CassandraWins or CqliteWins, not '{text}'.");
        return default;
    }
}
