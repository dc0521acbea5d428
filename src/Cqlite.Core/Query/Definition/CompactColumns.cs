using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>The columns that storage gives a COMPACT STORAGE table beside those that were declared.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/CreateTableStatement.java (fixupCompactTable).</remarks>
internal static class CompactColumns
{
    /// <summary>The storage flags of a table with that many clustering columns.</summary>
    public static TableFlags Flags(int clusteringCount) => clusteringCount switch
    {
        0 => TableFlags.None,
        1 => TableFlags.Dense,
        _ => TableFlags.Dense | TableFlags.Compound,
    };

    /// <summary>Adds the columns that are no keys, and the hidden ones.</summary>
    public static void Add(List<ColumnMetadata> columns, IReadOnlyList<ColumnMetadata> declared, TableFlags flags, bool isCounter)
    {
        bool isStatic = flags == TableFlags.None;
        columns.AddRange(declared.Select(column => isStatic ? column with { Kind = ColumnKind.Static } : column));
        var used = columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        if (isStatic)
        {
            columns.Add(new ColumnMetadata(Free("column", 1), ColumnKind.Clustering, 0, CqlTypes.Text));
            columns.Add(new ColumnMetadata(Free("value", 0), ColumnKind.Regular, -1, isCounter ? CqlTypes.Counter : CqlTypes.Blob));
        }
        else if (declared.Count == 0)
        {
            columns.Add(new ColumnMetadata(Free("value", 0), ColumnKind.Regular, -1, CqlTypes.Empty));
        }

        string Free(string name, int first)
        {
            for (int i = first; ; i++)
            {
                string candidate = i == 0 ? name : $"{name}{i}";
                if (used.Add(candidate))
                    return candidate;
            }
        }
    }
}
