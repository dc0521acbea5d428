using System.Diagnostics.CodeAnalysis;

namespace Cqlite.Testing;

/// <summary>A series of CQL statements with what Cassandra 5.0.9 answered to each.</summary>
/// <remarks>
/// <para>
/// A script needs an empty database, makes what it needs, and runs in order on one connection (for each user).
/// <code>
/// # a comment
/// @bind int 1, text 'x'            directives of the statement
/// > INSERT INTO t (k, v)           its text
/// . VALUES (?, ?)                  ... the next line of its text
/// void                             the outcome; an empty line ends it
/// </code>
/// </para>
/// A theory takes it as argument: its text, <c>ddl/alter-table.cqlt</c>, names the case and finds it again.
/// </remarks>
public sealed class CqlScript : IFormattable, IParsable<CqlScript>
{
    private const string RequiresPrefix = "# requires:";

    private readonly Lazy<IReadOnlyList<CqlScriptStatement>> statements;

    private CqlScript(CqlScriptEntry entry)
    {
        Path = entry.Path;
        Requires = entry.Requires;
        statements = new(() => CqlScriptParser.Parse(Path, File.ReadAllText(FilePath)));
    }

    private CqlScript(string file)
    {
        Path = System.IO.Path.GetFileName(file);
        var text = File.ReadAllText(file);
        Requires = ReadRequirements(text.Split('\n')[0]);
        statements = new(() => CqlScriptParser.Parse(Path, text));
    }

    /// <summary>Every script; nothing is unpacked for it.</summary>
    public static IReadOnlyList<CqlScript> All { get; } = [.. FixtureArchive.Index.Scripts.Select(entry => new CqlScript(entry))];

    /// <summary>Theme and topic: <c>ddl/alter-table.cqlt</c>.</summary>
    public string Path { get; }

    /// <summary>The theme: <c>ddl</c>.</summary>
    public string Theme => Path[..Path.IndexOf('/')];

    /// <summary>What the node must offer beyond the others' settings: auth, udf, mv, sasi, guardrails, or bare (no keyspace of its own).</summary>
    public IReadOnlyList<string> Requires { get; }

    /// <summary>The statements in order.</summary>
    public IReadOnlyList<CqlScriptStatement> Statements => statements.Value;

    private string FilePath => System.IO.Path.Combine(FixtureArchive.Folder("cql"), Path.Replace('/', System.IO.Path.DirectorySeparatorChar));

    /// <summary>A script that is a file of its own, not one of the recorded ones.</summary>
    public static CqlScript Read(string file) => new(file);

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => Path;

    /// <inheritdoc/>
    public static CqlScript Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var found) ? found : throw new FormatException($"There is no script \"{s}\".");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out CqlScript result)
    {
        result = All.FirstOrDefault(found => found.Path == s);
        return result is not null;
    }

    /// <summary>What a script's first line demands: <c># requires: auth, guardrails</c>.</summary>
    internal static IReadOnlyList<string> ReadRequirements(string firstLine) =>
        firstLine.StartsWith(RequiresPrefix, StringComparison.Ordinal)
            ? firstLine[RequiresPrefix.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];
}
