using System.Text.Json;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Reads JSON objects one after the other: of one array, or just with white space between them, as JSON Lines have it. Memory is that of the longest object.
/// </summary>
internal sealed class JsonRowReader(Stream input, string file) : IDisposable
{
    private const int BlockBytes = 64 << 10;
    private const int LongestObjectBytes = 1 << 30;
    private byte[] _buffer = new byte[BlockBytes];
    private int _at;
    private int _end;
    private long _line = 1;
    private bool _inArray;
    private bool _begun;
    private JsonDocument? _document;

    /// <summary>The current object.</summary>
    public JsonElement Row => _document!.RootElement;

    /// <summary>The line on which it begins, from 1.</summary>
    public long RowLine { get; private set; }

    /// <summary>Its text.</summary>
    public ReadOnlyMemory<byte> Raw { get; private set; }

    /// <summary>Goes to the next object; false at the end.</summary>
    /// <exception cref="ImportException">There is something else; of JSON Lines reading goes on with the next line.</exception>
    public bool Read()
    {
        _document?.Dispose();
        _document = null;
        SkipSpace();
        if (!_begun)
        {
            _begun = true;
            if (Has(3) && _buffer.AsSpan(_at, 3).SequenceEqual("\uFEFF"u8))
                _at += 3;
            SkipSpace();
            if (Peek() == '[')
            {
                _inArray = true;
                _at++;
                SkipSpace();
            }
        }
        else if (_inArray && Peek() == ',')
        {
            _at++;
            SkipSpace();
        }

        if (_inArray && Peek() == ']')
        {
            _at++;
            SkipSpace();
            return Peek() < 0 ? false : throw Wrong("something stands behind the array.");
        }

        if (Peek() < 0)
            return !_inArray ? false : throw Wrong("the array does not end.");
        RowLine = _line;
        if (Peek() != '{')
            throw Wrong($"a JSON object is needed, and '{(char)Peek()}' was found.");
        ReadObject();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _document?.Dispose();

    private void ReadObject()
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_at, _end - _at);
            try
            {
                Utf8JsonReader reader = new(rest, isFinalBlock: false, state: default);
                if (reader.Read() && reader.TrySkip())
                {
                    int length = (int)reader.BytesConsumed;
                    Raw = _buffer.AsMemory(_at, length);
                    _document = JsonDocument.Parse(Raw);
                    _line += rest[..length].Count((byte)'\n');
                    _at += length;
                    return;
                }
            }
            catch (JsonException e)
            {
                ImportException error = new(file, _line + (e.LineNumber ?? 0), (int)(e.BytePositionInLine ?? 0) + 1, "this is no JSON.", e);
                SkipLine();
                throw error;
            }

            if (!Fill())
                throw Wrong("the object does not end.");
        }
    }

    private ImportException Wrong(string problem)
    {
        ImportException error = new(file, _line, 0, problem);
        SkipLine();
        return error;
    }

    // An array that is broken can't be read on; lines can.
    private void SkipLine()
    {
        while (Peek() is >= 0 and var next && (_inArray || next != '\n'))
            _at++;
    }

    private void SkipSpace()
    {
        while (Peek() is ' ' or '\t' or '\r' or '\n')
        {
            if (_buffer[_at] == '\n')
                _line++;
            _at++;
        }
    }

    private int Peek() => _at < _end || Fill() ? _buffer[_at] : -1;

    private bool Has(int bytes)
    {
        while (_end - _at < bytes && Fill())
        {
        }

        return _end - _at >= bytes;
    }

    private bool Fill()
    {
        if (_at > 0)
        {
            _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            _end -= _at;
            _at = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestObjectBytes)
                throw new ImportException(file, _line, 0, $"an object is longer than {LongestObjectBytes:N0} bytes.");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
