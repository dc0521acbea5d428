using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>One table of one node, and the truth about it. Properties that touch files unpack the node's archive.</summary>
/// <remarks>A theory takes it as argument: its text, <c>5.0.9-nb types.lists</c>, names the case and finds it again.</remarks>
public sealed class CorpusTable : IFormattable, IParsable<CorpusTable>
{
    private CorpusTable(JsonElement entry)
    {
        At = entry.Text("at");
        Release = entry.Text("release");
        Format = entry.TextOrNull("format");
        Theme = entry.Text("theme");
        Keyspace = entry.Text("keyspace");
        Name = entry.Text("table");
        Id = entry.GetProperty("id").GetGuid();
        Dir = entry.Text("dir");
        SSTables = entry.Texts("sstables");
        RowCount = entry.Int64OrNull("rows");
        SelectPath = entry.Text("select");
        ReadAtMillis = entry.Int64OrNull("read_at_ms");
        Notes = entry.Texts("notes");
    }

    /// <summary>The node's folder: <c>5.0.9-nb</c>, <c>killed/5.0.9-nb</c>. All paths are relative to it.</summary>
    public string At { get; }

    /// <summary>The release of Cassandra that wrote the table.</summary>
    public string Release { get; }

    /// <summary>The version letters of its SSTables: <c>nb</c>; null where it has none.</summary>
    public string? Format { get; }

    /// <summary>What the table shows: types, keys, deletes, ...</summary>
    public string Theme { get; }

    /// <summary>The keyspace's name, as it is (not quoted).</summary>
    public string Keyspace { get; }

    /// <summary>The table's name, as it is (not quoted).</summary>
    public string Name { get; }

    /// <summary>The table's id.</summary>
    public Guid Id { get; }

    /// <summary>The folder of its SSTables, relative to the node's.</summary>
    public string Dir { get; }

    /// <summary>Its SSTables, as their files begin: <c>nb-1-big</c>.</summary>
    public IReadOnlyList<string> SSTables { get; }

    /// <summary>How many rows SELECT * returned; null where it failed.</summary>
    public long? RowCount { get; }

    /// <summary>The recorded answer of SELECT *, relative to the node's folder.</summary>
    public string SelectPath { get; }

    /// <summary>When SELECT * ran, in milliseconds since 1970: the "now" of its TTLs. Null where that was not noted.</summary>
    public long? ReadAtMillis { get; }

    /// <summary>What is special, such as a dump that is missing.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The node that wrote the table.</summary>
    public CorpusNode Node => Corpus.Node(At);

    /// <summary>The folder of its SSTables. It does not exist where a killed node had not flushed the table.</summary>
    public string DataDirectory => Path.Combine(Node.Folder, Local(Dir));

    /// <summary>The columns: partition key, clustering, then static and regular ones, as Cassandra orders them.</summary>
    public IReadOnlyList<CorpusColumn> Columns => Node.Details(this).Columns;

    /// <summary>The flags of system_schema.tables: compound, dense, counter, super.</summary>
    public IReadOnlyList<string> Flags => Node.Details(this).Flags;

    /// <summary>The text of <c>schema.cql</c> of the keyspace: DESCRIBE ... WITH INTERNALS, for 3.x the statements executed; null where there is none.</summary>
    public string? SchemaCql => Node.SchemaCql(Keyspace);

    /// <summary>Whether SELECT * was answered: on two tables the release itself failed.</summary>
    public bool HasSelect => RowCount is not null;

    /// <summary>The answer of SELECT *, row by row, in the order of the node.</summary>
    public IEnumerable<SelectTruthRow> SelectRows() => SelectTruthRow.ReadFile(SelectFile);

    /// <summary>The file of the answer of SELECT *.</summary>
    /// <exception cref="InvalidOperationException">The release failed to answer: <see cref="HasSelect"/> is false.</exception>
    public string SelectFile => HasSelect
        ? Path.Combine(Node.Folder, Local(SelectPath))
        : throw new InvalidOperationException($"{this}: SELECT * has no recorded answer ({string.Join("; ", Notes)}).");

    /// <summary>
    /// What sstabledump printed as JSON; null where no release could, or it was not asked. Before 3.0.24 it prints bare <c>NaN</c> and
    /// <c>Infinity</c>, so that nine dumps of 3.0.17-mc (in random and types) are no JSON.
    /// </summary>
    public ToolOutput? Dump(string sstable) => Find("dump", sstable, ".json");

    /// <summary>What sstabledump -d printed, one line a row; null where it was not asked.</summary>
    public ToolOutput? DumpLines(string sstable) => Find("dump", sstable, ".txt");

    /// <summary>What sstablemetadata printed; null where it was not asked.</summary>
    public ToolOutput? Metadata(string sstable) => Find("metadata", sstable, ".txt");

    /// <summary><c>5.0.9-nb types.lists</c>.</summary>
    public override string ToString() => $"{At} {Keyspace}.{Name}";

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public static CorpusTable Parse(string s, IFormatProvider? provider) => Corpus.Table(s);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out CorpusTable result) =>
        Corpus.TryTable(s, out result);

    internal static CorpusTable FromJson(JsonElement entry) => new(entry);

    private ToolOutput? Find(string kind, string sstable, string extension)
    {
        var folder = Path.Combine(Node.Folder, "truth", Keyspace, Name, kind);
        var own = Path.Combine(folder, sstable + extension);
        if (File.Exists(own))
            return new ToolOutput(own, Release, IsByOtherRelease: false);
        if (!Directory.Exists(folder))
            return null;

        var prefix = sstable + ".by-";
        return Directory.EnumerateFiles(folder)
            .Where(path => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal))
            .Select(path => new ToolOutput(path, Path.GetFileName(path)[prefix.Length..^extension.Length], IsByOtherRelease: true))
            .FirstOrDefault();
    }

    private static string Local(string path) => path.Replace('/', Path.DirectorySeparatorChar);
}

/// <summary>One column of a table.</summary>
/// <param name="Name">Its name, as it is (not quoted).</param>
/// <param name="Kind">partition_key, clustering, static or regular.</param>
/// <param name="Position">Position in the key; -1 of others.</param>
/// <param name="Order">asc or desc of clustering columns, else none.</param>
/// <param name="Type">The CQL type, as system_schema.columns has it.</param>
public sealed record CorpusColumn(string Name, string Kind, int Position, string Order, string Type);

/// <summary>The output of one of Cassandra's tools on one SSTable.</summary>
/// <param name="Path">The file that holds it.</param>
/// <param name="Release">The release of the tool.</param>
/// <param name="IsByOtherRelease">Whether that is not the release that wrote the SSTable, whose own tool fails on it.</param>
public sealed record ToolOutput(string Path, string Release, bool IsByOtherRelease)
{
    /// <summary>The whole text.</summary>
    public string Text => File.ReadAllText(Path);

    /// <summary>Opens the file for reading.</summary>
    public FileStream Open() => File.OpenRead(Path);

    /// <summary>The path; the text may be large.</summary>
    public override string ToString() => Path;
}
