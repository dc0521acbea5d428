using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Migration.Results;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>Tells documents apart by the names that their first object has, whole or a line of many.</summary>
internal static class ReportInputs
{
    /// <summary>What a file is.</summary>
    public static ReportInputKind KindOf(ReadOnlySpan<byte> content)
    {
        Utf8JsonReader json = new(WithoutMark(content), new JsonReaderOptions { AllowMultipleValues = true });
        HashSet<string> names = new(StringComparer.Ordinal);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return ReportInputKind.Unknown;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                json.Read();
                if (name is "format" or "event" && json.TokenType == JsonTokenType.String)
                    return OfFormat(json.GetString()!);
                names.Add(name);
                json.Skip();
            }
        }
        catch (JsonException)
        {
            // What is no JSON is none of these, unless it has said enough before.
        }
        catch (InvalidOperationException)
        {
            // A name that is no UTF-16, such as half of a pair.
        }

        return names.IsSupersetOf(["table", "reason", "cql"]) ? ReportInputKind.Rejects
            : names.IsSupersetOf(["round", "dueAt", "status"]) ? ReportInputKind.ContinuousValidation
            : names.IsSupersetOf(["operation", "source", "target", "tables"]) ? ReportInputKind.TransferResult
            : names.IsSupersetOf(["isDryRun", "sinceMicros", "tables"]) ? ReportInputKind.SyncReport
            : ReportInputKind.Unknown;
    }

    /// <summary>The lines of a file that have anything, with their numbers. A last line that no line end closes is one that was being written, and is left out where it is not whole.</summary>
    public static IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> Lines(byte[] content, string path)
    {
        ReadOnlyMemory<byte> rest = content.AsMemory(content.Length - WithoutMark(content).Length);
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Span.Trim(" \r\t"u8).IsEmpty || (end < 0 && !IsWhole(line.Span)))
                continue;
            if (!IsWhole(line.Span))
                throw new CorruptDataException(path, -1, $"line {number} is no JSON; one object a line is expected.");
            yield return (number, line);
        }
    }

    private static ReportInputKind OfFormat(string name) => name switch
    {
        Operands.OperandKinds.ExportFormat => ReportInputKind.ExportManifest,
        TransferResult.FormatName => ReportInputKind.TransferResult,
        ValidationReport.FormatName => ReportInputKind.ValidationReport,
        SyncReport.FormatName => ReportInputKind.SyncReport,
        "progress" => ReportInputKind.ProgressEvents,
        "round" => ReportInputKind.ContinuousValidation,
        _ => ReportInputKind.Unknown,
    };

    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader json = new(line);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return false;
            json.Skip();
            return !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> content) => content.StartsWith("\uFEFF"u8) ? content[3..] : content;
}
