using System.Buffers;
using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Migration.Progress;

namespace Cqlite.Migration.Clusters;

/// <summary>The writes that a cluster refuses, each with the reason, in a file. For any number of threads.</summary>
/// <remarks><code>
/// {"table":"shop.orders","reason":"...","cql":"UPDATE ...","values":["0a",null]}    a line each; values are serialized, in hex
/// </code></remarks>
internal sealed class Rejects(string? path, string table) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private Stream? _output;

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>Puts a write aside.</summary>
    /// <exception cref="CqliteException">There is no file for it: the reason itself.</exception>
    public void Add(RowStatement statement, CqliteException reason)
    {
        if (path is null)
            throw reason;
        lock (_lock)
        {
            Count++;
            _line.ResetWrittenCount();
            using (Utf8JsonWriter json = new(_line))
            {
                json.WriteStartObject();
                json.WriteString("table", table);
                json.WriteString("reason", reason.Message);
                json.WriteString("cql", statement.Text);
                json.WriteStartArray("values");
                foreach (byte[]? value in statement.Values)
                    json.WriteStringValue(value is null ? null : Convert.ToHexStringLower(value));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            _line.Write("\n"u8);
            _output ??= GrowingFile.Open(path, "the file of rejected rows");
            _output.Write(_line.WrittenSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _output?.Dispose();
}
