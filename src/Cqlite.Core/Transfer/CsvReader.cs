using Cqlite.Core.Errors;

namespace Cqlite.Core.Transfer;

/// <summary>A field of a record.</summary>
/// <param name="Text">What it says, without quotes and escapes; valid until the next record.</param>
/// <param name="IsQuoted">Whether it stood in quotes, so that it is no null.</param>
/// <param name="Line">Where it begins: the line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal readonly record struct CsvField(ReadOnlyMemory<char> Text, bool IsQuoted, long Line, int Column);

/// <summary>
/// Reads comma-separated values record by record. Lines end with LF, CR LF or CR; within quotes they belong to the field. Memory is that of the longest record.
/// </summary>
/// <remarks>
/// <code>
/// record  field [delimiter field]* (LF | CR LF | CR | end)
/// field   [any sign but delimiter and ends of lines; escape any]*
///         quote [any sign but quote; quote quote; escape any]* quote
/// </code>
/// Source: RFC 4180.
/// </remarks>
internal sealed class CsvReader(TextReader input, string file, CsvDialect dialect)
{
    private const int BlockChars = 64 << 10;
    private readonly List<(int Start, int Length, bool IsQuoted, long Line, int Column)> _parts = [];
    private readonly List<CsvField> _fields = [];
    private readonly char[] _block = new char[BlockChars];
    private char[] _text = new char[1024];
    private int _textLength;
    private int _at;
    private int _end;
    private long _line = 1;
    private int _column = 1;
    private bool _atEnd;

    /// <summary>The fields of the current record.</summary>
    public IReadOnlyList<CsvField> Fields => _fields;

    /// <summary>The line on which the current record begins, from 1.</summary>
    public long RecordLine { get; private set; }

    /// <summary>Goes to the next record; false at the end. Empty lines are passed over.</summary>
    /// <exception cref="ImportException">A quote does not end, or something stands behind one that does; reading goes on behind the line.</exception>
    public bool Read()
    {
        while (Peek() is '\r' or '\n')
            EndLine();
        if (Peek() < 0)
            return false;
        _parts.Clear();
        _textLength = 0;
        RecordLine = _line;
        while (true)
        {
            ReadField();
            int next = Peek();
            if (next == dialect.Delimiter)
            {
                Take();
                continue;
            }

            if (next >= 0)
                EndLine();
            break;
        }

        _fields.Clear();
        foreach ((int start, int length, bool isQuoted, long line, int column) in _parts)
            _fields.Add(new CsvField(_text.AsMemory(start, length), isQuoted, line, column));
        return true;
    }

    private void ReadField()
    {
        int start = _textLength;
        (long line, int column) = (_line, _column);
        bool isQuoted = Peek() == dialect.Quote;
        if (isQuoted)
            ReadQuoted(line, column);
        else
            ReadPlain();
        _parts.Add((start, _textLength - start, isQuoted, line, column));
    }

    private void ReadPlain()
    {
        while (Peek() is >= 0 and var next && next != dialect.Delimiter && next is not ('\r' or '\n'))
        {
            Take();
            if (next == dialect.Escape && dialect.Escape != dialect.Quote && Peek() is >= 0 and var escaped)
            {
                Take();
                next = escaped;
            }

            Append((char)next);
        }
    }

    private void ReadQuoted(long line, int column)
    {
        Take();
        while (true)
        {
            int next = Peek();
            if (next < 0)
                throw new ImportException(file, line, column, "the quote that begins here does not end.");
            if (next is '\r' or '\n')
            {
                Append((char)next);
                bool isPair = next == '\r';
                Take();
                if (isPair && Peek() == '\n')
                {
                    Append('\n');
                    Take();
                }

                _line++;
                _column = 1;
                continue;
            }

            Take();
            if (next == dialect.Escape && dialect.Escape != dialect.Quote && Peek() >= 0)
            {
                Append((char)Peek());
                Take();
            }
            else if (next != dialect.Quote)
            {
                Append((char)next);
            }
            else if (Peek() == dialect.Quote && dialect.Escape == dialect.Quote)
            {
                Append(dialect.Quote);
                Take();
            }
            else
            {
                break;
            }
        }

        if (Peek() is >= 0 and var behind && behind != dialect.Delimiter && behind is not ('\r' or '\n'))
        {
            ImportException error = new(file, _line, _column, $"'{(char)behind}' stands behind the quote that ends the field.");
            while (Peek() is >= 0 and not ('\r' or '\n'))
                Take();
            throw error;
        }
    }

    private int Peek()
    {
        if (_at < _end)
            return _block[_at];
        if (_atEnd)
            return -1;
        _end = input.Read(_block, 0, _block.Length);
        _at = 0;
        _atEnd = _end == 0;
        return _atEnd ? -1 : _block[0];
    }

    private void Take()
    {
        _at++;
        _column++;
    }

    private void EndLine()
    {
        bool isPair = Peek() == '\r';
        Take();
        if (isPair && Peek() == '\n')
            Take();
        _line++;
        _column = 1;
    }

    private void Append(char c)
    {
        if (_textLength == _text.Length)
            Array.Resize(ref _text, _text.Length * 2);
        _text[_textLength++] = c;
    }
}
