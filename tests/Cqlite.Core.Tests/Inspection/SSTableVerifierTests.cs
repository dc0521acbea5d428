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

    private static VerificationSummary Verify(SSTableDescriptor descriptor, List<VerificationFinding> findings, VerificationDepth depth) =>
        new SSTableVerifier(PhysicalFileSystem.Instance, descriptor, new SSTableVerifierOptions { Depth = depth })
            .Verify(findings.Add, cancellation: TestContext.Current.CancellationToken);
}
