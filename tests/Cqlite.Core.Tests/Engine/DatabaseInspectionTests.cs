using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>What verification says of a commit log that is damaged; the rest of the database is looked at nevertheless.</summary>
public sealed class DatabaseInspectionTests
{
    private const int Rows = 60;

    /// <summary>The head of a segment is reported as a whole, at its checksum.</summary>
    private const int HeadBytes = 64;

    [Fact]
    public void A_log_that_is_whole_is_no_finding()
    {
        using LoggedDatabase database = new();
        DatabaseInspection inspection = database.Inspect();
        Assert.Empty(inspection.Findings);
        Assert.True(inspection.CommitLog!.Mutations >= Rows);
    }

    /// <summary>Wherever bytes of a segment change that is not the youngest, it is named, and the place from which on it can't be read.</summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_byte_that_changed_is_reported_by_segment_and_offset(double place)
    {
        using LoggedDatabase database = new();
        string segment = database.Segments[0];
        byte[] bytes = File.ReadAllBytes(segment);
        int at = (int)((database.UsedBytes(segment) - 1) * place);
        bytes[at] ^= 0x40;
        File.WriteAllBytes(segment, bytes);
        DatabaseFinding finding = database.SoleFinding(segment);
        Assert.InRange(OffsetOf(finding), 0, Math.Max(at, HeadBytes));
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_segment_that_was_cut_is_reported_by_name_and_offset(double place)
    {
        using LoggedDatabase database = new();
        string segment = database.Segments[0];
        int length = (int)(database.UsedBytes(segment) * place);
        File.WriteAllBytes(segment, File.ReadAllBytes(segment)[..length]);
        DatabaseFinding finding = database.SoleFinding(segment);
        Assert.InRange(OffsetOf(finding), 0, length);
    }

    /// <summary>A crash tears the youngest segment: what is whole of it counts, and nothing is wrong.</summary>
    [Fact]
    public void The_youngest_segment_may_be_torn()
    {
        using LoggedDatabase database = new();
        string segment = database.Segments[^1];
        long used = database.UsedBytes(segment);
        File.WriteAllBytes(segment, File.ReadAllBytes(segment)[..(int)(used - 3)]);
        DatabaseInspection inspection = database.Inspect();
        Assert.Empty(inspection.Findings);
        Assert.Equal(segment, inspection.CommitLog!.TornSegment);
    }

    // Errors tell where as "at byte 1,234".
    private static long OffsetOf(DatabaseFinding finding)
    {
        const string mark = "at byte ";
        int start = finding.Text.IndexOf(mark, StringComparison.Ordinal);
        Assert.True(start >= 0, finding.Text);
        string digits = string.Concat(finding.Text[(start + mark.Length)..].TakeWhile(c => char.IsAsciiDigit(c) || c == ','));
        return long.Parse(digits.TrimEnd(','), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    /// <summary>A closed database of which several segments of the log were not flushed.</summary>
    private sealed class LoggedDatabase : IDisposable
    {
        private static readonly DatabaseOptions s_smallSegments = new() { CommitLogSegmentBytes = 64 * 1024 };
        private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");

        public LoggedDatabase()
        {
            Database.Create(_folder);
            using QueryEngine queries = QueryEngine.Open(_folder, s_smallSegments);
            queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
            queries.Execute("CREATE TABLE k.t (id int PRIMARY KEY, v text)").Dispose();
            string value = new('x', 4000);
            for (int i = 0; i < Rows; i++)
                queries.Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO k.t (id, v) VALUES ({i}, '{value}')")).Dispose();
            Segments = CommitLogFiles.Find(PhysicalFileSystem.Instance, Path.Combine(_folder, "commitlog"));
            Assert.True(Segments.Count > 2);
        }

        public IReadOnlyList<string> Segments { get; }

        /// <summary>Bytes of a segment without the zeroes at its end.</summary>
        public long UsedBytes(string segment) => File.ReadAllBytes(segment).AsSpan().TrimEnd((byte)0).Length;

        public DatabaseInspection Inspect() => DatabaseInspection.Of(_folder, QueryEngine.ReadSchema);

        public DatabaseFinding SoleFinding(string segment)
        {
            DatabaseFinding finding = Assert.Single(Inspect().Findings);
            Assert.Equal((FindingSeverity.Error, DatabasePart.CommitLog, segment), (finding.Severity, finding.Part, finding.Path));
            return finding;
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
