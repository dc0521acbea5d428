using System.Text;

namespace Cqlite.Cli.Shell;

/// <summary>The words of a command of the shell: parted by blanks, in quotes of either kind where they have blanks in them.</summary>
internal static class CommandWords
{
    /// <summary>Splits a line.</summary>
    /// <exception cref="ShellException">A quote does not end.</exception>
    public static List<string> Split(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool inWord = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c is '\'' or '"')
            {
                inWord = true;
                i = ReadQuoted(line, i, word);
            }
            else if (!char.IsWhiteSpace(c))
            {
                inWord = true;
                word.Append(c);
            }
            else if (inWord)
            {
                words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }

        if (inWord)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>The first word, in upper case.</summary>
    public static string First(string line)
    {
        ReadOnlySpan<char> text = line.AsSpan().TrimStart();
        int end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != ';')
            end++;
        return text[..end].ToString().ToUpperInvariant();
    }

    /// <summary>Whether a word is on or off.</summary>
    /// <exception cref="ShellException">It is neither.</exception>
    public static bool OnOrOff(string command, string word) => word.ToUpperInvariant() switch
    {
        "ON" or "YES" or "TRUE" or "1" => true,
        "OFF" or "NO" or "FALSE" or "0" => false,
        _ => throw new ShellException($"{command} takes ON or OFF, not '{word}'."),
    };

    // A quote within is doubled.
    private static int ReadQuoted(string line, int start, StringBuilder word)
    {
        char quote = line[start];
        for (int i = start + 1; i < line.Length; i++)
        {
            if (line[i] != quote)
            {
                word.Append(line[i]);
            }
            else if (i + 1 < line.Length && line[i + 1] == quote)
            {
                word.Append(quote);
                i++;
            }
            else
            {
                return i;
            }
        }

        throw new ShellException($"the quote {quote} at column {start + 1} does not end.");
    }
}
