using System.Text;
using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>Reads a JSON document token by token from a stream, holding no more than its longest token.</summary>
internal sealed class JsonTokens(Stream stream)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool isFinal;
    private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = 1024 });
    private long consumedBytes;
    private int valueStart;
    private int valueLength;

    /// <summary>The kind of the token that was read.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>Whether the value of the string or name has escapes.</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>Where the token begins in the stream.</summary>
    public long Position { get; private set; }

    /// <summary>The bytes of the value as they stand, without quotes; good until the next read.</summary>
    public ReadOnlySpan<byte> Raw => buffer.AsSpan(valueStart, valueLength);

    /// <summary>Reads the next token; false at the end.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public bool Read()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), isFinal, state);
            if (reader.Read())
            {
                Type = reader.TokenType;
                IsEscaped = reader.ValueIsEscaped;
                valueLength = reader.ValueSpan.Length;
                valueStart = start + (int)reader.TokenStartIndex + (Type is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0);
                Position = consumedBytes + reader.TokenStartIndex;
                Consume(ref reader);
                return true;
            }

            if (isFinal)
                return false;
            Consume(ref reader);
            Fill();
        }
    }

    /// <summary>The value as text: a string unescaped, all else as it stands.</summary>
    public string Text()
    {
        if (!IsEscaped)
            return Encoding.UTF8.GetString(Raw);

        var reader = new Utf8JsonReader(buffer.AsSpan(valueStart - 1, valueLength + 2));
        reader.Read();
        return reader.GetString()!;
    }

    private void Consume(ref Utf8JsonReader reader)
    {
        state = reader.CurrentState;
        start += (int)reader.BytesConsumed;
        consumedBytes += reader.BytesConsumed;
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        isFinal = read == 0;
    }
}
