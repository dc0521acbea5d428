namespace Cqlite.Core.Cql;

/// <summary>One statement of a script.</summary>
/// <param name="Script">The whole script.</param>
/// <param name="Position">Where the statement begins in it.</param>
/// <param name="End">The index behind its last token; the semicolon is no part of it.</param>
/// <param name="IsTerminated">Whether a semicolon ends it; at a prompt, an unterminated statement goes on in the next line.</param>
internal readonly record struct ScriptStatement(string Script, SourcePosition Position, int End, bool IsTerminated)
{
    /// <summary>The statement, without comments before and behind it.</summary>
    public string Text => Script[Position.Offset..End];

    /// <summary>A place within the statement as a place in the script.</summary>
    /// <param name="line">The line within the statement, from 1.</param>
    /// <param name="column">The column, from 0.</param>
    public (int Line, int Column) InScript(int line, int column) =>
        (Position.Line + line - 1, line == 1 ? Position.Column + column : column);
}
