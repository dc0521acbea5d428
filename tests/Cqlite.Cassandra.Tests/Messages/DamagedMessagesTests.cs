using System.Collections.Immutable;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Messages;

/// <summary>Recorded messages with each byte flipped and cut at every length: a message, or an error of the protocol; never more memory than the bytes are worth.</summary>
public sealed class DamagedMessagesTests
{
    private const long SpareBytes = 256 * 1024;
    private const int BytesPerByte = 64;

    [Theory, ProtocolConversations]
    public void Damage_gives_a_message_or_an_error_of_the_protocol(ProtocolConversation conversation)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((ProtocolRecord record, Envelope envelope) in RecordedEnvelopes.Of(conversation))
        {
            // Conversations say the same things again and again.
            if (!seen.Add($"{envelope.Header.Opcode} {Convert.ToHexString(System.Security.Cryptography.MD5.HashData(envelope.Body.Span))}"))
                continue;
            DamagedBytes.ForEach(envelope.Body.Span, body =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Message message = Message.Read(envelope with { Body = body }, out _);
                    if (message is RowsResult rows)
                        ReadAll(rows);
                }
                catch (ProtocolException)
                {
                    // What is asked for.
                }

                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated <= SpareBytes + ((long)body.Length * BytesPerByte), $"@{record.Number}: {allocated:N0} bytes for {body.Length:N0}");
            });
        }
    }

    private static void ReadAll(RowsResult rows)
    {
        ImmutableArray<ResultColumn> columns = rows.Metadata.Columns;
        if (columns.IsDefault && rows.RowCount > 0)
            columns = [.. Enumerable.Repeat(new ResultColumn("", "", "", CqlTypes.Blob), rows.Metadata.ColumnCount)];
        if (columns.IsDefault)
            return;
        using QueryResult result = rows.Open(columns);
        while (result.MoveNext())
        {
            for (int i = 0; i < columns.Length; i++)
                _ = result.GetValue(i, out _).Length;
        }
    }
}
