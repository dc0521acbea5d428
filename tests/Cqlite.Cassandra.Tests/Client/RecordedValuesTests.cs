using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Rows that real nodes sent decode to the columns and values that the recorder's own decoder saw in them.</summary>
public sealed partial class RecordedValuesTests
{
    [Fact]
    public void Values_are_those_that_were_recorded()
    {
        int results = 0;
        int values = 0;
        List<string> wrong = [];
        foreach (ProtocolConversation conversation in ProtocolConversation.All)
        {
            foreach (int connection in conversation.Records.Select(r => r.Connection).Distinct())
            {
                foreach ((ProtocolRecord record, Envelope envelope) in new RecordedAnswers(conversation, connection).FromServer)
                {
                    if (!record.Comments.Any(c => c.StartsWith("kind 2 (rows)", StringComparison.Ordinal)) || Message.Read(envelope, out _) is not RowsResult rows)
                        continue;
                    results++;
                    string place = string.Create(CultureInfo.InvariantCulture, $"{conversation.Name} @{record.Number}");
                    CompareColumns(record, rows, place, wrong);
                    values += CompareRows(record, rows, place, wrong);
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(results > 300 && values > 3000, $"{results} results with {values} values were compared.");
    }

    private static void CompareColumns(ProtocolRecord record, RowsResult rows, string place, List<string> wrong)
    {
        if (rows.Metadata.Columns.IsDefault)
            return;
        string[] shown = [.. record.Comments.Where(c => ColumnComment().IsMatch(c))];
        for (int i = 0; i < shown.Length; i++)
        {
            ResultColumn column = rows.Metadata.Columns[i];
            string found = string.Create(CultureInfo.InvariantCulture, $"column {i}: {column.Keyspace}.{column.Table}.{column.Name} ");
            if (!shown[i].StartsWith(found, StringComparison.Ordinal))
                wrong.Add($"{place}: {found}is found, not {shown[i]}");
        }
    }

    // Of long values the recorder shows the first bytes, of long and of many rows the beginning.
    private static int CompareRows(ProtocolRecord record, RowsResult rows, string place, List<string> wrong)
    {
        using var cursor = new RowsCursor([.. Enumerable.Repeat<ResultColumn>(null!, rows.Metadata.ColumnCount)], rows.RowCount, rows.Content);
        int compared = 0;
        foreach (string comment in record.Comments.Where(c => c.StartsWith("row ", StringComparison.Ordinal)))
        {
            if (!cursor.MoveNext())
            {
                wrong.Add($"{place}: {comment} is not there");
                break;
            }

            string[] shown = CutComment().Replace(comment[(comment.IndexOf(':', StringComparison.Ordinal) + 2)..], "").Split(" | ");
            for (int i = 0; i < shown.Length; i++)
            {
                ReadOnlySpan<byte> value = cursor.GetValue(i, out bool isNull);
                string found = isNull ? "null" : string.Create(CultureInfo.InvariantCulture, $"{value.Length} bytes {Convert.ToHexStringLower(value)}");
                if (!found.StartsWith(shown[i].TrimEnd('.', ' '), StringComparison.Ordinal))
                    wrong.Add($"{place}: column {i} is {found}, not {shown[i]}");
                compared++;
            }
        }

        return compared;
    }

    [GeneratedRegex(@"\.\.\. \(\d+ characters\)$")]
    private static partial Regex CutComment();

    [GeneratedRegex(@"^column \d+: ")]
    private static partial Regex ColumnComment();
}
