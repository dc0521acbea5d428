using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Inspection;

/// <summary>Reports against what each release's own sstablemetadata printed.</summary>
public partial class SSTableReportTests
{
    /// <summary>Depends on the moment at which the tool ran, or on the folder.</summary>
    private static readonly string[] s_passing = ["SSTable", "Estimated droppable tombstones"];

    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void Tells_what_sstablemetadata_told(CorpusTable table)
    {
        List<string> differences = [];
        foreach (string name in table.SSTables)
        {
            if (table.Metadata(name) is not { } recorded)
                continue;
            SSTableDescriptor descriptor = SSTableDescriptor.Parse(Path.Combine(table.DataDirectory, $"{name}-Data.db"));
            using StringWriter actual = new(CultureInfo.InvariantCulture);
            SSTableReportText.Write(SSTableReport.Read(PhysicalFileSystem.Instance, descriptor), actual, nowSeconds: 0);
            differences.AddRange(Compare(recorded, actual.ToString()).Select(d => $"{name} by {recorded.Release}: {d}"));
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static IEnumerable<string> Compare(ToolOutput recorded, string actual)
    {
        if (recorded.Release.StartsWith("5.", StringComparison.Ordinal))
        {
            string[] expectedLines = recorded.Text.Split('\n');
            string[] actualLines = actual.Split('\n');
            foreach ((string expected, string line) in expectedLines.Zip(actualLines))
            {
                if (expected != line && !s_passing.Contains(expected.Split(':')[0]) && !SameColumns(expected, line) && !AboutEqual(expected, line))
                    yield return $"{expected} != {line}";
            }

            if (expectedLines.Length != actualLines.Length)
                yield return $"{expectedLines.Length} lines != {actualLines.Length}";
            yield break;
        }

        // Older tools print fewer fields, and in other forms: what stands in them must stand in ours.
        Dictionary<string, string> fields = Fields(actual);
        int compared = 0;
        foreach ((string name, string recordedValue) in Fields(recorded.Text))
        {
            if (s_passing.Contains(name) || !fields.TryGetValue(name, out string? ours))
                continue;
            compared++;

            // Keys are printed as the releases print values, which is not looked at here.
            string value = recordedValue;
            if (name is "First token" or "Last token")
                value = value.Split(" (")[0];
            if (!Parts(ours).IsSupersetOf(Parts(value)) && !SameColumns(value, ours) && !AboutEqual($"{name}: {value}", $"{name}: {ours}"))
                yield return $"{name}: {value} != {ours}";
        }

        if (compared < 8)
            yield return $"only {compared} fields were compared";
    }

    /// <summary>The tool corrects its estimate by tables of measured bias, we by a formula: they differ by little.</summary>
    private static bool AboutEqual(string left, string right)
    {
        const string label = "Estimated cardinality: ";
        if (!left.StartsWith(label, StringComparison.Ordinal) || !right.StartsWith(label, StringComparison.Ordinal))
            return false;
        double expected = double.Parse(left[label.Length..], CultureInfo.InvariantCulture);
        return Math.Abs(double.Parse(right[label.Length..], CultureInfo.InvariantCulture) - expected) <= expected / 50;
    }

    /// <summary>The tool prints columns in the order of a hash table.</summary>
    private static bool SameColumns(string left, string right) =>
        Sorted(left).SequenceEqual(Sorted(right), StringComparer.Ordinal);

    private static IEnumerable<string> Sorted(string text) => ColumnsLabel().Replace(text, "").Trim(' ', '{', '}').Split(", ").Order(StringComparer.Ordinal);

    private static Dictionary<string, string> Fields(string text) => FieldLine().Matches(text)
        .DistinctBy(m => m.Groups[1].Value)
        .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim(), StringComparer.Ordinal);

    /// <summary>What stands before and in parentheses, numbers and names as 5.0 has them.</summary>
    private static HashSet<string> Parts(string value)
    {
        string text = value.Replace("ReplayPosition(", "CommitLogPosition(", StringComparison.Ordinal).Replace("key=", "", StringComparison.Ordinal);
        if (text is "2147483647" or "2147483647 (no tombstones)")
            text = "9223372036854775807";
        Match match = WithComment().Match(text);
        string[] parts = match.Success && !text.Contains("CommitLog", StringComparison.Ordinal) ? [match.Groups[1].Value, match.Groups[2].Value] : [text];
        return [.. parts.Select(p => double.TryParse(p, CultureInfo.InvariantCulture, out double number) && p.Contains('.', StringComparison.Ordinal) ? number.ToString("R", CultureInfo.InvariantCulture) : p)];
    }

    [GeneratedRegex("^(Static|Regular)Columns: ")]
    private static partial Regex ColumnsLabel();

    [GeneratedRegex("^([A-Za-z][A-Za-z ]*):(.*)$", RegexOptions.Multiline)]
    private static partial Regex FieldLine();

    [GeneratedRegex("^(.*?) \\((.*)\\)$", RegexOptions.Singleline)]
    private static partial Regex WithComment();
}
