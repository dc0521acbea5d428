using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Inspection;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.Query;
using Cqlite.Core.Tests.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Compaction;

/// <summary>What Cassandra wrote, compacted, reads as before: every value with its timestamp and expiry.</summary>
public sealed class CorpusCompactionTests
{
    [Theory]
    [CorpusTables(Theme = "multi,deletes,counters", WithSSTables = true)]
    public void Rows_stay_what_they_were(CorpusTable table)
    {
        IReadOnlyList<SSTableDescriptor> sources = CorpusSSTables.Find(table);
        if (sources.Count < 2)
            return;
        TableMetadata definition = CorpusDatabase.Of(table.Node).Database.Schema.Table(table.Keyspace, table.Name)!;
        SimulatedDisk disk = new();
        foreach (string file in Directory.GetFiles(sources[0].Directory))
            disk.Put($"{CompactionTable.Folder}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        long now = table.ReadAtMillis!.Value / 1000;
        using CompactionTable compacted = new(disk, definition);
        string before = compacted.LiveText(now);
        CompactionResult result = compacted.Compact(now)!;
        TextDifference.Require(before, compacted.LiveText(now), table.ToString());
        foreach (SSTableDescriptor written in result.Written)
        {
            List<VerificationFinding> findings = [];
            new SSTableVerifier(disk, written, new SSTableVerifierOptions { Depth = VerificationDepth.Extended })
                .Verify(findings.Add, cancellation: TestContext.Current.CancellationToken);
            Assert.True(findings.Count == 0, string.Join('\n', findings));
        }

        // Long after, all that can go goes, and what is left is what had no end.
        long late = now + (100L * 365 * 86_400);
        string lateBefore = compacted.LiveText(late);
        if (compacted.SSTables.Count > 0)
            compacted.Compact(late);
        TextDifference.Require(lateBefore, compacted.LiveText(late), table.ToString());
    }
}
