using System.Globalization;
using System.Text;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Tests;

/// <summary>
/// What of a table can be seen at a moment, a line for each partition, static row and row: values with the times that CQL tells of them. Two sources of the same
/// table give the same lines, however much the one tells beyond that.
/// </summary>
internal static class LiveContent
{
    /// <summary>The lines of all that a cursor gives.</summary>
    public static IEnumerable<string> Of(UnfilteredCursor cursor, long nowSeconds) => Of(cursor, nowSeconds, _ => true);

    /// <summary>The lines of all that a cursor gives.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="nowSeconds">The moment.</param>
    /// <param name="hasTimes">Of which columns times and TTLs are told.</param>
    public static IEnumerable<string> Of(UnfilteredCursor cursor, long nowSeconds, Func<ColumnMetadata, bool> hasTimes)
    {
        using LiveRowCursor live = new(cursor, nowSeconds);
        while (live.MoveToNextPartition())
        {
            string key = Convert.ToHexStringLower(live.PartitionKey);
            if (live.StaticRow is { } row)
                yield return $"{key} static{Cells(row, live.Table.Statics, nowSeconds, hasTimes)}";
            while (live.MoveToNextRow())
                yield return $"{key} [{Clustering(live.Row)}]{Cells(live.Row, live.Table.Regulars, nowSeconds, hasTimes)}";
        }
    }

    private static string Clustering(Row row)
    {
        StringBuilder text = new();
        foreach (Slice slice in row.ClusteringSlices)
            text.Append(slice.IsNull ? "null" : Convert.ToHexStringLower(row.Bytes(slice))).Append(',');
        return text.ToString();
    }

    private static string Cells(Row row, IReadOnlyList<ColumnMetadata> columns, long nowSeconds, Func<ColumnMetadata, bool> hasTimes)
    {
        StringBuilder text = new();
        int column = -1;
        int index = 0;
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (!cell.IsLive(nowSeconds))
                continue;
            ColumnMetadata metadata = columns[cell.Column];
            index = cell.Column == column ? index + 1 : 0;
            column = cell.Column;
            text.Append(' ').Append(metadata.Name);
            if (metadata.IsComplex)
                text.Append('/').Append(metadata.Type.Unreversed is ListType ? index.ToString(CultureInfo.InvariantCulture) : Convert.ToHexStringLower(row.Path(cell)));
            if (metadata.Type.IsCounter)
            {
                text.Append('=').Append(new CounterContext(row.Value(cell)).Total.ToString(CultureInfo.InvariantCulture));
                continue;
            }

            text.Append('=').Append(Convert.ToHexStringLower(row.Value(cell)));
            if (!hasTimes(metadata))
                continue;
            text.Append('@').Append(cell.TimestampMicros.ToString(CultureInfo.InvariantCulture));
            if (cell.IsExpiring)
                text.Append('!').Append(cell.LocalDeletionSeconds.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
