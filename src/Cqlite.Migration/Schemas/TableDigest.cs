using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Schemas;

/// <summary>A digest of what a table's rows look like: what two readings of one table must have in common for their rows to fit together.</summary>
/// <remarks>
/// <code>
/// SHA-256 of the lines, each ended by a line feed, in hex:
/// PARTITIONER
/// TABLE-ID FLAGS
/// KIND POSITION NAME CLASS-OF-TYPE      each column, by kind, then by position or in the order of rows
/// dropped NAME MICROS                   each dropped column, by name
/// </code>
/// Options and indexes are no part of it. Classes of user types have the names and types of their fields.
/// </remarks>
public static class TableDigest
{
    /// <summary>The digest, in lower-case hex.</summary>
    public static string Of(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        StringBuilder text = new();
        text.Append(table.Partitioner.ClassName).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{table.Id:N} {(int)table.Flags}\n");
        foreach (ColumnMetadata column in table.PartitionKey.Concat(table.Clustering).Concat(table.Statics).Concat(table.Regulars))
            text.Append(CultureInfo.InvariantCulture, $"{column.Kind} {column.Position} {column.Name} {column.Type.ClassName}\n");
        foreach ((string name, DroppedColumn dropped) in table.DroppedColumns.OrderBy(d => d.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"dropped {name} {dropped.DroppedAtMicros}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
