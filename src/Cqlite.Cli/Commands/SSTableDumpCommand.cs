using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable dump</c>: what Cassandra's sstabledump prints.</summary>
internal static class SSTableDumpCommand
{
    private static readonly Option<string> s_format = new("--format")
    {
        Description = "sstabledump (JSON) or lines (JSON, a line a partition).",
        DefaultValueFactory = _ => "sstabledump",
    };

    private static readonly Option<string?> s_release = new("--release")
    {
        Description = "Print as the sstabledump of this release where releases differ: 3.0.6, 3.0.17, 3.11, 4.0, 4.1 or 5.0; by default as those that write the SSTable's version.",
    };

    private static readonly Option<string[]> s_key = new("--key", "-k") { Description = "Dump only partitions of this key; may be repeated." };

    private static readonly Option<string[]> s_excludeKey = new("--exclude-key", "-x") { Description = "Leave out partitions of this key; may be repeated." };

    private static readonly Option<bool> s_keysOnly = new("--keys-only", "-e") { Description = "Print only the partition keys." };

    private static readonly Option<bool> s_rawTimestamps = new("--raw-timestamps", "-t") { Description = "Print times as numbers." };

    public static Command Create()
    {
        s_format.AcceptOnlyFromAmong("sstabledump", "lines");
        s_release.AcceptOnlyFromAmong([.. DumpReleases.Names]);
        Command command = new("dump", "Prints partitions, rows, cells and tombstones of an SSTable.")
        {
            SSTableCommands.Paths, s_format, s_release, s_key, s_excludeKey, s_keysOnly, s_rawTimestamps,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        string format = parsed.GetRequiredValue(s_format);
        SSTableDumpOptions options = new()
        {
            Release = DumpReleases.Parse(parsed.GetValue(s_release)),
            JsonLines = format == "lines" || parsed.GetValue(GlobalOptions.Json),
            Keys = parsed.GetValue(s_key) ?? [],
            ExcludedKeys = parsed.GetValue(s_excludeKey) ?? [],
            KeysOnly = parsed.GetValue(s_keysOnly),
            RawTimestamps = parsed.GetValue(s_rawTimestamps),
            NowSeconds = parsed.GetValue(GlobalOptions.Now)?.ToUnixTimeSeconds(),
        };
        using Stream output = Console.OpenStandardOutput();
        foreach (SSTableDescriptor descriptor in SSTableCommands.Find(parsed.GetRequiredValue(SSTableCommands.Paths)))
        {
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            new SSTableDump(sstable, options).Write(output, stop);
            if (!Console.IsOutputRedirected && !options.JsonLines)
                output.WriteByte((byte)'\n');
        }

        return 0;
    }
}
