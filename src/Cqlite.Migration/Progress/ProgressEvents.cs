using System.Buffers;
using System.Text.Json;

namespace Cqlite.Migration.Progress;

/// <summary>Progress as events in JSON, a line each.</summary>
/// <example><code>{"event":"progress","operation":"export","table":"shop.orders","rows":10000,"bytes":812345,"percent":0.81,"rowsPerSecond":151000,"elapsedSeconds":0.07,"remainingSeconds":8.1,"done":false}</code></example>
public sealed class ProgressEvents : IProgress<TransferProgress>
{
    private readonly TextWriter _output;
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Writes to a writer, which stays its owner's.</summary>
    public ProgressEvents(TextWriter output) => _output = output;

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _line.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_line))
        {
            json.WriteStartObject();
            json.WriteString("event", "progress");
            json.WriteString("operation", value.Operation);
            json.WriteString("table", value.Table);
            json.WriteNumber("rows", value.Rows);
            json.WriteNumber("bytes", value.Bytes);
            json.WriteNumber("percent", Math.Round(value.Percent, 2));
            json.WriteNumber("rowsPerSecond", Math.Round(value.RowsPerSecond));
            json.WriteNumber("elapsedSeconds", Math.Round(value.Elapsed.TotalSeconds, 2));
            if (value.Remaining is { } remaining)
                json.WriteNumber("remainingSeconds", Math.Round(remaining.TotalSeconds, 1));
            else
                json.WriteNull("remainingSeconds");
            json.WriteBoolean("done", value.IsDone);
            json.WriteEndObject();
        }

        _output.WriteLine(System.Text.Encoding.UTF8.GetString(_line.WrittenSpan));
    }
}
