namespace Cqlite.Core.SSTables;

/// <summary>The first byte of a row, a range tombstone marker or a partition's end, and the second one of some rows.</summary>
/// <remarks>
/// <code>
/// row      flags, (extended flags), clustering (not of a static row), vint length of the rest, then the rest:
///          vint length of what stands before, (timestamp, (TTL, expiry)), (deletion), (columns), cells
/// marker   flags, kind, short number of values, values, vint length of the rest, then the rest:
///          vint length of what stands before, deletion; of a boundary the ending one, then the starting one
/// end      0x01
///
/// timestamp, time, TTL    unsigned vints, relative to the header's EncodingStats
/// deletion                timestamp, then time
/// columns                 vint; of less than 64 columns a bit for each that is missing; else the number of missing ones
///                         and then, as vints, the indexes of the present ones if those are fewer than half, else of the missing
/// cells                   one for each simple column; for each complex one (deletion), vint number, cells
/// cell                    flags, (timestamp), (deletion time), (TTL), (vint length and path), (vint length) and value
/// </code>
/// Source: org/apache/cassandra/db/rows/{UnfilteredSerializer,Cell}.java, db/Columns.java.
/// </remarks>
internal static class UnfilteredFlags
{
    /// <summary>The partition ends; nothing follows.</summary>
    public const int EndOfPartition = 0x01;

    /// <summary>A marker; else a row.</summary>
    public const int IsMarker = 0x02;

    /// <summary>The row has liveness.</summary>
    public const int HasTimestamp = 0x04;

    /// <summary>The row's liveness expires.</summary>
    public const int HasTtl = 0x08;

    /// <summary>The row has a deletion.</summary>
    public const int HasDeletion = 0x10;

    /// <summary>The row has cells of all columns of the header.</summary>
    public const int HasAllColumns = 0x20;

    /// <summary>The row's complex columns have deletions.</summary>
    public const int HasComplexDeletion = 0x40;

    /// <summary>A byte of extended flags follows.</summary>
    public const int HasExtension = 0x80;

    /// <summary>Extended: the static row.</summary>
    public const int IsStatic = 0x01;

    /// <summary>Extended: the deletion is shadowable.</summary>
    public const int HasShadowableDeletion = 0x02;

    /// <summary>Cell: a tombstone.</summary>
    public const int CellIsDeleted = 0x01;

    /// <summary>Cell: it expires.</summary>
    public const int CellIsExpiring = 0x02;

    /// <summary>Cell: the value is empty and not stored.</summary>
    public const int CellHasEmptyValue = 0x04;

    /// <summary>Cell: the timestamp is the row's.</summary>
    public const int CellUsesRowTimestamp = 0x08;

    /// <summary>Cell: TTL and expiry are the row's.</summary>
    public const int CellUsesRowTtl = 0x10;

    /// <summary>Cell: bits that mean nothing.</summary>
    public const int CellUnknown = 0xE0;
}
