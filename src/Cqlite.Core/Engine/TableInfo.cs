using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine;

/// <summary>A table and what is stored of it.</summary>
/// <param name="Table">The definition.</param>
/// <param name="Path">The folder with its SSTables; null for a table of the schema of which nothing is stored.</param>
/// <param name="SSTableCount">Number of SSTables.</param>
/// <param name="SizeBytes">Length of all components of all SSTables.</param>
/// <param name="EstimatedPartitions">Estimate of the partitions, those that are in several SSTables counted in each.</param>
/// <param name="EstimatedRows">Estimate of the rows, counted likewise.</param>
public sealed record TableInfo(TableMetadata Table, string? Path, int SSTableCount, long SizeBytes, long EstimatedPartitions, long EstimatedRows);
