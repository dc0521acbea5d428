using System.Text.Json;
using Cqlite.Core.Errors;

namespace Cqlite.Cli;

/// <summary>How an error reaches the user: a sentence, or with <c>--json</c> one JSON object, on standard error.</summary>
internal static class ErrorOutput
{
    private static readonly Lock s_stopping = new();
    private static Task? s_stopped;

    /// <summary>Writes an error.</summary>
    public static void Write(CqliteException error, bool asJson)
    {
        ProgressLine.Wipe();
        Console.Error.WriteLine(asJson ? JsonLine.Of(json => WriteMembers(json, error)) : $"cqlite: {error.Message}");
    }

    /// <summary>Writes what has no type of its own.</summary>
    public static void Write(string kind, string message, bool asJson)
    {
        ProgressLine.Wipe();
        Console.Error.WriteLine(asJson ? JsonLine.Of(json => WriteMembers(json, kind, message)) : $"cqlite: {message}");
    }

    /// <summary>Writes once that Ctrl-C has ended the command, whoever of several is first to say so; the task ends when it is written.</summary>
    public static Task WriteStopped(bool asJson)
    {
        lock (s_stopping)
            return s_stopped ??= Task.Run(() => Write("Stopped", "stopped.", asJson));
    }

    /// <summary>Tells what is no error, such as how to go on: a sentence, or with <c>--json</c> an event.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="asJson">Whether programs read it.</param>
    public static void Hint(string name, string message, bool asJson)
    {
        ProgressLine.Wipe();
        Console.Error.WriteLine(asJson
            ? JsonLine.Of(json =>
            {
                json.WriteString("event", name);
                json.WriteString("message", message);
            })
            : $"cqlite: {message}");
    }

    private static void WriteMembers(Utf8JsonWriter json, CqliteException error)
    {
        WriteMembers(json, error.GetType().Name[..^"Exception".Length], error.Message);
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
            case UnsupportedFormatException { File: { } file }:
                json.WriteString("file", file);
                break;
        }
    }

    private static void WriteMembers(Utf8JsonWriter json, string kind, string message)
    {
        json.WriteString("error", kind);
        json.WriteString("message", message);
    }
}
