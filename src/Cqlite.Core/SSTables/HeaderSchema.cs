using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables;

/// <summary>
/// A table's definition from nothing but an SSTable: columns and types are what the header says; the names of the key's columns are not
/// in the file and become <c>key</c> (<c>key1</c>, <c>key2</c>, ... of a composite key) and <c>column1</c>, <c>column2</c>, ..., unless a definition
/// of the table names them.
/// </summary>
/// <remarks>Source of the idea: org/apache/cassandra/tools/Util.java (metadataFromSSTable).</remarks>
public static class HeaderSchema
{
    /// <summary>Makes a definition.</summary>
    /// <param name="header">The serialization header.</param>
    /// <param name="descriptor">Tells keyspace, table and table id where the folders do.</param>
    /// <param name="partitioner">The SSTable's partitioner.</param>
    /// <param name="names">The table's definition, for names of key columns and options; null where it is not known.</param>
    public static TableMetadata ToTable(SerializationHeader header, SSTableDescriptor descriptor, Partitioner partitioner, TableMetadata? names = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(descriptor);
        HashSet<string> taken = [.. header.Statics.Concat(header.Regulars).Select(c => c.Name)];
        List<ColumnMetadata> columns = [];
        IReadOnlyList<CqlType> keyTypes = KeyTypes(KeyType(header));
        if (names?.PartitionKey.Count != keyTypes.Count || names.Clustering.Count != header.ClusteringTypes.Count)
            names = null;
        for (int i = 0; i < keyTypes.Count; i++)
            columns.Add(new ColumnMetadata(Free(names?.PartitionKey[i].Name ?? (keyTypes.Count == 1 ? "key" : $"key{i + 1}")), ColumnKind.PartitionKey, i, keyTypes[i]));
        for (int i = 0; i < header.ClusteringTypes.Count; i++)
            columns.Add(new ColumnMetadata(Free(names?.Clustering[i].Name ?? $"column{i + 1}"), ColumnKind.Clustering, i, header.ClusteringTypes[i]));
        columns.AddRange(header.Statics.Select(c => new ColumnMetadata(c.Name, ColumnKind.Static, -1, c.Type)));
        columns.AddRange(header.Regulars.Select(c => new ColumnMetadata(c.Name, ColumnKind.Regular, -1, c.Type)));

        bool isCounter = header.Statics.Concat(header.Regulars).Any(c => c.Type.IsCounter);
        string table = descriptor.Table.Length == 0 ? "table" : descriptor.Table;
        return new TableMetadata(
            names?.Keyspace ?? (descriptor.Keyspace.Length == 0 ? "keyspace" : descriptor.Keyspace),
            names?.Name ?? (descriptor.Index is null ? table : $"{table}.{descriptor.Index}"),
            names?.Id ?? descriptor.TableId ?? Guid.Empty,
            columns)
        {
            Options = names?.Options ?? TableOptions.Default,
            Partitioner = partitioner,
            Kind = descriptor.Index is null ? TableKind.Table : TableKind.Index,
            Flags = isCounter ? TableFlags.Compound | TableFlags.Counter : TableFlags.Compound,
        };

        string Free(string name)
        {
            while (!taken.Add(name))
                name += "_";
            return name;
        }
    }

    /// <summary>
    /// The partition key's type. The hidden table of an index on the elements of a collection names the collection there, though its
    /// keys are elements; that of a map's entries has key and value.
    /// </summary>
    internal static CqlType KeyType(SerializationHeader header) => header.KeyType switch
    {
        { IsMultiCell: false } type => type,
        SetType { PathType: { } element } => element,
        ListType list => list.CellType,
        MapType { PathType: { } key } map => new CompositeType([key, map.CellType]),
        CqlType type => type,
    };

    private static IReadOnlyList<CqlType> KeyTypes(CqlType keyType) =>
        keyType is CompositeType composite ? composite.Components : [keyType];
}
