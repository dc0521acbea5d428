using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cqlite.Cli;

/// <summary>One JSON object on one line. Characters are escaped only where JSON asks for it: the text goes to files and terminals, not into HTML.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object whose members are written.</summary>
    public static string Of(Action<Utf8JsonWriter> writeMembers)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, s_options))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
