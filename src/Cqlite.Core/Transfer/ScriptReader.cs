using System.Text;
using Cqlite.Core.Cql;

namespace Cqlite.Core.Transfer;

/// <summary>A statement of a file.</summary>
/// <param name="Text">The statement.</param>
/// <param name="Line">The line on which it begins in the file, from 1.</param>
/// <param name="Column">The column on which it begins, from 0.</param>
internal readonly record struct FileStatement(string Text, long Line, int Column);

/// <summary>Reads the statements of a script one after the other: memory is that of the longest ones, not of the script.</summary>
internal sealed class ScriptReader(TextReader input)
{
    private readonly StringBuilder _pending = new();
    private readonly Queue<FileStatement> _ready = new();
    private long _firstLine = 1;
    private long _linesRead;

    /// <summary>The next statement; null at the end. One that no semicolon ends is the last.</summary>
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
            _pending.Append(line).Append('\n');
            if (line.AsSpan().TrimEnd() is [.., ';'])
                Split(isLast: false);
        }

        return _ready.Dequeue();
    }

    private void Split(bool isLast)
    {
        string text = _pending.ToString();
        List<ScriptStatement> statements = StatementSplitter.Split(text);

        // The semicolon at the end of a line may stand within a string, a comment or a batch.
        if (!isLast && (statements.Count == 0 || !statements[^1].IsTerminated))
            return;
        foreach (ScriptStatement statement in statements)
            _ready.Enqueue(new FileStatement(statement.Text, _firstLine + statement.Position.Line - 1, statement.Position.Column));
        _pending.Clear();
        _firstLine = _linesRead + 1;
    }
}
