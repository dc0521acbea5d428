using System.Text;

namespace Cqlite.Testing;

/// <summary>Finds where two texts part, and shows the place.</summary>
public static class TextDifference
{
    private const int ContextLines = 3;
    private const int DifferentLines = 5;
    private const int ShownCharacters = 200;

    /// <summary>The first place where the texts differ, with the lines around it; null when they are equal. Line ends are LF or CRLF alike.</summary>
    public static string? Find(string expected, string actual)
    {
        using var expectedReader = new StringReader(expected);
        using var actualReader = new StringReader(actual);
        return Find(expectedReader, actualReader);
    }

    /// <summary>The same of two texts that are read line by line.</summary>
    public static string? Find(TextReader expected, TextReader actual)
    {
        var before = new Queue<string>();
        for (var line = 1L; ; line++)
        {
            var expectedLine = expected.ReadLine();
            var actualLine = actual.ReadLine();
            if (expectedLine == actualLine)
            {
                if (expectedLine is null)
                    return null;
                if (before.Count == ContextLines)
                    before.Dequeue();
                before.Enqueue(expectedLine);
                continue;
            }

            var column = (expectedLine ?? "").AsSpan().CommonPrefixLength(actualLine ?? "");
            var message = new StringBuilder().Append($"line {line:N0}, column {column + 1:N0} (- expected, + found):\n");
            foreach (var context in before)
                message.Append("  ").Append(Cut(context, 0)).Append('\n');
            AppendLines(message, "- ", expectedLine, expected, column);
            AppendLines(message, "+ ", actualLine, actual, column);
            return message.ToString();
        }
    }

    /// <summary>Fails unless the texts are equal.</summary>
    /// <param name="expected">What it must be.</param>
    /// <param name="actual">What it is.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <exception cref="DifferenceException">They differ.</exception>
    public static void Require(string expected, string actual, string what)
    {
        if (Find(expected, actual) is { } difference)
            throw new DifferenceException($"{what}: {difference}");
    }

    private static void AppendLines(StringBuilder message, string mark, string? first, TextReader rest, int column)
    {
        if (first is null)
        {
            message.Append(mark).Append("(the end)\n");
            return;
        }

        message.Append(mark).Append(Cut(first, column)).Append('\n');
        for (var shown = 1; shown < DifferentLines && rest.ReadLine() is { } line; shown++)
            message.Append(mark).Append(Cut(line, 0)).Append('\n');
    }

    /// <summary>At most <see cref="ShownCharacters"/> of a line, around a column.</summary>
    private static string Cut(string line, int column)
    {
        if (line.Length <= ShownCharacters)
            return line;

        var start = Math.Clamp(column - (ShownCharacters / 2), 0, line.Length - ShownCharacters);
        return string.Concat(
            start > 0 ? "..." : "", line.AsSpan(start, ShownCharacters), start + ShownCharacters < line.Length ? "..." : "");
    }
}
