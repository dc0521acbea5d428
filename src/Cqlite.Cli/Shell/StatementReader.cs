using System.Text;
using Cqlite.Core.Cql;

namespace Cqlite.Cli.Shell;

/// <summary>A statement, or a command of the shell, of a script.</summary>
/// <param name="Text">It.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="IsCommand">Whether it is a command.</param>
internal readonly record struct ShellItem(string Text, long Line, bool IsCommand);

/// <summary>Reads statements and commands from a script, of which no more is held than a statement needs.</summary>
internal sealed class StatementReader(TextReader input)
{
    private readonly StringBuilder _pending = new();
    private readonly Queue<ShellItem> _ready = new();
    private long _firstLine = 1;
    private long _linesRead;

    /// <summary>The next one; null at the end. A statement that no semicolon ends is the last.</summary>
    public ShellItem? Next()
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
            if (_pending.Length == 0 && CqlShell.IsCommand(line))
                return new ShellItem(line.Trim(), _linesRead, IsCommand: true);
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
        bool isWhole = statements.Count > 0 ? statements[^1].IsTerminated : !text.Contains("/*", StringComparison.Ordinal) || text.Contains("*/", StringComparison.Ordinal);
        if (!isLast && !isWhole)
            return;
        foreach (ScriptStatement statement in statements)
            _ready.Enqueue(new ShellItem(statement.Text, _firstLine + statement.Position.Line - 1, CqlshCommands.IsCommand(statement.Text)));
        _pending.Clear();
    }
}
