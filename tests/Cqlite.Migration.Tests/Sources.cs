using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Tests;

/// <summary>What sources say of tables, as lines to be compared.</summary>
internal static class Sources
{
    /// <summary>What can be seen of a table at a moment.</summary>
    public static async Task<string[]> LiveAsync(this IMigrationSource source, string keyspace, string table, long nowSeconds)
    {
        using UnfilteredCursor cursor = await source.ReadAllAsync(keyspace, table);
        return [.. LiveContent.Of(cursor, nowSeconds)];
    }

    /// <summary>Everything that is stored of a table, deletions included.</summary>
    public static async Task<string[]> StoredAsync(this IMigrationSource source, string keyspace, string table)
    {
        using UnfilteredCursor cursor = await source.ReadAllAsync(keyspace, table);
        return [.. StoredContent.Of(cursor)];
    }

    private static async Task<UnfilteredCursor> ReadAllAsync(this IMigrationSource source, string keyspace, string table)
    {
        DatabaseSchema schema = await source.ReadSchemaAsync(CancellationToken.None);
        ITableSource opened = await source.OpenAsync(schema.Table(keyspace, table)!, CancellationToken.None);
        return opened.Read(TokenRange.Whole, CancellationToken.None);
    }
}
