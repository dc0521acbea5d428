using System.Collections.Immutable;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Messages;

/// <summary>Reads each recorded message, both directions and all versions, and writes it again: the bytes must be the same.</summary>
public sealed class RecordedMessagesTests
{
    /// <summary>What can't come back as it was: bytes after a message's end, which nobody reads, and a flag that does not exist.</summary>
    private static readonly Dictionary<string, string> s_notTheSame = new(StringComparer.Ordinal)
    {
        ["protocol-errors-v3 @47"] = "bytes after the end",
        ["protocol-errors-v4 @47"] = "bytes after the end",
        ["protocol-errors-v5 @70"] = "bytes after the end",
        ["protocol-errors-v5 @76"] = "an unknown flag",
        ["results-v3 @54"] = "the empty string after a keyspace that stands for a function",
        ["results-v3 @60"] = "the empty string after a keyspace that stands for a function",
        ["results-v3 @64"] = "the empty string after a keyspace that stands for a function",
        ["results-v3 @66"] = "the empty string after a keyspace that stands for a function",
    };

    [Theory, ProtocolConversations]
    public void Each_message_is_written_as_it_was_sent_or_refused_as_it_was(ProtocolConversation conversation)
    {
        foreach ((ProtocolRecord record, Envelope envelope) in RecordedEnvelopes.Of(conversation))
        {
            Message message;
            EnvelopeExtras extras;
            try
            {
                message = Message.Read(envelope, out extras);
            }
            catch (ProtocolException problem)
            {
                RequireAnswer(conversation, record, problem);
                continue;
            }

            BufferWriter written = new();
            extras.Write(written);
            message.Write(written, envelope.Header.Version);
            bool isSame = written.WrittenSpan.SequenceEqual(envelope.Body.Span);
            Assert.True(isSame != s_notTheSame.ContainsKey($"{conversation.Name} @{record.Number}"), $"@{record.Number}: {message}");
            Assert.Equal(envelope.Header.Flags & (EnvelopeFlags.Tracing | EnvelopeFlags.Warning | EnvelopeFlags.CustomPayload), extras.Flags);
        }
    }

    [Theory, ProtocolConversations]
    public void Each_row_is_read_and_written_from_the_engines_result(ProtocolConversation conversation)
    {
        foreach ((ProtocolRecord record, Envelope envelope) in RecordedEnvelopes.Of(conversation))
        {
            if (record.Opcode != "RESULT" || record.FromClient || Message.Read(envelope, out EnvelopeExtras extras) is not RowsResult rows)
                continue;
            BufferWriter written = new();
            extras.Write(written);
            RowsWriter writer = new(written, rows.Metadata with { PagingState = null }, envelope.Header.Version);
            ImmutableArray<ResultColumn> columns = rows.Metadata.Columns.IsDefault
                ? [.. Enumerable.Range(0, rows.Metadata.ColumnCount).Select(i => new ResultColumn("", "", $"{i}", CqlTypes.Blob))]
                : rows.Metadata.Columns;
            using QueryResult result = rows.Open(columns);
            Assert.False(writer.WritePage(result, maxRows: 0, maxBytes: int.MaxValue));
            Assert.Equal(rows.RowCount, writer.RowCount);
            writer.Finish(rows.Metadata.PagingState.GetValueOrDefault().Span);
            Assert.True(written.WrittenSpan.SequenceEqual(envelope.Body.Span), $"@{record.Number}");
        }
    }

    [Theory, ProtocolConversations]
    public void Each_value_is_one_of_its_columns_type(ProtocolConversation conversation)
    {
        foreach ((ProtocolRecord record, Envelope envelope) in RecordedEnvelopes.Of(conversation))
        {
            if (record.Opcode != "RESULT" || record.FromClient || Message.Read(envelope, out _) is not RowsResult { Metadata.Columns.IsDefault: false } rows)
                continue;
            using QueryResult result = rows.Open();
            while (result.MoveNext())
            {
                for (int i = 0; i < result.Columns.Length; i++)
                {
                    ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                    if (!isNull && !result.Columns[i].Type.IsCounter)
                        result.Columns[i].Type.Validate(value);
                }
            }
        }
    }

    /// <summary>Of statements whose columns are neither frozen nor reversed: the wire does not tell, and the ids do.</summary>
    [Theory]
    [InlineData("batch-v5", 1)]
    [InlineData("errors-v5", 1)]
    [InlineData("java-v5-session", 4)]
    [InlineData("prepared-v5", 16)]
    [InlineData("python-v5-session", 3)]
    public void Ids_of_columns_are_Cassandras(string name, int expected)
    {
        PreparedResult[] all =
        [
            .. RecordedEnvelopes.Of(ProtocolConversation.Parse(name, null)).Where(r => r.Record.Opcode == "RESULT" && !r.Record.FromClient)
                .Select(r => Message.Read(r.Envelope, out _)).OfType<PreparedResult>(),
        ];
        Assert.Equal(expected, all.Length);
        foreach (PreparedResult prepared in all)
            Assert.Equal(Convert.ToHexString(prepared.ResultMetadataId.Span), Convert.ToHexString(ResultMetadata.ComputeId(prepared.Metadata.Columns)));
    }

    [Theory]
    [InlineData("prepared-v4", "INSERT INTO", 3)]
    [InlineData("prepared-v5", "INSERT INTO", 3)]
    [InlineData("java-v5-session", "", 4)]
    public void Ids_of_statements_are_Cassandras(string name, string beginning, int expected)
    {
        Dictionary<int, string> asked = [];
        int found = 0;
        foreach ((ProtocolRecord record, Envelope envelope) in RecordedEnvelopes.Of(ProtocolConversation.Parse(name, null)))
        {
            if (record.Opcode == "PREPARE" && Message.Read(envelope, out _) is PrepareMessage prepare && prepare.Query.StartsWith(beginning, StringComparison.Ordinal))
                asked[record.Stream] = prepare.Query;
            else if (record.Opcode == "RESULT" && asked.Remove(record.Stream, out string? query) && Message.Read(envelope, out _) is PreparedResult prepared)
            {
                string id = Convert.ToHexString(prepared.StatementId.Span);
                string keyspace = prepared.Markers.Markers.FirstOrDefault()?.Keyspace ?? prepared.Metadata.Columns.FirstOrDefault()?.Keyspace ?? "";
                string[] possible = [Convert.ToHexString(PreparedResult.ComputeId(query, null)), Convert.ToHexString(PreparedResult.ComputeId(query, keyspace))];
                Assert.Contains(id, possible);
                found++;
            }
        }

        Assert.Equal(expected, found);
    }

    private static void RequireAnswer(ProtocolConversation conversation, ProtocolRecord refused, ProtocolException problem)
    {
        ProtocolRecord? answer = conversation.Records.FirstOrDefault(r =>
            r.Number > refused.Number && r.Connection == refused.Connection && !r.FromClient && r.Kind == ProtocolRecordKind.Envelope && r.Stream == refused.Stream);
        Assert.True(answer is { Opcode: "ERROR" }, $"@{refused.Number} was not refused: {problem.Message}");
        NotationReader body = new(answer.Body.ToArray());
        var error = ErrorMessage.Read(ref body, new((byte)answer.Version));
        Assert.Equal((error.Code, error.Text), (problem.Code, problem.Message));
    }
}
