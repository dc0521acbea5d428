using System.CommandLine;
using System.CommandLine.Parsing;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary>What the commands share that write SSTables again into another folder: where to, in which version, how compressed.</summary>
internal static class SSTableRewriting
{
    private static readonly Option<string> s_destination = new("--destination", "-o")
    {
        Description = "The folder for what is written; of several tables, each goes into a folder of its own below it.",
        HelpName = "DIR",
    };

    private static readonly Option<string> s_version = Choice.Option("--version", "VERSION", "The version to write; every release from 4.0 on reads nb.", ["nb", "oa", "da"]);

    private static readonly Option<string?> s_compression = Choice.OptionalOption("--compression", "NAME", "lz4, snappy, deflate, zstd or none; by default as the source.", RewriteCompression.Names);

    private static readonly Option<long?> s_chunkLength = new("--chunk-length")
    {
        Description = "Length of a chunk before compression, such as 16KB; by default as the source.",
        HelpName = "SIZE",
        CustomParser = ParseChunkLength,
    };

    private static readonly Option<bool> s_force = new("--force") { Description = "Write into a folder that has SSTables already, which stay as they are." };

    /// <summary><c>--max-size</c>: where the next SSTable begins.</summary>
    public static Option<long?> MaxSize { get; } = new("--max-size")
    {
        Description = "Begin another SSTable with the next partition once one has this size, such as 160MB; no limit by default.",
        HelpName = "SIZE",
        CustomParser = ParseMaxSize,
    };

    /// <summary>Adds the options to a command.</summary>
    public static Command With(Command command)
    {
        command.Arguments.Add(SSTableCommands.Paths);
        foreach (Option option in (Option[])[s_destination, s_version, s_compression, s_chunkLength, s_force])
            command.Options.Add(option);
        return command;
    }

    /// <summary>The version to write.</summary>
    public static SSTableVersion Version(ParseResult parsed) => SSTableVersion.OfName(parsed.GetRequiredValue(s_version));

    /// <summary>Bytes of a chunk; null for as many as the source has.</summary>
    public static int? ChunkLength(ParseResult parsed) => (int?)parsed.GetValue(s_chunkLength);

    /// <summary>Compression as the core takes it; null for the source's.</summary>
    /// <exception cref="UsageException">A length of chunks for what has none.</exception>
    public static IReadOnlyDictionary<string, string>? Compression(ParseResult parsed)
    {
        string? name = parsed.GetValue(s_compression);
        long? chunkLength = parsed.GetValue(s_chunkLength);
        return name == "none" && chunkLength is not null
            ? throw new UsageException("--chunk-length has no meaning with --compression none.")
            : RewriteCompression.Option(name, chunkLength);
    }

    /// <summary>Runs the work of each table in turn: what can't be done is told, and the rest goes on.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">Does it, and answers an exit code.</param>
    /// <returns>The largest of the exit codes.</returns>
    /// <exception cref="UsageException">There is no destination, or one that can't be.</exception>
    public static int Run(ParseResult parsed, Func<RewriteGroup, int> work)
    {
        string destination = parsed.GetValue(s_destination) ?? throw new UsageException($"'sstable {parsed.CommandResult.Command.Name}' needs a folder to write to: --destination DIR.");
        IReadOnlyList<RewriteGroup> groups;
        try
        {
            groups = RewritePlan.Of(SSTableCommands.Find(parsed), destination);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }

        if (!parsed.GetValue(s_force) && groups.FirstOrDefault(g => g.IsOccupied(PhysicalFileSystem.Instance)) is { } occupied)
            throw new UsageException($"'{occupied.OutputDirectory}' has SSTables already: name another folder, or give --force to write beside them.");
        return groups.Max(group => Try(parsed, () => work(group)));
    }

    /// <summary>Does something, or tells why not.</summary>
    public static int Try(ParseResult parsed, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (CqliteException e)
        {
            ErrorOutput.Write(e, parsed.GetValue(GlobalOptions.Json));
            return Program.CouldNotRun;
        }
    }

    /// <summary>Does something with a line of progress.</summary>
    public static T WithProgress<T>(string what, Func<IProgress<RewriteProgress>, T> work)
    {
        ByteProgress state = new();
        using (ProgressLine.OfBytes(what, () => (state.DoneBytes, state.TotalBytes)))
            return work(state);
    }

    /// <summary>A rewriting's outcome, as a line of text or JSON.</summary>
    public static string Describe(bool asJson, IReadOnlyList<SSTableDescriptor> sources, RewriteResult result, SSTableVersion version, long? gcGraceSeconds = null)
    {
        string[] from = [.. sources.Select(s => s.PathOf(SSTableComponent.Data))];
        string[] written = [.. result.Written.Select(s => s.PathOf(SSTableComponent.Data))];
        if (!asJson)
        {
            string counts = $"{VerifyOutput.Count(result.PartitionCount, "partition")}, {VerifyOutput.Count(result.RowCount, "row")}, {VerifyOutput.Count(result.CellCount, "cell")}";
            string omitted = result.OmittedComponents.Count == 0 ? "" : $"; left out, for a node makes them anew: {string.Join(", ", result.OmittedComponents)}";
            return $"{string.Join(", ", from)} -> {(written.Length == 0 ? "nothing" : string.Join(", ", written))}: {counts}{omitted}";
        }

        return JsonLine.Of(json =>
        {
            WriteArray("sources", from);
            WriteArray("written", written);
            json.WriteString("version", version.Name);
            json.WriteNumber("partitions", result.PartitionCount);
            json.WriteNumber("rows", result.RowCount);
            json.WriteNumber("cells", result.CellCount);
            json.WriteNumber("markers", result.MarkerCount);
            if (gcGraceSeconds is { } seconds)
                json.WriteNumber("gc_grace_s", seconds);
            WriteArray("omitted_components", result.OmittedComponents);

            void WriteArray(string name, IEnumerable<string> values)
            {
                json.WriteStartArray(name);
                foreach (string value in values)
                    json.WriteStringValue(value);
                json.WriteEndArray();
            }
        });
    }

    private static long? ParseChunkLength(ArgumentResult result) => ParseSize(result, "--chunk-length", RewriteCompression.IsChunkLength, RewriteCompression.ExpectedChunkLength);

    private static long? ParseMaxSize(ArgumentResult result) => ParseSize(result, "--max-size", static bytes => bytes > 0, "a size of at least one byte is needed, such as 160MB");

    private static long? ParseSize(ArgumentResult result, string option, Func<long, bool> isFit, string expected)
    {
        string text = result.Tokens[0].Value;
        if (ByteSize.TryParse(text, out long bytes) && isFit(bytes))
            return bytes;
        result.AddError($"{option} '{text}': {expected}.");
        return null;
    }

    /// <summary>Where the work stands, for the line of progress.</summary>
    private sealed class ByteProgress : IProgress<RewriteProgress>
    {
        public long DoneBytes { get; private set; }

        public long TotalBytes { get; private set; }

        public void Report(RewriteProgress value) => (DoneBytes, TotalBytes) = (value.DoneBytes, value.TotalBytes);
    }
}
