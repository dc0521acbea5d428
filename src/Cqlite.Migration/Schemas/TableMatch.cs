using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Schemas;

/// <summary>Whether rows of one table fit into another, as far as columns go; options do not matter for that.</summary>
internal static class TableMatch
{
    /// <summary>What differs, one sentence each; none where rows fit.</summary>
    public static IReadOnlyList<string> Differences(TableMetadata source, TableMetadata target)
    {
        List<string> differences = [];
        if (source.IsCounter != target.IsCounter)
            differences.Add(source.IsCounter ? "the source's columns are counters, the target's are not" : "the target's columns are counters, the source's are not");
        foreach (ColumnMetadata column in source.Columns.Values.OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            if (target.Column(column.Name) is not { } other)
                differences.Add($"column {column.Name} ({Describe(column)}) is missing in the target");
            else if (Describe(column) != Describe(other))
                differences.Add($"column {column.Name} is {Describe(column)} in the source and {Describe(other)} in the target");
        }

        foreach (ColumnMetadata column in target.Columns.Values.Where(c => source.Column(c.Name) is null).OrderBy(c => c.Name, StringComparer.Ordinal))
            differences.Add($"column {column.Name} ({Describe(column)}) is missing in the source");
        return differences;
    }

    /// <summary>Requires that rows fit.</summary>
    /// <exception cref="InvalidQueryException">They do not; the text names what differs.</exception>
    public static void Require(TableMetadata source, TableMetadata target)
    {
        IReadOnlyList<string> differences = Differences(source, target);
        if (differences.Count > 0)
            throw new InvalidQueryException($"table {target} is there already, and differs: {string.Join("; ", differences)}.");
    }

    private static string Describe(ColumnMetadata column)
    {
        string kind = column.Kind switch
        {
            ColumnKind.PartitionKey => $"partition key {column.Position + 1}",
            ColumnKind.Clustering => $"clustering {column.Position + 1} {(column.IsDescending ? "DESC" : "ASC")}",
            ColumnKind.Static => "static",
            _ => "regular",
        };
        return $"{column.Type.Unreversed.Name} {kind}";
    }
}
