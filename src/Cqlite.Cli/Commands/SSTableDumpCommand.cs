using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable dump</c>: what Cassandra's sstabledump prints.</summary>
internal static class SSTableDumpCommand
{
    private static readonly Option<string> s_format = Choice.Option(
        "--format",
        "FORMAT",
        "sstabledump (one JSON array an SSTable), lines (JSON, a line a partition; as --json) or debug (text, a line a row, as sstabledump -d).",
        ["sstabledump", "lines", "debug"]);

    private static readonly Option<string?> s_release = Choice.OptionalOption(
        "--release",
        "RELEASE",
        "Print as the sstabledump of this release where releases differ: 3.0.6, 3.0.17, 3.11, 4.0, 4.1 or 5.0; by default as those that write the SSTable's version.",
        DumpReleases.Names);

    private static readonly Option<string[]> s_key = new("--key", "-k") { Description = "Dump only partitions of this key; may be repeated.", HelpName = "KEY" };

    private static readonly Option<string[]> s_excludeKey = new("--exclude-key", "-x") { Description = "Leave out partitions of this key; may be repeated.", HelpName = "KEY" };

    private static readonly Option<bool> s_keysOnly = new("--keys-only", "-e") { Description = "Print only the partition keys." };

    private static readonly Option<bool> s_rawTimestamps = new("--raw-timestamps", "-t") { Description = "Print times as numbers." };

    public static Command Create()
    {
        Command command = new("dump", "Prints partitions, rows, cells and tombstones of an SSTable.")
        {
            SSTableCommands.Paths, s_format, s_release, s_key, s_excludeKey, s_keysOnly, s_rawTimestamps,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        string format = Format(parsed);
        SSTableDumpOptions options = new()
        {
            Release = DumpReleases.Parse(parsed.GetValue(s_release)),
            JsonLines = format == "lines",
            Keys = parsed.GetValue(s_key) ?? [],
            ExcludedKeys = parsed.GetValue(s_excludeKey) ?? [],
            KeysOnly = parsed.GetValue(s_keysOnly),
            RawTimestamps = parsed.GetValue(s_rawTimestamps),
            NowSeconds = GlobalOptions.NowSeconds(parsed),
        };
        IReadOnlyList<SSTableDescriptor> found = SSTableCommands.Find(parsed);
        SSTableDefinitions definitions = new(parsed);
        using OutputStream output = StandardOutput.Open();
        foreach (SSTableDescriptor descriptor in found)
        {
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Names = definitions.Of(descriptor) });
            if (format == "debug")
            {
                new SSTableLineDump(sstable, options.Release).Write(output, stop);
                continue;
            }

            new SSTableDump(sstable, options).Write(output, stop);

            // sstabledump ends without an end of line; a prompt, the next array or a reader of lines needs one.
            if (!output.IsAtLineStart && (found.Count > 1 || options.JsonLines || !Console.IsOutputRedirected))
                output.Write("\n"u8);
        }

        return 0;
    }

    private static string Format(ParseResult parsed)
    {
        string format = parsed.GetRequiredValue(s_format);
        bool isDefault = parsed.GetResult(s_format) is null or { Implicit: true };
        if (parsed.GetValue(GlobalOptions.Json))
            return isDefault || format == "lines" ? "lines" : throw new UsageException($"--json prints a line of JSON a partition; with --format {format} it has no meaning.");
        if (format != "debug")
            return format;
        foreach (Option option in (Option[])[s_key, s_excludeKey, s_keysOnly, s_rawTimestamps])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} has no meaning with --format debug, which prints all rows, with times as numbers.");
        }

        return format;
    }
}
