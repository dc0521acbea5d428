using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Tests;

/// <summary>What sources say of tables, as lines to be compared.</summary>
internal static class Sources
{
    /// <summary>What can be seen of a table at a moment.</summary>
    public static async Task<string[]> LiveAsync(this IMigrationSource source, string keyspace, string table, long nowSeconds) =>
        await source.ReadAllAsync(keyspace, table, cursor => LiveContent.Of(cursor, nowSeconds));

    /// <summary>What can be seen of a table at a moment, as far as it is told.</summary>
    public static async Task<string[]> LiveAsync(this IMigrationSource source, string keyspace, string table, long nowSeconds, Func<ColumnMetadata, bool> hasTimes) =>
        await source.ReadAllAsync(keyspace, table, cursor => LiveContent.Of(cursor, nowSeconds, hasTimes));

    /// <summary>Everything that is stored of a table, deletions included.</summary>
    public static async Task<string[]> StoredAsync(this IMigrationSource source, string keyspace, string table) =>
        await source.ReadAllAsync(keyspace, table, StoredContent.Of);

    private static async Task<string[]> ReadAllAsync(this IMigrationSource source, string keyspace, string table, Func<UnfilteredCursor, IEnumerable<string>> toLines)
    {
        DatabaseSchema schema = await source.ReadSchemaAsync(CancellationToken.None);
        ITableSource opened = await source.OpenAsync(schema.Table(keyspace, table)!, CancellationToken.None);
        List<string> lines = [];

        // No range of a cluster may have partitions of several nodes.
        foreach (RangeEstimate range in await opened.SplitAsync(1, CancellationToken.None))
        {
            using UnfilteredCursor cursor = opened.Read(range.Range, CancellationToken.None);
            lines.AddRange(toLines(cursor));
        }

        return [.. lines];
    }
}
