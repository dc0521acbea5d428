using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable scrub</c>: salvages what decodes of damaged SSTables; exits with 1 when something is lost.</summary>
internal static class SSTableScrubCommand
{
    private static readonly Option<bool> s_omitUnverified = new("--omit-unverified")
    {
        Description = "Leave out rows whose part of the file, which is not compressed, has a wrong checksum, even where they decode.",
    };

    public static Command Create()
    {
        Command command = SSTableRewriting.With(new Command("scrub", "Salvages what decodes of damaged SSTables, and tells in a manifest what is lost."));
        command.Options.Add(s_omitUnverified);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        IReadOnlyDictionary<string, string>? compression = SSTableRewriting.Compression(parsed);
        SSTableDefinitions definitions = new(parsed);
        using StreamWriter output = StandardOutput.OpenText();
        return SSTableRewriting.Run(parsed, group =>
        {
            ScrubOptions options = new()
            {
                OutputDirectory = group.OutputDirectory,
                Version = SSTableRewriting.Version(parsed),
                Compression = compression,
                ChunkLengthBytes = SSTableRewriting.ChunkLength(parsed),
                OmitUnverified = parsed.GetValue(s_omitUnverified),
                Table = definitions.Named(group.Sources[0]),
            };
            SSTableScrubber scrubber = new(PhysicalFileSystem.Instance, options);
            return group.Sources.Max(source => SSTableRewriting.Try(parsed, () =>
            {
                ScrubResult result = SSTableRewriting.WithProgress($"{source.FilePrefix}Data.db", progress => scrubber.Scrub(source, progress, stop));
                Write(output, asJson, source, result);
                return result.IsComplete ? 0 : Program.FoundWrong;
            }));
        });
    }

    private static void Write(StreamWriter output, bool asJson, SSTableDescriptor source, ScrubResult result)
    {
        if (asJson)
        {
            output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("manifest", result.ManifestPath);
                ScrubManifest.WriteMembers(json, source, result);
            }));
        }
        else
        {
            string path = source.PathOf(SSTableComponent.Data);
            foreach (ScrubRepair repair in result.Repairs)
                output.WriteLine($"{path}: {repair.Component}{At(repair.Offset)}: {repair.Text}");
            foreach (ScrubLoss loss in result.Losses)
                output.WriteLine($"{path}: lost: {loss.Component}{At(loss.Start)} {(loss.End < 0 ? "to the end" : FormattableString.Invariant($"to {loss.End:N0}"))}{(loss.PartitionKey is { } key ? $", partition {key}" : "")}: {loss.Problem}");
            string verdict = result.IsComplete ? "nothing is lost" : FormattableString.Invariant($"stretches lost: {result.Losses.Count:N0}, listed in {result.ManifestPath}");
            output.WriteLine($"{path} -> {result.Written?.PathOf(SSTableComponent.Data) ?? "nothing"}: {VerifyOutput.Count(result.PartitionCount, "partition")}, {VerifyOutput.Count(result.RowCount, "row")}; {verdict}");
        }

        output.Flush();
    }

    private static string At(long offset) => offset < 0 ? "" : FormattableString.Invariant($" at {offset:N0}");
}
