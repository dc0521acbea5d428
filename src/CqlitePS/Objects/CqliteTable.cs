using Cqlite.Core.Engine;
using Cqlite.Core.Schema;

namespace CqlitePS.Objects;

/// <summary>A table or materialized view of a database, and what is stored of it.</summary>
public sealed class CqliteTable
{
    internal CqliteTable(CqliteDatabase database, TableInfo info)
    {
        TableMetadata table = info.Table;
        Database = database;
        Keyspace = table.Keyspace;
        Name = table.Name;
        Kind = table.Kind;
        Id = table.Id;
        PartitionKey = [.. table.PartitionKey.Select(c => c.Name)];
        ClusteringKey = [.. table.Clustering.Where(c => !table.IsHidden(c)).Select(c => c.Name)];
        Columns = [.. table.ColumnsInSelectOrder().Select(c => new CqliteColumn(table, c))];
        Indexes = [.. table.Indexes.Keys];
        Options = table.Options;
        Path = info.Path;
        SSTableCount = info.SSTableCount;
        SizeBytes = info.SizeBytes;
        EstimatedPartitions = info.EstimatedPartitions;
        EstimatedRows = info.EstimatedRows;
    }

    /// <summary>The keyspace's name.</summary>
    public string Keyspace { get; }

    /// <summary>The table's name.</summary>
    public string Name { get; }

    /// <summary>Table or view.</summary>
    public TableKind Kind { get; }

    /// <summary>The table's id, which is part of its folder's name.</summary>
    public Guid Id { get; }

    /// <summary>Names of the partition key's columns.</summary>
    public string[] PartitionKey { get; }

    /// <summary>Names of the clustering columns.</summary>
    public string[] ClusteringKey { get; }

    /// <summary>All columns, in the order in which <c>SELECT *</c> gives them.</summary>
    public CqliteColumn[] Columns { get; }

    /// <summary>Names of the secondary indexes.</summary>
    public string[] Indexes { get; }

    /// <summary>The table's options.</summary>
    public TableOptions Options { get; }

    /// <summary>The folder with its SSTables; null where nothing is stored.</summary>
    public string? Path { get; }

    /// <summary>Number of SSTables.</summary>
    public int SSTableCount { get; }

    /// <summary>Length of all files of all SSTables, in bytes.</summary>
    public long SizeBytes { get; }

    /// <summary>An estimate of the partitions; one that is in several SSTables is counted in each.</summary>
    public long EstimatedPartitions { get; }

    /// <summary>An estimate of the rows, counted likewise. SSTables of releases before 4.0 may not tell.</summary>
    public long EstimatedRows { get; }

    /// <summary>The database.</summary>
    public CqliteDatabase Database { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Keyspace}.{Name}";
}
