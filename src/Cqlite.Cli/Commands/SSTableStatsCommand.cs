using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable stats</c>: what is in the SSTables of a table, counted by reading them: largest partitions, distributions, tombstones, overlap.</summary>
internal static class SSTableStatsCommand
{
    private static readonly Option<int> s_top = new("--top")
    {
        Description = "How many of the largest partitions are told, in each order.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => SSTableMeasurementOptions.Default.TopCount,
        CustomParser = result => (int)ParseCount(result, "--top", 1_000_000),
    };

    private static readonly Option<long?> s_gcGrace = new("--gc-grace-seconds")
    {
        Description = "How long tombstones must be kept before they count as droppable; by default the table's gc_grace_seconds, or 864000 where no schema tells.",
        HelpName = "SECONDS",
        CustomParser = result => ParseCount(result, "--gc-grace-seconds", int.MaxValue),
    };

    public static Command Create()
    {
        Command command = new("stats", "Reads SSTables and counts: largest partitions, distributions, tombstones, and how SSTables of one table overlap.")
        {
            SSTableCommands.Paths, s_top, s_gcGrace,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        SSTableMeasurementOptions options = new()
        {
            TopCount = parsed.GetValue(s_top),
            NowSeconds = GlobalOptions.NowSeconds(parsed),
        };
        IReadOnlyList<SSTableDescriptor> found = SSTableCommands.Find(parsed);
        SSTableDefinitions definitions = new(parsed);
        using StreamWriter output = StandardOutput.OpenText();
        bool isFirst = true;
        foreach (IGrouping<string, SSTableDescriptor> table in found.GroupBy(d => d.Directory, StringComparer.Ordinal))
        {
            SSTableMeasurement measurement = Measure([.. table], definitions, parsed.GetValue(s_gcGrace), options, stop);
            if (asJson)
            {
                output.WriteLine(MeasurementJson.Of(table.First(), measurement));
            }
            else
            {
                if (!isFirst)
                    output.WriteLine();
                isFirst = false;
                output.WriteLine($"{SSTableCommands.TableName(table.First())} in {table.Key}");
                SSTableMeasurementText.Write(measurement, output);
            }

            output.Flush();
        }

        return 0;
    }

    private static SSTableMeasurement Measure(IReadOnlyList<SSTableDescriptor> descriptors, SSTableDefinitions definitions, long? gcGrace, SSTableMeasurementOptions options, CancellationToken stop)
    {
        List<SSTable> sstables = [];
        try
        {
            foreach (SSTableDescriptor descriptor in descriptors)
                sstables.Add(SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Names = definitions.Of(descriptor) }));
            options = options with { GcGraceSeconds = gcGrace ?? sstables[0].Table.Options.GcGraceSeconds };
            ByteProgress state = new();
            using (ProgressLine.OfBytes(SSTableCommands.TableName(descriptors[0]), () => (state.DoneBytes, state.TotalBytes)))
                return new SSTableMeasure(sstables, options).Run(state, stop);
        }
        finally
        {
            sstables.ForEach(s => s.Dispose());
        }
    }

    /// <summary>An option's number.</summary>
    public static long ParseCount(ArgumentResult result, string option, long most)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count <= most)
            return count;
        result.AddError($"{option} takes a number from 0 to {most.ToString("N0", CultureInfo.InvariantCulture)}, not '{text}'.");
        return 0;
    }

    /// <summary>Where a measurement stands, for the line of progress.</summary>
    private sealed class ByteProgress : IProgress<MeasurementProgress>
    {
        public long DoneBytes { get; private set; }

        public long TotalBytes { get; private set; }

        public void Report(MeasurementProgress value) => (DoneBytes, TotalBytes) = (value.DoneBytes, value.TotalBytes);
    }
}
