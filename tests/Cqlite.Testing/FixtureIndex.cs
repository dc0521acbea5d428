using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>What the index keeps of one archive.</summary>
/// <param name="Name">The archive's file name without extension.</param>
/// <param name="Sha256">SHA-256 of the archive, lower-case hex: names the folder it is unpacked to, and tells a damaged checkout.</param>
/// <param name="Files">How many files it holds.</param>
/// <param name="UnpackedBytes">How many bytes they have together.</param>
public sealed record FixtureArchiveEntry(string Name, string Sha256, int Files, long UnpackedBytes);

/// <summary>One case of a damaged SSTable, as the index names it.</summary>
/// <param name="At">The folder of the node: <c>damaged/5.0.9-nb</c>.</param>
/// <param name="Name">The case's name: <c>data-bit-middle</c>.</param>
public sealed record DamagedCaseEntry(string At, string Name);

/// <summary>One script of CQL statements, as the index names it.</summary>
/// <param name="Path">Path in the archive: <c>ddl/alter-table.cqlt</c>.</param>
/// <param name="Requires">What its first line says that the node must offer beyond its defaults.</param>
public sealed record CqlScriptEntry(string Path, IReadOnlyList<string> Requires);

/// <summary>
/// tests/Fixtures/index.json: all that test discovery asks for (archives, tables, cases, scripts, conversations), readable without
/// unpacking any archive.
/// </summary>
public sealed class FixtureIndex
{
    /// <summary>The file's name in the folder of fixtures.</summary>
    public const string FileName = "index.json";

    private FixtureIndex(
        IReadOnlyDictionary<string, FixtureArchiveEntry> archives,
        IReadOnlyList<CorpusTable> tables,
        IReadOnlyList<DamagedCaseEntry> damagedCases,
        IReadOnlyList<CqlScriptEntry> scripts,
        IReadOnlyList<string> conversations)
    {
        Archives = archives;
        Tables = tables;
        DamagedCases = damagedCases;
        Scripts = scripts;
        Conversations = conversations;
    }

    /// <summary>The archives by name.</summary>
    public IReadOnlyDictionary<string, FixtureArchiveEntry> Archives { get; }

    /// <summary>Every table of every node.</summary>
    public IReadOnlyList<CorpusTable> Tables { get; }

    /// <summary>Every damaged SSTable.</summary>
    public IReadOnlyList<DamagedCaseEntry> DamagedCases { get; }

    /// <summary>Every script of CQL statements.</summary>
    public IReadOnlyList<CqlScriptEntry> Scripts { get; }

    /// <summary>The names of the recorded conversations of the native protocol.</summary>
    public IReadOnlyList<string> Conversations { get; }

    /// <summary>Reads the index of a folder of fixtures.</summary>
    public static FixtureIndex Read(string fixturesFolder)
    {
        using var stream = File.OpenRead(Path.Combine(fixturesFolder, FileName));
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        return new FixtureIndex(
            root.GetProperty("archives").EnumerateArray()
                .Select(entry => new FixtureArchiveEntry(
                    entry.Text("name"), entry.Text("sha256"), entry.GetProperty("files").GetInt32(), entry.GetProperty("bytes").GetInt64()))
                .ToDictionary(entry => entry.Name, StringComparer.Ordinal),
            [.. root.GetProperty("tables").EnumerateArray().Select(CorpusTable.FromJson)],
            [.. root.GetProperty("damaged").EnumerateArray().Select(entry => new DamagedCaseEntry(entry.Text("at"), entry.Text("case")))],
            [.. root.GetProperty("scripts").EnumerateArray().Select(entry => new CqlScriptEntry(entry.Text("path"), entry.Texts("requires")))],
            root.Texts("conversations"));
    }
}
