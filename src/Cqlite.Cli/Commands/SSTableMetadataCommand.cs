using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable metadata</c>: what Cassandra's sstablemetadata prints; no data is read for it.</summary>
internal static class SSTableMetadataCommand
{
    public static Command Create()
    {
        Command command = new("metadata", "Prints what SSTables say of themselves, as sstablemetadata does; with --json, all there is to know.") { SSTableCommands.Paths };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        long now = GlobalOptions.NowSeconds(parsed) ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        SSTableDefinitions definitions = new(parsed);
        using StreamWriter output = StandardOutput.OpenText();
        bool isFirst = true;
        foreach (SSTableDescriptor descriptor in SSTableCommands.Find(parsed))
        {
            stop.ThrowIfCancellationRequested();
            SSTableReport report = SSTableReport.Read(PhysicalFileSystem.Instance, descriptor, definitions.Of(descriptor));
            if (asJson)
            {
                output.WriteLine(MetadataJson.Of(report, now));
                continue;
            }

            if (!isFirst)
                output.WriteLine();
            isFirst = false;
            SSTableReportText.Write(report, output, now);
        }

        return 0;
    }
}
