using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Query.Planning;
using ResultKind = Cqlite.Core.Query.ResultKind;

namespace Cqlite.Cassandra.Server;

/// <summary>Writes what a statement has given into the answer of its request.</summary>
/// <param name="response">The answer.</param>
/// <param name="version">The connection's version.</param>
/// <param name="parameters">How the request wants it.</param>
/// <param name="maxBytes">How long an answer may be.</param>
internal sealed class ResultAnswer(ServerResponse response, ProtocolVersion version, QueryParameters parameters, int maxBytes)
{
    /// <summary>Memory for larger answers is asked for in such steps.</summary>
    private const int StepBytes = 1 << 20;

    /// <summary>The prepared statement that is executed; null for others.</summary>
    public PreparedStatement? Prepared { get; init; }

    /// <summary>The id of the columns that the client knows of <see cref="Prepared"/>; none before version 5.</summary>
    public ReadOnlyMemory<byte> KnownMetadataId { get; init; }

    /// <summary>After a page that was too long, how many rows of it are not.</summary>
    public int RowsThatFit { get; private set; }

    /// <summary>Writes a result; false when its page is too long for an answer, and must be executed with <see cref="RowsThatFit"/>.</summary>
    /// <exception cref="InvalidQueryException">It is too long, and the client did not ask for pages.</exception>
    public bool TryWrite(QueryResult result)
    {
        switch (result.Kind)
        {
            case ResultKind.Rows:
                if (!TryWriteRows(result))
                    return false;
                break;
            case ResultKind.SetKeyspace:
                response.Write(new SetKeyspaceResult(result.Keyspace!));
                break;
            case ResultKind.SchemaChange:
                response.Write(new SchemaChangeResult(SchemaChanges.ToMessage(result.Change!)));
                break;
            default:
                response.Write(VoidResult.Instance);
                break;
        }

        foreach (string warning in result.Warnings)
            response.Warn(warning);
        return true;
    }

    private bool TryWriteRows(QueryResult result)
    {
        RowsWriter rows = response.BeginRows(MetadataFor(result));
        int reserved = StepBytes;
        while (rows.WritePage(result, maxRows: 0, Math.Min(reserved, maxBytes)))
        {
            if (rows.LengthBytes >= maxBytes)
            {
                if (parameters.PageSize is null or < 0 || rows.RowCount == 1)
                    throw new InvalidQueryException($"The answer is longer than the {maxBytes:N0} bytes that this server sends at once; ask for pages, or for shorter ones.");
                RowsThatFit = rows.RowCount - 1;
                return false;
            }

            reserved = rows.LengthBytes + StepBytes;
            response.Reserve(reserved);
        }

        rows.Finish(result.PagingState);
        return true;
    }

    /// <summary>The columns, or that they are the ones that the client knows.</summary>
    /// <remarks>Source: org/apache/cassandra/transport/messages/ExecuteMessage.java (execute).</remarks>
    private ResultMetadata MetadataFor(QueryResult result)
    {
        bool isAsPrepared = Prepared?.Query.Plan is SelectPlan && Prepared.Query.Columns == result.Columns;
        ResultMetadata metadata = isAsPrepared ? Prepared!.Metadata : ResultMetadata.Of(result.Columns);
        if (Prepared is null || !version.HasResultMetadataId)
            return parameters.SkipMetadata && (Prepared is null || isAsPrepared) ? metadata.WithoutColumns() : metadata;

        // A conditional statement answers with other columns each time, which the client must not keep.
        if (Prepared.Query.Plan is ModificationPlan or BatchPlan)
            return metadata;
        ReadOnlyMemory<byte> id = isAsPrepared ? Prepared.MetadataId : ResultMetadata.ComputeId(metadata.Columns);
        if (!id.Span.SequenceEqual(KnownMetadataId.Span))
            return metadata with { ChangedId = id };
        return parameters.SkipMetadata ? metadata.WithoutColumns() : metadata;
    }
}
