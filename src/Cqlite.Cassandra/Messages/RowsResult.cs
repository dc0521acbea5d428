using System.Collections.Immutable;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>A page of rows, as it was received; <see cref="RowsWriter"/> makes one from the engine's result.</summary>
/// <remarks><code>
/// metadata             see ResultMetadata
/// [int] number of rows
/// each row: each column: [bytes], null where it has no value
/// source org/apache/cassandra/cql3/ResultSet.java (Codec)
/// </code></remarks>
/// <param name="Metadata">The columns.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="Content">The rows, serialized.</param>
internal sealed record RowsResult(ResultMetadata Metadata, int RowCount, ReadOnlyMemory<byte> Content) : ResultMessage
{
    /// <inheritdoc/>
    public override ResultKind Kind => ResultKind.Rows;

    /// <summary>Reads what follows the kind. Rows are not looked at, but so many can be there.</summary>
    public static RowsResult ReadRows(ref NotationReader reader, ProtocolVersion version)
    {
        ResultMetadata metadata = ResultMetadata.Read(ref reader, version);
        int rowCount = reader.ReadInt32();

        // A row of no columns takes no bytes, so that any number could be claimed; no statement gives such rows.
        if (rowCount > 0 && metadata.ColumnCount == 0)
            ProtocolException.Throw($"{rowCount} rows without columns");
        if (rowCount != 0)
            _ = reader.CheckCount(rowCount, (long)metadata.ColumnCount * sizeof(int));
        return new(metadata, rowCount, reader.Rest);
    }

    /// <summary>Goes through the rows; valid as long as the message is.</summary>
    /// <param name="knownColumns">The columns from PREPARED, for a result that came without its own.</param>
    /// <exception cref="ProtocolException">The result has no columns of its own, or another number of them.</exception>
    public QueryResult Open(ImmutableArray<ResultColumn> knownColumns = default)
    {
        ImmutableArray<ResultColumn> columns = Metadata.Columns.IsDefault ? knownColumns : Metadata.Columns;
        if (columns.IsDefault || columns.Length != Metadata.ColumnCount)
            ProtocolException.Throw($"a result of {Metadata.ColumnCount} columns came without them, where {(columns.IsDefault ? 0 : columns.Length)} are known");
        return new RowsCursor(columns, RowCount, Content);
    }

    /// <inheritdoc/>
    protected override void WriteContent(BufferWriter output, ProtocolVersion version)
    {
        Metadata.Write(output, version);
        output.WriteInt32(RowCount);
        output.Write(Content.Span);
    }
}
