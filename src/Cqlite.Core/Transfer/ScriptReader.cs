using System.Text;
using Cqlite.Core.Cql;

namespace Cqlite.Core.Transfer;

/// <summary>A statement of a script, or a line of it that stands alone.</summary>
/// <param name="Text">It.</param>
/// <param name="Line">The line on which it begins in the script, from 1.</param>
/// <param name="Column">The column on which it begins, from 0.</param>
internal readonly record struct FileStatement(string Text, long Line, int Column);

/// <summary>Reads the statements of a script one after the other: memory is that of the longest ones, not of the script.</summary>
/// <param name="input">The script.</param>
/// <param name="standsAlone">Whether a line between statements needs no semicolon, as a command of a shell; null where none is such a line.</param>
internal sealed class ScriptReader(TextReader input, Func<string, bool>? standsAlone = null)
{
    private readonly StringBuilder _pending = new();
    private readonly Queue<FileStatement> _ready = new();
    private long _firstLine = 1;
    private long _linesRead;

    /// <summary>The next one; null at the end. A statement that no semicolon ends is the last.</summary>
    public FileStatement? Next()
    {
        while (_ready.Count == 0)
        {
            string? line = input.ReadLine();
            if (line is null)
            {
                Split(isLast: true);
                return _ready.Count > 0 ? _ready.Dequeue() : null;
            }

            _linesRead++;
            if (_pending.Length == 0)
                _firstLine = _linesRead;
            if (_pending.Length == 0 && standsAlone?.Invoke(line) == true)
                return new FileStatement(line.Trim(), _linesRead, 0);
            _pending.Append(line).Append('\n');
            if (line.AsSpan().TrimEnd() is [.., ';'] || line.AsSpan().Trim() is [] or ['-', '-', ..] or ['/', '/', ..])
                Split(isLast: false);
        }

        return _ready.Dequeue();
    }

    private void Split(bool isLast)
    {
        string text = _pending.ToString();
        List<ScriptStatement> statements = StatementSplitter.Split(text);

        // The semicolon at the end of a line may stand within a string, a comment or a batch.
        if (!isLast && !StatementSplitter.IsWhole(text, statements))
            return;
        foreach (ScriptStatement statement in statements)
            _ready.Enqueue(new FileStatement(statement.Text, _firstLine + statement.Position.Line - 1, statement.Position.Column));
        _pending.Clear();
    }
}
