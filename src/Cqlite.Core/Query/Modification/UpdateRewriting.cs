using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Query.Modification;

/// <summary>Makes another update of one whose rows and deletions have been merged: what depends on the whole is added then.</summary>
internal static class UpdateRewriting
{
    private const int TableIdLength = 16;

    /// <summary>Rewrites an update.</summary>
    /// <param name="update">The update.</param>
    /// <param name="changeRow">Changes a row, static or not, in place.</param>
    /// <param name="changeDeletion">Gives the deletion of the partition or of a range another form.</param>
    public static PartitionUpdate Rewrite(PartitionUpdate update, Action<Row> changeRow, Func<DeletionTime, DeletionTime> changeDeletion)
    {
        var window = new DataWindow();
        window.Fill(update.Content.Span, "an update");
        window.Position = TableIdLength;
        using var cursor = new PartitionUpdateCursor(update.Table, MessagingVersions.Own, window);
        cursor.Begin();
        var builder = new PartitionUpdateBuilder(update.Table);
        builder.Begin(update.Key);
        var ranges = new RangeTombstoneCollector();
        while (cursor.MoveToNextPartition())
        {
            if (!cursor.PartitionDeletion.IsLive)
                builder.Deletion = changeDeletion(cursor.PartitionDeletion);
            if (cursor.StaticRow is { } staticRow)
                Copy(staticRow, builder.AddStaticRow(), changeRow);
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind == UnfilteredKind.Row)
                    Copy(cursor.Row, builder.AddRow(), changeRow);
                else if (ranges.Add(cursor.Marker) is { } range)
                    builder.Add(range with { Deletion = changeDeletion(range.Deletion) });
            }
        }

        return builder.Build();
    }

    private static void Copy(Row row, Row target, Action<Row> change)
    {
        target.CopyFrom(row);
        change(target);
    }
}
