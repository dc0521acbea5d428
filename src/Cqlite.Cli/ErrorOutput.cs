using System.Text.Json;
using Cqlite.Core.Errors;

namespace Cqlite.Cli;

/// <summary>How an error reaches the user: a sentence, or with <c>--json</c> one JSON object, on standard error.</summary>
internal static class ErrorOutput
{
    /// <summary>Writes an error.</summary>
    public static void Write(CqliteException error, bool asJson)
    {
        if (!asJson)
        {
            Console.Error.WriteLine($"cqlite: {error.Message}");
            return;
        }

        using Stream output = Console.OpenStandardError();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("error", error.GetType().Name[..^"Exception".Length]);
            json.WriteString("message", error.Message);
            switch (error)
            {
                case CorruptDataException corrupt:
                    json.WriteString("file", corrupt.File);
                    json.WriteNumber("offset", corrupt.Offset);
                    break;
                case CqlSyntaxException syntax:
                    json.WriteNumber("line", syntax.Line);
                    json.WriteNumber("column", syntax.Column);
                    break;
                case InvalidQueryException query:
                    json.WriteNumber("code", query.Code);
                    break;
                case StorageException storage:
                    json.WriteString("path", storage.Path);
                    break;
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
