using System.Globalization;
using Cqlite.Core.Errors;

namespace Cqlite.Cli.Shell;

/// <summary>A command of the shell that does not make sense; the text says what does.</summary>
internal sealed class ShellException(string message) : Exception(message);

/// <summary>Errors as the shell shows them: with the line of the script, and for a syntax error the place under the text.</summary>
internal static class ShellError
{
    /// <summary>The text for an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="statement">The statement it is about.</param>
    /// <param name="file">The script's name; null for what was typed.</param>
    /// <param name="line">The line on which the statement begins, from 1.</param>
    public static string Format(Exception error, string statement, string? file, long line)
    {
        string place = file is null ? "" : $"{file}, line {(line + (error is CqlSyntaxException { Line: > 0 } at ? at.Line - 1 : 0)).ToString(CultureInfo.InvariantCulture)}: ";
        string kind = error switch
        {
            CqlSyntaxException => "syntax error: ",
            InvalidQueryException { Code: 0x2100 } => "unauthorized: ",
            _ => "error: ",
        };
        string text = $"{place}{kind}{error.Message}";
        return error is CqlSyntaxException syntax ? text + Caret(statement, syntax.Line, syntax.Column) : text;
    }

    private static string Caret(string statement, int line, int column)
    {
        string[] lines = statement.Split('\n');
        if (line < 1 || line > lines.Length || column < 0 || column > lines[line - 1].Length)
            return "";
        string shown = lines[line - 1].TrimEnd('\r');
        string before = shown[..Math.Min(column, shown.Length)];
        string indent = string.Concat(before.Contains('\t', StringComparison.Ordinal)
            ? before.Select(c => c == '\t' ? '\t' : ' ')
            : Enumerable.Repeat(' ', Core.Query.Output.DisplayWidth.Of(before)));
        return $"\n  {shown}\n  {indent}^";
    }
}
