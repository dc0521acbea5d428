using System.Collections.Immutable;
using System.Security.Cryptography;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>What columns a result has, and whether there is more of it.</summary>
/// <remarks>
/// <code>
/// [int] flags: 0x01 one table for all columns, 0x02 more pages, 0x04 no columns here, 0x08 columns have changed
/// [int] number of columns
/// [bytes] paging state                 flag 0x02
/// [short bytes] id of these columns    flag 0x08, from version 5 on
/// columns                              unless flag 0x04; see ColumnList
/// source    org/apache/cassandra/cql3/ResultSet.java (ResultMetadata.Codec)
/// </code>
/// Flag 0x01 may be set without columns.
/// </remarks>
internal sealed record ResultMetadata
{
    private const int OneTableFlag = 0x01;
    private const int MorePagesFlag = 0x02;
    private const int NoColumnsFlag = 0x04;
    private const int ChangedFlag = 0x08;

    /// <summary>Of a statement without a result.</summary>
    public static ResultMetadata Empty { get; } = new();

    /// <summary>How many columns there are.</summary>
    public int ColumnCount { get; init; }

    /// <summary>The columns; default where they are left out.</summary>
    public ImmutableArray<ResultColumn> Columns { get; init; }

    /// <summary>Whether all columns are of one table.</summary>
    public bool HasOneTable { get; init; }

    /// <summary>Where this page ends; null for the last one.</summary>
    public ReadOnlyMemory<byte>? PagingState { get; init; }

    /// <summary>The id of the columns, where they are no longer those that the client knows; else null.</summary>
    public ReadOnlyMemory<byte>? ChangedId { get; init; }

    /// <summary>The metadata of columns.</summary>
    public static ResultMetadata Of(ImmutableArray<ResultColumn> columns) =>
        new() { ColumnCount = columns.Length, Columns = columns, HasOneTable = ColumnList.HasOneTable(columns) };

    /// <summary>The same without the columns, for a client that knows them.</summary>
    public ResultMetadata WithoutColumns() => this with { Columns = default };

    /// <summary>The id of columns: MD5 over each name, a zero byte, the type's class and two zero bytes. Cassandra's own, so that drivers' caches outlive a move.</summary>
    /// <remarks>Source: org/apache/cassandra/cql3/ResultSet.java (computeResultMetadataId).</remarks>
    public static byte[] ComputeId(ImmutableArray<ResultColumn> columns)
    {
        BufferWriter text = new();
        if (!columns.IsDefault)
        {
            foreach (ResultColumn column in columns)
            {
                text.WriteText(column.Name);
                text.WriteByte(0);
                text.WriteText(column.Type.ClassName);
                text.WriteUInt16(0);
            }
        }

        return MD5.HashData(text.WrittenSpan);
    }

    /// <summary>Reads metadata.</summary>
    public static ResultMetadata Read(ref NotationReader reader, ProtocolVersion version)
    {
        int flags = reader.ReadInt32();
        int count = reader.ReadInt32();
        if (count < 0)
            ProtocolException.Throw($"a result can't have {count} columns");
        ResultMetadata metadata = new()
        {
            ColumnCount = count,
            HasOneTable = (flags & OneTableFlag) != 0,
            PagingState = (flags & MorePagesFlag) != 0 ? reader.ReadBytes() : null,
            ChangedId = (flags & ChangedFlag) != 0 && version.HasResultMetadataId ? reader.ReadShortBytes() : default(ReadOnlyMemory<byte>?),
        };
        return (flags & NoColumnsFlag) != 0 ? metadata : metadata with { Columns = ColumnList.Read(ref reader, count, metadata.HasOneTable) };
    }

    /// <summary>Appends the metadata.</summary>
    public void Write(BufferWriter output, ProtocolVersion version)
    {
        bool hasChanged = ChangedId is not null && version.HasResultMetadataId;
        output.WriteInt32(
            (HasOneTable ? OneTableFlag : 0) | (PagingState is not null ? MorePagesFlag : 0) | (Columns.IsDefault ? NoColumnsFlag : 0) | (hasChanged ? ChangedFlag : 0));
        output.WriteInt32(ColumnCount);
        if (PagingState is { } state)
            output.WriteIntBytes(state.Span);
        if (hasChanged)
            output.WriteShortBytes(ChangedId!.Value.Span);
        if (!Columns.IsDefault)
            ColumnList.Write(output, Columns, HasOneTable, version);
    }

    /// <summary>Adds a paging state to metadata that were written without one.</summary>
    /// <param name="output">What they and more were written to.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="pagingState">Where the page ends.</param>
    public static void InsertPagingState(BufferWriter output, int offset, ReadOnlySpan<byte> pagingState)
    {
        int at = offset + (2 * sizeof(int));
        int shifted = output.Length - at;
        int added = sizeof(int) + pagingState.Length;
        _ = output.GetSpan(added);
        output.Advance(added);
        output.Patch(at, shifted).CopyTo(output.Patch(at + added, shifted));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(output.Patch(at, sizeof(int)), pagingState.Length);
        pagingState.CopyTo(output.Patch(at + sizeof(int), pagingState.Length));
        output.Patch(offset + sizeof(int) - 1, 1)[0] |= MorePagesFlag;
    }
}
