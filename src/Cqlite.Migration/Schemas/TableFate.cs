using Cqlite.Core.Schema;

namespace Cqlite.Migration.Schemas;

/// <summary>What has become of a table since its definition was read.</summary>
internal enum TableFate
{
    /// <summary>Its rows look as they did.</summary>
    Same,

    /// <summary>Columns were added, dropped or given another type.</summary>
    Changed,

    /// <summary>It is not there any more.</summary>
    Dropped,

    /// <summary>Another table of its name has taken its place.</summary>
    Replaced,
}

/// <summary>Tells what has become of tables.</summary>
internal static class TableFates
{
    /// <summary>What has become of a table that had this id and <see cref="TableDigest"/>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="now">The table that has its name now; null for none.</param>
    public static TableFate Of(Guid id, string digest, TableMetadata? now) =>
        now is null ? TableFate.Dropped
        : now.Id != id ? TableFate.Replaced
        : TableDigest.Of(now) != digest ? TableFate.Changed
        : TableFate.Same;

    /// <summary>What has become of a table, by the schema as it is now.</summary>
    public static TableFate Of(TableMetadata table, DatabaseSchema now) => Of(table.Id, TableDigest.Of(table), now.Table(table.Keyspace, table.Name));

    /// <summary>What happened, for a sentence that begins with the table's name: <c>was dropped</c>.</summary>
    public static string Describe(this TableFate fate) => fate switch
    {
        TableFate.Changed => "was changed",
        TableFate.Dropped => "was dropped",
        TableFate.Replaced => "was dropped and made anew",
        _ => "is the same",
    };
}
