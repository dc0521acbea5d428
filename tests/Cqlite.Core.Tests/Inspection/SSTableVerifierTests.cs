using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Inspection;

/// <summary>Verification finds every damage of the corpus, and nothing in what Cassandra wrote.</summary>
public class SSTableVerifierTests
{
    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void Finds_nothing_in_what_Cassandra_wrote(CorpusTable table)
    {
        List<string> found = [];
        foreach (SSTableDescriptor descriptor in SSTableFolder.Find(PhysicalFileSystem.Instance, table.DataDirectory))
        {
            List<VerificationFinding> findings = [];
            VerificationSummary summary = Verify(descriptor, findings, VerificationDepth.Extended);
            Assert.True(summary.IsDataRead || findings.Count > 0);
            found.AddRange(findings.Select(f => $"{descriptor}: {f}"));
        }

        Assert.True(found.Count == 0, string.Join("\n", found.Take(20)));
    }

    [Theory]
    [DamagedCases]
    public void Finds_every_damage(DamagedCase damaged)
    {
        List<VerificationFinding> findings = [];
        SSTableDescriptor descriptor = Assert.Single(SSTableFolder.Find(PhysicalFileSystem.Instance, damaged.DataDirectory));
        VerificationSummary summary = Verify(descriptor, findings, VerificationDepth.Extended);
        string told = string.Join("\n", findings);
        TestContext.Current.TestOutputHelper?.WriteLine($"{damaged.Damage}\n{told}");

        // Cassandra's own tool, which ran over the case before it was recorded, made the removed TOC.txt anew.
        if (damaged.IsControl || damaged.Name == "toc-missing")
        {
            Assert.True(summary.IsValid, told);
            return;
        }

        Assert.False(summary.IsValid);
        Assert.All(findings, f => Assert.Equal(descriptor.PathOf(new SSTableComponent(f.Component)), f.File));
        Assert.Contains(findings, f => f.Component == damaged.Component || damaged.Component is "CompressionInfo.db" or "Digest.crc32" or "CRC.db");

        // A missing component may be one that can be made anew. (The tool removed the summary that was empty.)
        if (damaged is { VerifyLooked: true, VerifyExitCode: not 0 } && File.Exists(descriptor.PathOf(new SSTableComponent(damaged.Component!))))
            Assert.Contains(findings, f => f.Severity == FindingSeverity.Error);
    }

    [Theory]
    [InlineData(VerificationDepth.Quick, 0)]
    [InlineData(VerificationDepth.Digest, 1)]
    [InlineData(VerificationDepth.Full, 2)]
    public void Looks_as_deep_as_it_is_asked_to(VerificationDepth depth, int expected)
    {
        DamagedCase damaged = DamagedCase.Parse("damaged/5.0.9-nb data-bit-middle", null);
        List<VerificationFinding> findings = [];
        VerificationSummary summary = Verify(SSTableFolder.Find(PhysicalFileSystem.Instance, damaged.DataDirectory)[0], findings, depth);
        Assert.Equal(expected, findings.Count);
        Assert.Equal(expected, summary.ErrorCount);
    }

    [Fact]
    public void Goes_on_behind_a_damaged_partition()
    {
        DamagedCase damaged = DamagedCase.Parse("damaged/5.0.9-nb data-bit-middle", null);
        VerificationSummary whole = Verify(SSTableFolder.Find(PhysicalFileSystem.Instance, damaged.Undamaged.DataDirectory)[0], [], VerificationDepth.Full);
        VerificationSummary summary = Verify(SSTableFolder.Find(PhysicalFileSystem.Instance, damaged.DataDirectory)[0], [], VerificationDepth.Full);
        Assert.False(summary.IsDataRead);
        Assert.InRange(summary.PartitionCount, damaged.DumpPartitions + 1, whole.PartitionCount - 1);
    }

    [Fact]
    public void Tells_how_far_it_is_and_ends_when_told()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "wide", "rows");
        SSTableDescriptor descriptor = SSTableFolder.Find(PhysicalFileSystem.Instance, table.DataDirectory)[0];
        SSTableVerifier verifier = new(PhysicalFileSystem.Instance, descriptor);
        Reports reports = new();
        verifier.Verify(f => Assert.Fail(f.ToString()), reports, TestContext.Current.CancellationToken);
        Assert.Contains(reports, r => r.Step == VerificationStep.Digest && r.DoneBytes == r.TotalBytes);
        Assert.Contains(reports, r => r.Step == VerificationStep.Data && r.DoneBytes == r.TotalBytes);
        Assert.Throws<OperationCanceledException>(() => verifier.Verify(_ => { }, null, new CancellationToken(canceled: true)));
    }

    private static VerificationSummary Verify(SSTableDescriptor descriptor, List<VerificationFinding> findings, VerificationDepth depth) =>
        new SSTableVerifier(PhysicalFileSystem.Instance, descriptor, new SSTableVerifierOptions { Depth = depth })
            .Verify(findings.Add, cancellation: TestContext.Current.CancellationToken);

    private sealed class Reports : List<VerificationProgress>, IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => Add(value);
    }
}
