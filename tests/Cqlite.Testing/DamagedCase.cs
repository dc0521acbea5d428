using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>A copy of one SSTable with one damage, and what Cassandra's tools said of it.</summary>
/// <remarks>A theory takes it as argument: its text, <c>damaged/5.0.9-nb data-bit-middle</c>, names the case and finds it again.</remarks>
public sealed class DamagedCase : IFormattable, IParsable<DamagedCase>
{
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, JsonElement>> Manifests = new(StringComparer.Ordinal);

    private readonly Lazy<JsonElement> entry;

    private DamagedCase(DamagedCaseEntry name)
    {
        At = name.At;
        Name = name.Name;
        entry = new(() => Manifests.GetOrAdd(At, ReadManifest)[Name]);
    }

    /// <summary>Every case; nothing is unpacked for it.</summary>
    public static IReadOnlyList<DamagedCase> All { get; } = [.. FixtureArchive.Index.DamagedCases.Select(name => new DamagedCase(name))];

    /// <summary>The node's folder: <c>damaged/5.0.9-nb</c>. The undamaged tables are tables of the corpus at the same place.</summary>
    public string At { get; }

    /// <summary>The case's name: <c>data-bit-middle</c>. <c>good</c> and <c>good-plain</c> are undamaged controls.</summary>
    public string Name { get; }

    /// <summary>Whether this is an undamaged control.</summary>
    public bool IsControl => Component is null;

    /// <summary>The table that was damaged: <c>packed</c> (compressed) or <c>plain</c>.</summary>
    public string Table => entry.Value.Text("table");

    /// <summary>The damaged component: <c>Data.db</c>; null of controls.</summary>
    public string? Component => entry.Value.TextOrNull("component");

    /// <summary>What was done to it, in words.</summary>
    public string Damage => entry.Value.Text("damage");

    /// <summary>The folder with the damaged SSTable.</summary>
    public string DataDirectory => Path.Combine(FixtureArchive.Folder(At), entry.Value.Text("dir").Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The undamaged table and its truth.</summary>
    public CorpusTable Undamaged => Corpus.Table(At, "damage", Table);

    /// <summary>The exit code of <c>sstableverify -e -f</c>.</summary>
    public int VerifyExitCode => entry.Value.GetProperty("verify_exit").GetInt32();

    /// <summary>Whether sstableverify came to verify the SSTable at all; when not, its exit code says nothing.</summary>
    public bool VerifyLooked => entry.Value.GetProperty("verify_looked").GetBoolean();

    /// <summary>The first line in which sstableverify complained; null when it did not.</summary>
    public string? VerifyFirstError => entry.Value.TextOrNull("verify_first_error");

    /// <summary>All that sstableverify printed.</summary>
    public IReadOnlyList<string> VerifyOutput => entry.Value.Texts("verify_output");

    /// <summary>How <c>sstabledump -l</c> went: <c>ends</c>, <c>throws</c>, or that it never ends.</summary>
    public string DumpOutcome => entry.Value.GetProperty("sstabledump").Text("outcome");

    /// <summary>How many partitions sstabledump printed before it ended or threw.</summary>
    public int DumpPartitions => entry.Value.GetProperty("sstabledump").GetProperty("partitions").GetInt32();

    /// <summary>What sstabledump threw.</summary>
    public string? DumpFirstError => entry.Value.GetProperty("sstabledump").TextOrNull("first_error");

    /// <summary><c>damaged/5.0.9-nb data-bit-middle</c>.</summary>
    public override string ToString() => $"{At} {Name}";

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public static DamagedCase Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var found) ? found : throw new FormatException($"There is no damaged case \"{s}\".");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out DamagedCase result)
    {
        result = All.FirstOrDefault(found => found.ToString() == s);
        return result is not null;
    }

    private static IReadOnlyDictionary<string, JsonElement> ReadManifest(string at)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(FixtureArchive.Folder(at), "manifest.json")));
        return document.RootElement.GetProperty("cases").EnumerateArray()
            .ToDictionary(found => found.Text("case"), found => found.Clone(), StringComparer.Ordinal);
    }
}
