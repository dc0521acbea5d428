using Cqlite.Core.Engine;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Databases;

/// <summary>What a table holds before something comes into it.</summary>
internal static class TableContent
{
    /// <summary>Whether nothing is stored of a table.</summary>
    public static bool IsEmpty(Database database, TableMetadata table)
    {
        using UnfilteredCursor cursor = database.OpenTable(table).Read(ReadRequest.All);
        return !cursor.MoveToNextPartition();
    }

    /// <summary>Why rows with lists that were read through CQL don't come into a table that has rows.</summary>
    public static string ListsDoNotMerge(TableMetadata table) =>
        $"table {table} has rows already, and lists that are not frozen: the places of their elements were not visible to the query that read them, so that lists of both would be mixed. Truncate the table first.";
}
