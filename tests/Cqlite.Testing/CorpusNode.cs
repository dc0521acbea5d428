using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>One node of Cassandra: its data directory and what it said of its keyspaces.</summary>
/// <remarks>
/// <code>
/// data/KEYSPACE/TABLE-ID/...          as in Cassandra's data directory
/// commitlog/                          of killed nodes
/// index.json                          columns and facts of each table
/// truth/KEYSPACE/schema.cql           schema.json  ops.jsonl
/// truth/KEYSPACE/TABLE/select.jsonl   dump/  metadata/
/// </code>
/// </remarks>
public sealed class CorpusNode
{
    private readonly Lazy<Dictionary<(string Keyspace, string Name), CorpusTableDetails>> details;

    private CorpusNode(string at, string folder)
    {
        At = at;
        Folder = folder;
        details = new(ReadDetails);
    }

    /// <summary>The folder's name in the corpus: <c>5.0.9-nb</c>, <c>killed/5.0.9-nb</c>.</summary>
    public string At { get; }

    /// <summary>The folder, unpacked.</summary>
    public string Folder { get; }

    /// <summary>The node's data directory: folders of keyspaces.</summary>
    public string DataDirectory => Path.Combine(Folder, "data");

    /// <summary>The node's commit log; only of killed nodes.</summary>
    public string CommitLogDirectory => Path.Combine(Folder, "commitlog");

    /// <summary>The tables of this node.</summary>
    public IEnumerable<CorpusTable> Tables => Corpus.Tables.Where(table => table.At == At);

    /// <summary>The keyspaces that truth was recorded of.</summary>
    public IReadOnlyList<string> Keyspaces =>
        [.. Directory.EnumerateDirectories(Path.Combine(Folder, "truth")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>DESCRIBE KEYSPACE ... WITH INTERNALS, for 3.x the statements executed; null where neither was recorded.</summary>
    public string? SchemaCql(string keyspace) => ReadIfExists(keyspace, "schema.cql") is { } path ? File.ReadAllText(path) : null;

    /// <summary>The keyspace's rows of system_schema: an object with an array of rows for each of its tables; null where not recorded.</summary>
    public JsonDocument? SchemaRows(string keyspace) =>
        ReadIfExists(keyspace, "schema.json") is { } path ? JsonDocument.Parse(File.ReadAllBytes(path)) : null;

    /// <summary>The statements that made the keyspace, in order; empty where they were not recorded.</summary>
    public IEnumerable<CorpusOperation> Operations(string keyspace) =>
        ReadIfExists(keyspace, "ops.jsonl") is { } path ? CorpusOperation.ReadFile(path) : [];

    internal static CorpusNode Open(string at) => new(at, FixtureArchive.Folder(at));

    internal CorpusTableDetails Details(CorpusTable table) => details.Value[(table.Keyspace, table.Name)];

    private string? ReadIfExists(string keyspace, string file)
    {
        var path = Path.Combine(Folder, "truth", keyspace, file);
        return File.Exists(path) ? path : null;
    }

    private Dictionary<(string Keyspace, string Name), CorpusTableDetails> ReadDetails()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, FixtureIndex.FileName)));
        return document.RootElement.GetProperty("tables").EnumerateArray().ToDictionary(
            table => (table.Text("keyspace"), table.Text("table")),
            table => new CorpusTableDetails(
                [
                    .. table.GetProperty("columns").EnumerateArray().Select(column => new CorpusColumn(
                        column.Text("name"), column.Text("kind"), column.GetProperty("position").GetInt32(), column.Text("order"), column.Text("type"))),
                ],
                table.Texts("flags")));
    }
}

/// <summary>What only a node's own index tells of a table.</summary>
internal sealed record CorpusTableDetails(IReadOnlyList<CorpusColumn> Columns, IReadOnlyList<string> Flags);
