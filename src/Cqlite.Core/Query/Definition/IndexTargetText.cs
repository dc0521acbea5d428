using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>What is indexed, as an index's definition keeps it: <c>v</c>, <c>keys(m)</c>, <c>values("Quoted")</c>.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/IndexTarget.java, index/TargetParser.java.</remarks>
internal static class IndexTargetText
{
    /// <summary>The text of a target.</summary>
    public static string Print(string column, IndexTargetKind kind) =>
        kind == IndexTargetKind.Simple ? CqlIdentifier.Quote(column) : $"{KindText(kind)}({CqlIdentifier.Quote(column)})";

    /// <summary>The modifier of a kind; empty for a simple one.</summary>
    public static string KindText(IndexTargetKind kind) => kind switch
    {
        IndexTargetKind.Keys => "keys",
        IndexTargetKind.Entries => "entries",
        IndexTargetKind.Full => "full",
        IndexTargetKind.Values => "values",
        _ => "",
    };

    /// <summary>The column and kind that a text means.</summary>
    public static (string Column, IndexTargetKind Kind) Parse(string text)
    {
        foreach (IndexTargetKind kind in (IndexTargetKind[])[IndexTargetKind.Keys, IndexTargetKind.Entries, IndexTargetKind.Values, IndexTargetKind.Full])
        {
            string prefix = KindText(kind) + "(";
            if (text.StartsWith(prefix, StringComparison.Ordinal) && text.EndsWith(')') && text.Length > prefix.Length + 1)
                return (Unquoted(text[prefix.Length..^1]), kind);
        }

        return (Unquoted(text), IndexTargetKind.Simple);
    }

    private static string Unquoted(string name) => name.Length > 1 && name[0] == '"'
        ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
        : name;
}
