using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Which restrictions a table's secondary indexes would serve; that decides whether a query needs ALLOW FILTERING.</summary>
/// <remarks>Source: org/apache/cassandra/index/internal/CassandraIndex.java and index/sai/StorageAttachedIndex.java (supportsExpression).</remarks>
internal static class IndexSupport
{
    /// <summary>Whether an index of the table serves a restriction.</summary>
    public static bool Supports(TableMetadata table, Restriction restriction) => table.Indexes.Values.Any(i => Supports(i, restriction));

    /// <summary>Whether one index, or the storage-attached ones together, serve all restrictions.</summary>
    public static bool SupportsAll(TableMetadata table, IReadOnlyList<Restriction> restrictions) =>
        restrictions.All(r => table.Indexes.Values.Any(i => IsAttached(i) && Supports(i, r)))
        || table.Indexes.Values.Any(i => restrictions.All(r => Supports(i, r) && !IsSeveralContains(r)));

    // A legacy index finds one element at a time, the others are filtered.
    private static bool IsSeveralContains(Restriction restriction) =>
        restriction is ContainsRestriction contains && contains.Values.Count + contains.Keys.Count + contains.Entries.Count > 1;

    private static bool IsAttached(IndexMetadata index) =>
        index.Options.TryGetValue("class_name", out string? type)
        && (type.EndsWith("StorageAttachedIndex", StringComparison.OrdinalIgnoreCase) || type.Equals("sai", StringComparison.OrdinalIgnoreCase));

    private static bool Supports(IndexMetadata index, Restriction restriction)
    {
        if (!index.Options.TryGetValue("target", out string? target) || restriction.Columns.Count != 1)
            return false;
        string name = restriction.First.Name;
        bool attached = IsAttached(index);
        if (index.Kind == "CUSTOM" && !attached)
            return false;

        (string part, string column) = Split(target);
        if (column != name)
            return false;
        return restriction switch
        {
            ContainsRestriction contains => part switch
            {
                "keys" => contains.Keys.Count > 0,
                "entries" => contains.Entries.Count > 0,
                "full" => false,
                _ => contains.Values.Count > 0,
            },
            SliceRestriction => attached && part.Length == 0 && HasRanges(restriction.First.Type.Unreversed),
            InRestriction => false,
            _ => part is "" or "full" || (part == "values" && !restriction.First.Type.IsMultiCell),
        };
    }

    /// <summary>Whether a column has an index of vectors, which serves nothing but ANN.</summary>
    public static bool IsIndexedVector(TableMetadata table, ColumnMetadata column) =>
        column.Type is VectorType && table.Indexes.Values.Any(i => i.Options.TryGetValue(IndexMetadata.TargetOption, out string? target) && Split(target).Column == column.Name);

    // Texts, booleans, UUIDs and what is frozen are found by equality alone (index/sai/utils/IndexTermType.java).
    private static bool HasRanges(CqlType type) =>
        type is not (ListType or SetType or MapType or TupleType or UserType or VectorType) && type.Name is not ("text" or "varchar" or "ascii" or "boolean" or "uuid");

    private static (string Part, string Column) Split(string target)
    {
        int open = target.IndexOf('(');
        return open > 0 && target.EndsWith(')') ? (target[..open], Unquote(target[(open + 1)..^1])) : ("", Unquote(target));
    }

    private static string Unquote(string name) => name.Length > 1 && name[0] == '"' && name[^1] == '"' ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;
}
