using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine;

/// <summary>
/// The definition of a table that no schema knows, from all SSTables of its folder together: a header names only those columns that rows of its own
/// SSTable have. Of a column that several know, the newest one tells the type.
/// </summary>
internal static class LooseTable
{
    /// <summary>
    /// The id of a table whose folder has none: the same at every opening, and another one for each name. A version 3 UUID of <c>KEYSPACE/TABLE</c>; no name
    /// of a folder has a slash, so that no two tables share one, and Cassandra's own version 3 ids, of names without one, are others.
    /// </summary>
    public static Guid IdOf(string keyspace, string table) => SystemKeyspaces.NameUuid($"{keyspace}/{table}");

    /// <summary>Makes a definition.</summary>
    /// <exception cref="CorruptDataException">No SSTable's statistics decode.</exception>
    /// <exception cref="StorageException">They can't be read.</exception>
    /// <exception cref="UnsupportedFormatException">The SSTables are of several tables, or of a partitioner that is not known.</exception>
    public static TableMetadata Define(IFileSystem files, TableFolder folder)
    {
        CqliteException? problem = null;
        SSTableDescriptor? first = null;
        TableMetadata? table = null;
        foreach (SSTableDescriptor descriptor in folder.SSTables.Reverse())
        {
            TableMetadata one;
            try
            {
                one = DefinitionIn(files, descriptor);
            }
            catch (CqliteException e)
            {
                // With the others the table can be told at least; what is wrong with this one is told when rows are read.
                problem ??= e;
                continue;
            }

            table = table is null ? one : Merge(table, first!, one, descriptor);
            first ??= descriptor;
        }

        if (table is null)
            throw problem ?? new UnsupportedFormatException(folder.Path, "holds no SSTables.");
        return new TableMetadata(folder.Keyspace, folder.Table, folder.Id ?? IdOf(folder.Keyspace, folder.Table), table.Columns.Values.Select(Frozen))
        {
            Flags = Flags(table),
            Partitioner = table.Partitioner,
        };
    }

    private static TableMetadata DefinitionIn(IFileSystem files, SSTableDescriptor descriptor)
    {
        string path = descriptor.PathOf(SSTableComponent.Statistics);
        SSTableStatistics statistics = SSTableStatistics.Read(files, path, descriptor.Version);
        if (!descriptor.Version.HasMetadataChecksum && statistics.Header.HasBareUserTypes)
        {
            // Whether user types are frozen only rows of these releases tell.
            using SSTable sstable = SSTable.Open(files, descriptor);
            return sstable.Table;
        }

        return HeaderSchema.ToTable(statistics.Header, descriptor, Partitioner.FromClassName(statistics.Validation.Partitioner, statistics.Header.KeyType, path));
    }

    private static TableMetadata Merge(TableMetadata newer, SSTableDescriptor newest, TableMetadata older, SSTableDescriptor descriptor)
    {
        if (Key(newer) is var key && Key(older) is var other && key != other)
            throw OfSeveral($"keys are {key} in {newest.FilePrefix[..^1]} and {other} in {descriptor.FilePrefix[..^1]}");
        List<ColumnMetadata> columns = [.. newer.Columns.Values];
        foreach (ColumnMetadata column in older.Columns.Values)
        {
            if (newer.Column(column.Name) is not { } known)
                columns.Add(column);
            else if (known.Kind != column.Kind || !TypeParts.CanReadCellsOf(known.Type, column.Type))
                throw OfSeveral($"column '{column.Name}' is {Text(known)} in a newer one and {Text(column)} in {descriptor.FilePrefix[..^1]}");
        }

        return newer.WithDroppedColumns(columns, newer.DroppedColumns);

        UnsupportedFormatException OfSeveral(string difference) => new(
            descriptor.Directory, $"has SSTables that are not of one table: {difference}. Put those of each table into a folder of its own, or name its definition with --schema.");
    }

    // Headers do not tell which tables are of COMPACT STORAGE; a value that never has any bytes is only there.
    private static TableFlags Flags(TableMetadata table) => table switch
    {
        { Regulars: [{ Type: EmptyType }], Clustering.Count: > 0 } => table.Clustering.Count > 1 ? TableFlags.Dense | TableFlags.Compound : TableFlags.Dense,
        _ => table.Columns.Values.Any(c => c.Type.IsCounter) ? TableFlags.Compound | TableFlags.Counter : TableFlags.Compound,
    };

    // 3.0 leaves the word out, and what is part of a key is always frozen.
    private static ColumnMetadata Frozen(ColumnMetadata column) => column is { IsPrimaryKey: true, IsComplex: true } ? column with { Type = column.Type.Freeze() } : column;

    private static string Key(TableMetadata table) =>
        $"({string.Join(", ", table.PartitionKey.Select(c => c.Type.Name))}{string.Concat(table.Clustering.Select(c => $", {c.Type.Unreversed.Name}{(c.IsDescending ? " DESC" : "")}"))})";

    private static string Text(ColumnMetadata column) => column.Kind == ColumnKind.Static ? $"static {column.Type.Name}" : column.Type.Name;
}
