using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>Dumps of SSTables without what tells where they lie, so that two of the same content have the same text.</summary>
internal static partial class RewrittenSSTables
{
    /// <summary>The dump without positions, judged at one moment.</summary>
    public static string Dump(IFileSystem files, params IReadOnlyList<SSTableDescriptor> descriptors)
    {
        StringBuilder text = new();
        foreach (SSTableDescriptor descriptor in descriptors)
        {
            using SSTable sstable = SSTable.Open(files, descriptor);
            using MemoryStream output = new();
            SSTableDumpOptions options = new() { Release = DumpRelease.Release50, RawTimestamps = true, NowSeconds = 0, JsonLines = true };
            new SSTableDump(sstable, options).Write(output, TestContext.Current.CancellationToken);
            text.Append(Position().Replace(System.Text.Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length), "").TrimEnd('\n')).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The dump with the rows of each partition in the order of their text, for where order is not what is compared.</summary>
    public static string WithSortedRows(string dump) => string.Join('\n', dump.Split('\n').Select(static line =>
    {
        if (line.Length == 0)
            return line;
        JsonNode partition = JsonNode.Parse(line)!;
        JsonArray rows = partition["rows"]!.AsArray();
        string[] sorted = [.. rows.Select(r => r!.ToJsonString()).Order(StringComparer.Ordinal)];
        rows.Clear();
        return partition.ToJsonString() + string.Join(',', sorted);
    }));

    /// <summary>A row's content as text.</summary>
    public static string Describe(Row row)
    {
        StringBuilder text = new();
        text.Append(row.Liveness).Append(' ').Append(row.Deletion);
        foreach (Slice slice in row.ClusteringSlices)
            text.Append(' ').Append(slice.IsNull ? "null" : Convert.ToHexString(row.Bytes(slice)));
        foreach (ref readonly Cell cell in row.Cells)
        {
            text.Append($" [{cell.Column} @{cell.TimestampMicros} {cell.TtlSeconds} {cell.LocalDeletionSeconds} ")
                .Append(Convert.ToHexString(row.Path(cell))).Append('=').Append(Convert.ToHexString(row.Value(cell))).Append(']');
        }

        foreach (ComplexDeletion deletion in row.ComplexDeletions)
            text.Append(' ').Append(deletion);
        return text.ToString();
    }

    [GeneratedRegex("(,\"position\":[0-9]+)|(\"position\":[0-9]+,)")]
    private static partial Regex Position();
}

/// <summary>A disk in memory that rewritten SSTables go to; sources are the machine's files.</summary>
internal sealed class Rewrites
{
    public const string Folder = "/data/ks/table";

    /// <summary>Where results are.</summary>
    public SimulatedDisk Disk { get; init; } = new();

    /// <summary>Sources from the machine's disk, results to the one in memory.</summary>
    public IFileSystem Files => new ReadThroughFileSystem(Disk);

    public RewriteResult Convert(SSTableDescriptor source, Func<RewriteOptions, RewriteOptions>? with = null)
    {
        RewriteOptions options = new() { OutputDirectory = source.Index is null ? Folder : $"{Folder}/.{source.Index}" };
        return new SSTableConverter(Files, with?.Invoke(options) ?? options).Convert(source, cancellation: TestContext.Current.CancellationToken);
    }

    public RewriteResult Merge(IReadOnlyList<SSTableDescriptor> sources, Func<MergeOptions, MergeOptions>? with = null)
    {
        MergeOptions options = new() { OutputDirectory = Folder };
        return new SSTableMerger(Files, with?.Invoke(options) ?? options).Merge(sources, cancellation: TestContext.Current.CancellationToken);
    }

    public ScrubResult Scrub(SSTableDescriptor source, Func<ScrubOptions, ScrubOptions>? with = null)
    {
        ScrubOptions options = new() { OutputDirectory = Folder };
        return new SSTableScrubber(Files, with?.Invoke(options) ?? options).Scrub(source, cancellation: TestContext.Current.CancellationToken);
    }

    /// <summary>Writes what a cursor shows as the next SSTable of a folder of sources.</summary>
    public SSTableDescriptor Write(UnfilteredCursor cursor, Func<SSTableWriterOptions, SSTableWriterOptions>? with = null)
    {
        const string sources = "/sources/ks/table";
        Disk.CreateDirectory(sources);
        SSTableWriterOptions options = SSTableWriterOptions.For(cursor.Table, SerializationHeader.Of(cursor.Table, EncodingStats.None));
        options = with?.Invoke(options) ?? options;
        using SSTableTransaction transaction = new(Disk, sources, options.Version, "write");
        SSTableIdSource ids = new(SSTableFolder.FindIn(Disk, sources).Select(d => d.Id), useUuids: false);
        using SSTableSetWriter writer = new(Disk, transaction, ids.Next, cursor.Table, options, long.MaxValue);
        using (cursor)
            writer.Append(cursor, TestContext.Current.CancellationToken);
        writer.Finish();
        transaction.Commit();
        return writer.Finished.Single();
    }

    /// <summary>The same for all of an SSTable.</summary>
    public SSTableDescriptor Copy(SSTableDescriptor source, Func<SSTableWriterOptions, SSTableWriterOptions> with)
    {
        using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, source);
        return Write(sstable.Read(ReadRequest.All), with);
    }

    public void RequireSound(SSTableDescriptor descriptor)
    {
        List<VerificationFinding> findings = [];
        new SSTableVerifier(Disk, descriptor, new SSTableVerifierOptions { Depth = VerificationDepth.Extended })
            .Verify(findings.Add, cancellation: TestContext.Current.CancellationToken);
        Assert.True(findings.Count == 0, $"{descriptor}\n{string.Join('\n', findings)}");
    }
}
