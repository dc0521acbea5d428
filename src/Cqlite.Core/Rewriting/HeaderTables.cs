using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Rewriting;

/// <summary>One table of what the headers of several SSTables tell.</summary>
internal static class HeaderTables
{
    /// <summary>The table that has all columns of all SSTables, which were opened without a definition.</summary>
    /// <exception cref="UnsupportedFormatException">Headers contradict each other: only the table's definition could tell what holds.</exception>
    public static TableMetadata Unite(IReadOnlyList<SSTable> sstables)
    {
        TableMetadata first = sstables[0].Table;
        Dictionary<string, ColumnMetadata> columns = first.Columns.ToDictionary(StringComparer.Ordinal);
        TableFlags flags = first.Flags;
        foreach (SSTable other in sstables.Skip(1))
        {
            flags |= other.Table.Flags;
            if (other.Table.PartitionKey.Count != first.PartitionKey.Count || other.Table.Clustering.Count != first.Clustering.Count)
                throw new UnsupportedFormatException(other.Descriptor.ToString(), $"its primary key is not that of '{sstables[0].Descriptor}': they are of different tables.");
            foreach (ColumnMetadata column in other.Table.Columns.Values)
            {
                if (columns.TryAdd(column.Name, column))
                    continue;
                ColumnMetadata known = columns[column.Name];
                if (known.Kind != column.Kind || known.Position != column.Position || known.Type.ClassName != column.Type.ClassName)
                {
                    throw new UnsupportedFormatException(
                        other.Descriptor.ToString(),
                        $"its column '{column.Name}' is of type {column.Type.ClassName}, in '{sstables[0].Descriptor}' or one after it of {known.Type.ClassName}; the table's definition must be given to tell which holds.");
                }
            }
        }

        return columns.Count == first.Columns.Count && flags == first.Flags ? first : first.WithColumns(columns.Values).WithFlags(flags);
    }

    /// <summary>The type with its user types said to be frozen, as all in keys are, which 3.0 leaves out.</summary>
    public static CqlType Frozen(CqlType type) => TypeParser.ParseClassName(type.ClassName, bareUserTypesAreFrozen: true);
}
