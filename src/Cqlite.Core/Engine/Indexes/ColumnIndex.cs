using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Indexes;

/// <summary>Whose rules an index follows.</summary>
internal enum IndexFamily
{
    /// <summary>Cassandra's first kind, a hidden table.</summary>
    Legacy,

    /// <summary>Storage-attached (SAI).</summary>
    StorageAttached,

    /// <summary>SASI, which knows LIKE.</summary>
    Sasi,

    /// <summary>A class that is not known here, and serves nothing.</summary>
    Unknown,
}

/// <summary>What of a column's value is indexed.</summary>
internal enum IndexPart
{
    /// <summary>The value itself.</summary>
    Value,

    /// <summary>The keys of a map.</summary>
    Keys,

    /// <summary>The elements of a collection, of a map the values.</summary>
    Elements,

    /// <summary>Each key of a map with its value.</summary>
    Entries,

    /// <summary>A frozen collection as a whole.</summary>
    Full,
}

/// <summary>A table's secondary index as it is understood here.</summary>
/// <param name="Metadata">Its definition.</param>
/// <param name="Column">The column.</param>
/// <param name="Family">Whose rules it follows.</param>
/// <param name="Part">What of the value is indexed.</param>
/// <remarks>
/// Source: org/apache/cassandra/index/TargetParser.java, index/internal/CassandraIndex.java, index/sai/utils/IndexTermType.java, index/sasi/conf/ColumnIndex.java.
/// </remarks>
internal sealed record ColumnIndex(IndexMetadata Metadata, ColumnMetadata Column, IndexFamily Family, IndexPart Part)
{
    /// <summary>How texts become terms; null where the value is the term.</summary>
    public TextAnalysis? Analysis { get; private init; }

    /// <summary>Which measure a vector's index sorts by.</summary>
    public VectorSimilarity Similarity => VectorMath.Parse(Metadata.Options.GetValueOrDefault("similarity_function", "cosine"));

    private CqlType Type => Column.Type.Unreversed;

    /// <summary>Makes sense of the indexes of a table; those whose column is gone are left out.</summary>
    public static IEnumerable<ColumnIndex> Of(TableMetadata table) => table.Indexes.Values.Select(i => Of(table, i)).OfType<ColumnIndex>();

    private static ColumnIndex? Of(TableMetadata table, IndexMetadata index)
    {
        (string part, string name) = Split(index.Target);
        if (table.Column(name) is not { } column)
            return null;
        IndexFamily family = FamilyOf(index);
        return new ColumnIndex(index, column, family, PartOf(part, column.Type.Unreversed)) { Analysis = TextAnalysis.Of(index, family, column.Type.Unreversed) };
    }

    /// <summary>Whether it finds rows by a value of the column that equals another.</summary>
    public bool FindsEqual => !IsVector && Family switch
    {
        IndexFamily.Unknown => false,
        IndexFamily.Sasi => Analysis is not { IsTokenizing: true },
        _ => Part is IndexPart.Value or IndexPart.Full || (Part == IndexPart.Elements && !Type.IsMultiCell && Type is not (ListType or SetType or MapType)),
    };

    /// <summary>Whether it finds rows by a range of values.</summary>
    public bool FindsRanges => !IsVector && Family switch
    {
        IndexFamily.StorageAttached => Part == IndexPart.Value && HasRanges(Type),
        IndexFamily.Sasi => !IsLiteral && !IsMode("CONTAINS"),
        _ => false,
    };

    /// <summary>Whether it finds rows by LIKE; which patterns, its mode tells.</summary>
    public bool FindsPatterns => Family == IndexFamily.Sasi && IsLiteral;

    /// <summary>Whether it serves a form of LIKE.</summary>
    public bool Finds(LikeForm form) => FindsPatterns && form switch
    {
        LikeForm.Matches => !IsMode("SPARSE"),
        LikeForm.Prefix => !IsMode("SPARSE") && !(IsMode("CONTAINS") && Analysis is { IsTokenizing: true }),
        _ => IsMode("CONTAINS"),
    };

    /// <summary>Whether it sorts vectors by their similarity to one, which is all that it does then.</summary>
    public bool FindsNearest => IsVector && Family == IndexFamily.StorageAttached;

    private bool IsVector => Type is VectorType;

    private bool IsLiteral => Metadata.Options.TryGetValue("is_literal", out string? literal)
        ? literal.Equals("true", StringComparison.OrdinalIgnoreCase)
        : Type.Name is "text" or "ascii";

    private bool IsMode(string mode) => Metadata.Options.GetValueOrDefault("mode", "PREFIX").Equals(mode, StringComparison.OrdinalIgnoreCase);

    private static IndexFamily FamilyOf(IndexMetadata index)
    {
        if (!index.IsCustom)
            return IndexFamily.Legacy;
        string type = index.Options.GetValueOrDefault(IndexMetadata.ClassOption, "");
        if (type.EndsWith("StorageAttachedIndex", StringComparison.OrdinalIgnoreCase) || type.Equals("sai", StringComparison.OrdinalIgnoreCase))
            return IndexFamily.StorageAttached;
        return type.EndsWith(".SASIIndex", StringComparison.Ordinal) ? IndexFamily.Sasi : IndexFamily.Unknown;
    }

    // A collection's elements are meant where nothing is said of a collection that is not frozen.
    private static IndexPart PartOf(string part, CqlType type) => part switch
    {
        "keys" => IndexPart.Keys,
        "entries" => IndexPart.Entries,
        "full" => IndexPart.Full,
        "values" => IndexPart.Elements,
        _ => type.IsMultiCell && type is ListType or SetType or MapType ? IndexPart.Elements : IndexPart.Value,
    };

    // Texts, booleans, UUIDs and what is frozen are found by equality alone (index/sai/utils/IndexTermType.java).
    private static bool HasRanges(CqlType type) =>
        type is not (ListType or SetType or MapType or TupleType or UserType or VectorType) && type.Name is not ("text" or "varchar" or "ascii" or "boolean" or "uuid");

    private static (string Part, string Column) Split(string target)
    {
        int open = target.IndexOf('(', StringComparison.Ordinal);
        return open > 0 && target.EndsWith(')') && target[0] != '"' ? (target[..open], Unquote(target[(open + 1)..^1])) : ("", Unquote(target));
    }

    private static string Unquote(string name) => name.Length > 1 && name[0] == '"' && name[^1] == '"' ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;
}
