using System.Text;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Tests.Replay;

/// <summary>Tells how an answer differs from the recorded one: in its bytes, and where these are rows, in which columns.</summary>
internal static class ReplayComparison
{
    /// <summary>The differences; of rows one for each column that has any.</summary>
    public static IEnumerable<(string? Column, string Theirs, string Ours)> Differences(Message? question, Envelope expected, Envelope actual)
    {
        if (expected.Header with { BodyLength = 0 } == actual.Header with { BodyLength = 0 } && expected.Body.Span.SequenceEqual(actual.Body.Span))
            return [];

        // A trace's id is asked for, and politely refused.
        if (AreSameButForTracing(expected, actual))
            return [];
        if (ReadOrNull(expected, out EnvelopeExtras theirExtras) is RowsResult theirs && ReadOrNull(actual, out EnvelopeExtras ourExtras) is RowsResult ours && HaveSameColumns(theirs, ours))
        {
            List<(string? Column, string Theirs, string Ours)> differences = [.. RowDifferences(theirs, ours)];
            (string theirExtra, string ourExtra) = (Describe(theirExtras), Describe(ourExtras));
            if (theirExtra != ourExtra)
                differences.Add(("(extras)", theirExtra, ourExtra));
            return differences;
        }

        (string theirText, string ourText) = (Describe(expected), Describe(actual));
        if (theirText == ourText)
            (theirText, ourText) = ($"{expected.Header} {Convert.ToHexStringLower(expected.Body.Span)}", $"{actual.Header} {Convert.ToHexStringLower(actual.Body.Span)}");
        return [(null, theirText, ourText)];
    }

    /// <summary>An answer in words.</summary>
    public static string Describe(in Envelope envelope)
    {
        Message? message = ReadOrNull(envelope, out EnvelopeExtras extras);
        string text = message switch
        {
            null => Convert.ToHexString(envelope.Body.Span),
            RowsResult rows => $"{rows.RowCount} rows of {ColumnsOf(rows.Metadata)}",
            PreparedResult p => $"PREPARED {Convert.ToHexStringLower(p.StatementId.Span)} {Convert.ToHexStringLower(p.ResultMetadataId.Span)} {string.Join(", ", p.Markers.Markers.Select(Describe))} key {string.Join(' ', p.Markers.PartitionKey)} result {ColumnsOf(p.Metadata)}",
            ErrorMessage e => $"ERROR {(int)e.Code:x4} {e.Text} {Describe(e.Details, envelope.Header.Version)}",
            SchemaChangeResult { Change: var c } => $"SCHEMA {c.Kind} {c.Target} {c.Keyspace} {c.Name} {string.Join(", ", c.ArgumentTypes ?? [])}",
            SchemaEvent { Change: var c } => $"EVENT {c.Kind} {c.Target} {c.Keyspace} {c.Name} {string.Join(", ", c.ArgumentTypes ?? [])}",
            SupportedMessage s => $"SUPPORTED {string.Join("; ", s.Options.Select(o => $"{o.Key}: {string.Join(", ", o.Value)}"))}",
            _ => message.ToString(),
        };
        return $"v{envelope.Header.Version.Number} {envelope.Header.Opcode} {text} {Describe(extras)}";
    }

    private static bool AreSameButForTracing(in Envelope expected, in Envelope actual)
    {
        const EnvelopeFlags OfExtras = EnvelopeFlags.Tracing | EnvelopeFlags.Warning | EnvelopeFlags.CustomPayload;
        if (ReadOrNull(expected, out EnvelopeExtras theirs) is not { } theirMessage || ReadOrNull(actual, out EnvelopeExtras ours) is not { } ourMessage)
            return false;
        BufferWriter theirBytes = new();
        BufferWriter ourBytes = new();
        theirMessage.Write(theirBytes, expected.Header.Version);
        ourMessage.Write(ourBytes, expected.Header.Version);
        return expected.Header with { BodyLength = 0, Flags = expected.Header.Flags & ~OfExtras } == actual.Header with { BodyLength = 0, Flags = actual.Header.Flags & ~OfExtras }
            && Describe(theirs) == Describe(ours) && theirBytes.WrittenSpan.SequenceEqual(ourBytes.WrittenSpan);
    }

    private static string Describe(ErrorDetails? details, ProtocolVersion version)
    {
        BufferWriter output = new();
        details?.Write(output, version);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    private static string Describe(EnvelopeExtras extras) =>
        $"{string.Concat((extras.Warnings ?? []).Where(w => !w.StartsWith("Tracing was asked for", StringComparison.Ordinal)).Select(w => $"warning {w} "))}{(extras.CustomPayload is null ? "" : "payload " + string.Join(", ", extras.CustomPayload.Select(p => p.Key)))}";

    private static string Describe(ResultColumn column) => $"{column.Keyspace}.{column.Table}.{column.Name} {column.Type}";

    private static string ColumnsOf(ResultMetadata metadata) => metadata.Columns.IsDefault
        ? $"{metadata.ColumnCount} known columns {(metadata.HasOneTable ? "one table" : "")}{(metadata.PagingState is null ? "" : " more")}"
        : $"{string.Join(", ", metadata.Columns.Select(Describe))}{(metadata.HasOneTable ? " one table" : "")}{(metadata.PagingState is null ? "" : " more")}{(metadata.ChangedId is null ? "" : " changed")}";

    private static bool HaveSameColumns(RowsResult theirs, RowsResult ours) =>
        ColumnsOf(theirs.Metadata) == ColumnsOf(ours.Metadata) && theirs.Metadata.ChangedId.GetValueOrDefault().Span.SequenceEqual(ours.Metadata.ChangedId.GetValueOrDefault().Span);

    private static IEnumerable<(string? Column, string Theirs, string Ours)> RowDifferences(RowsResult theirs, RowsResult ours)
    {
        int columns = theirs.Metadata.ColumnCount;
        List<byte[]?[]> theirRows = Rows(theirs);
        List<byte[]?[]> ourRows = Rows(ours);
        if (theirRows.Count != ourRows.Count)
            yield return ("(rows)", $"{theirRows.Count}: {Text(theirs, theirRows)}", $"{ourRows.Count}: {Text(ours, ourRows)}");
        for (int column = 0; column < columns; column++)
        {
            string name = theirs.Metadata.Columns.IsDefault ? $"column {column}" : $"{theirs.Metadata.Columns[column].Keyspace}.{theirs.Metadata.Columns[column].Table}.{theirs.Metadata.Columns[column].Name}";
            for (int row = 0; row < Math.Min(theirRows.Count, ourRows.Count); row++)
            {
                if (AreSame(theirRows[row][column], ourRows[row][column]))
                    continue;
                yield return (name, $"row {row} {Text(theirs, column, theirRows[row][column])}", Text(ours, column, ourRows[row][column]));
                break;
            }
        }
    }

    private static List<byte[]?[]> Rows(RowsResult result)
    {
        NotationReader reader = new(result.Content);
        List<byte[]?[]> rows = [];
        for (int i = 0; i < result.RowCount; i++)
        {
            byte[]?[] row = new byte[]?[result.Metadata.ColumnCount];
            for (int column = 0; column < row.Length; column++)
                row[column] = reader.ReadBytes()?.ToArray();
            rows.Add(row);
        }

        return rows;
    }

    private static bool AreSame(byte[]? left, byte[]? right) => left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);

    private static string Text(RowsResult result, List<byte[]?[]> rows) => string.Join("; ", rows.Select(r => string.Join(", ", r.Select((v, i) => Text(result, i, v)))));

    private static string Text(RowsResult result, int column, byte[]? value)
    {
        if (value is null)
            return "null";
        if (result.Metadata.Columns.IsDefault)
            return Convert.ToHexStringLower(value);
        try
        {
            BufferWriter output = new();
            result.Metadata.Columns[column].Type.WriteLiteral(value, output);
            return output.ToString();
        }
        catch (InvalidQueryException)
        {
            return Encoding.Latin1.GetString(value);
        }
    }

    private static Message? ReadOrNull(in Envelope envelope, out EnvelopeExtras extras)
    {
        extras = EnvelopeExtras.None;
        try
        {
            return Message.Read(envelope, out extras);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }
}
