using System.Diagnostics.CodeAnalysis;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Definition;

/// <summary>The schema of a keyspace as a node recorded it: its text <c>5.0.9-oa types</c> names the case.</summary>
public sealed record RecordedSchema(string At, string Keyspace) : IFormattable, IParsable<RecordedSchema>
{
    public CorpusNode Node => Corpus.Node(At);

    public override string ToString() => $"{At} {Keyspace}";

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public static RecordedSchema Parse(string s, IFormatProvider? provider) => new(s[..s.LastIndexOf(' ')], s[(s.LastIndexOf(' ') + 1)..]);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out RecordedSchema result)
    {
        result = s is not null && s.Contains(' ', StringComparison.Ordinal) ? Parse(s, provider) : null;
        return result is not null;
    }
}

/// <summary>Runs a theory over the recorded schemas of releases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordedSchemasAttribute : CasesAttribute<RecordedSchema>
{
    /// <summary>Releases; a list is parted by commas.</summary>
    public string? Release { get; init; }

    /// <summary>Whether to leave out the node's own keyspaces, which nobody made by statements.</summary>
    public bool WithoutSystem { get; init; }

    protected override IEnumerable<RecordedSchema> Choose() => Corpus.Tables
        .Where(table => Allows(Release, table.Release) && !table.At.Contains('/', StringComparison.Ordinal))
        .Where(table => !WithoutSystem || !table.Keyspace.StartsWith("system", StringComparison.Ordinal))
        .Select(table => new RecordedSchema(table.At, table.Keyspace))
        .Distinct();
}
