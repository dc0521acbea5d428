using System.Buffers.Binary;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>Writes a page of rows straight from the engine's result into a body; the counterpart of <see cref="RowsResult"/>.</summary>
internal sealed class RowsWriter
{
    private readonly BufferWriter _output;
    private readonly int _metadataOffset;
    private readonly int _countOffset;

    /// <summary>Begins the page: kind and metadata.</summary>
    /// <param name="output">The body.</param>
    /// <param name="metadata">The columns, without a paging state: whether there are more pages is known at the end.</param>
    /// <param name="version">The connection's version.</param>
    public RowsWriter(BufferWriter output, ResultMetadata metadata, ProtocolVersion version)
    {
        if (metadata.PagingState is not null)
            throw new ArgumentException("The paging state is given to Finish.", nameof(metadata));
        _output = output;
        output.WriteInt32((int)ResultKind.Rows);
        _metadataOffset = output.Length;
        metadata.Write(output, version);
        _countOffset = output.Length;
        output.WriteInt32(0);
    }

    /// <summary>Rows written so far.</summary>
    public int RowCount { get; private set; }

    /// <summary>Bytes of the page so far.</summary>
    public int LengthBytes => _output.Length - _metadataOffset + sizeof(int);

    /// <summary>Appends the result's current row.</summary>
    public void WriteRow(QueryResult result)
    {
        result.WriteRow(_output);
        RowCount++;
    }

    /// <summary>Appends the rows that come, until the page is full.</summary>
    /// <param name="result">The result; its current row is not written again.</param>
    /// <param name="maxRows">Rows of a page; zero or less for all.</param>
    /// <param name="maxBytes">The page ends with the first row that makes it this long or longer.</param>
    /// <returns>Whether the result may have more rows.</returns>
    public bool WritePage(QueryResult result, int maxRows, int maxBytes)
    {
        while (maxRows <= 0 || RowCount < maxRows)
        {
            if (LengthBytes >= maxBytes && RowCount > 0)
                return true;
            if (!result.MoveNext())
                return false;
            WriteRow(result);
        }

        return true;
    }

    /// <summary>Ends the page.</summary>
    /// <param name="pagingState">Where the next page begins; empty when there is none.</param>
    public void Finish(ReadOnlySpan<byte> pagingState)
    {
        BinaryPrimitives.WriteInt32BigEndian(_output.Patch(_countOffset, sizeof(int)), RowCount);
        if (!pagingState.IsEmpty)
            ResultMetadata.InsertPagingState(_output, _metadataOffset, pagingState);
    }
}
