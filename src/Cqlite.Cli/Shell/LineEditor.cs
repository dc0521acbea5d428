using System.Text;

namespace Cqlite.Cli.Shell;

/// <summary>What can stand at a place, for completion.</summary>
/// <param name="Start">Where the word begins that is completed.</param>
/// <param name="Candidates">The words, sorted; none where nothing is known.</param>
internal readonly record struct Completions(int Start, IReadOnlyList<string> Candidates);

/// <summary>
/// Reads a text of one or more lines from a terminal: keys as in Emacs and readline, history with search, completion. What is pasted is text, whatever is in it.
/// </summary>
/// <param name="terminal">The terminal.</param>
/// <param name="history">What was typed before.</param>
/// <param name="complete">Completes a text at a place.</param>
/// <param name="isComplete">Whether Enter ends a text, rather than beginning another line of it.</param>
internal sealed class LineEditor(ITerminal terminal, History history, Func<string, int, Completions> complete, Func<string, bool> isComplete)
{
    private const int ListedCandidates = 200;
    private readonly EditBuffer _buffer = new();
    private readonly Lock _painting = new();
    private string _prompt = "";
    private string _continuation = "";
    private ScreenLayout _shown = ScreenLayout.Nothing;
    private int _historyIndex;
    private string _draft = "";
    private bool _completedBefore;

    /// <summary>How reading ended.</summary>
    public enum Ending
    {
        /// <summary>With a text.</summary>
        Text,

        /// <summary>By Ctrl-C: what was typed is given up.</summary>
        Interrupted,

        /// <summary>By Ctrl-D at an empty prompt.</summary>
        Closed,
    }

    /// <summary>Reads.</summary>
    /// <param name="prompt">What stands before the first line.</param>
    /// <param name="continuation">What stands before further lines.</param>
    /// <param name="text">What was typed.</param>
    public Ending Read(string prompt, string continuation, out string text)
    {
        _prompt = prompt;
        _continuation = continuation;
        _buffer.Set("");
        Forget();
        _historyIndex = history.Entries.Count;
        _draft = "";
        using IDisposable editing = terminal.BeginEditing(Paint);
        Paint();
        while (true)
        {
            KeyPress key = terminal.ReadKey();
            if (Handle(key) is not { } ending)
            {
                Paint();
                continue;
            }

            _buffer.Set(_buffer.Text);
            Paint();
            terminal.Write(ending == Ending.Interrupted ? "^C\r\n" : "\r\n");
            text = ending == Ending.Text ? _buffer.Text : "";
            return ending;
        }
    }

    private Ending? Handle(KeyPress key)
    {
        bool isTab = key.Key == ConsoleKey.Tab && !key.IsPaste;
        if (isTab)
        {
            Complete();
            _completedBefore = true;
            return null;
        }

        _completedBefore = false;
        if (key.IsPaste)
            _buffer.Insert(key.Text);
        else if (key.IsControl && key.Key is >= ConsoleKey.A and <= ConsoleKey.Z)
            return HandleControl(key.Key);
        else if (key.IsAlt)
            HandleAlt(key);
        else if (key.Key == ConsoleKey.Enter)
            return HandleEnter();
        else
            HandleKey(key);
        return null;
    }

    private Ending? HandleEnter()
    {
        // Within a text Enter goes on, but where it is whole already, it is meant to be run.
        if (isComplete(_buffer.Text))
            return Ending.Text;
        _buffer.Insert("\n");
        return null;
    }

    private void HandleKey(KeyPress key)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when key.IsControl:
                _buffer.WordLeft();
                break;
            case ConsoleKey.RightArrow when key.IsControl:
                _buffer.WordRight();
                break;
            case ConsoleKey.LeftArrow:
                _buffer.Left();
                break;
            case ConsoleKey.RightArrow:
                _buffer.Right();
                break;
            case ConsoleKey.UpArrow:
                Up();
                break;
            case ConsoleKey.DownArrow:
                Down();
                break;
            case ConsoleKey.PageUp:
                MoveInHistory(-_historyIndex);
                break;
            case ConsoleKey.PageDown:
                MoveInHistory(history.Entries.Count - _historyIndex);
                break;
            case ConsoleKey.Home:
                _buffer.Home();
                break;
            case ConsoleKey.End:
                _buffer.End();
                break;
            case ConsoleKey.Backspace when key.IsControl:
                _buffer.CutWordBefore();
                break;
            case ConsoleKey.Backspace:
                _buffer.DeleteBefore();
                break;
            case ConsoleKey.Delete:
                _buffer.DeleteAt();
                break;
            case ConsoleKey.Escape:
                break;
            default:
                if (key.Text is "\x7f" or "\b")
                    _buffer.DeleteBefore();
                else if (key.Text.Length > 0 && !char.IsControl(key.Text[0]))
                    _buffer.Insert(key.Text);
                break;
        }
    }

    private Ending? HandleControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.C:
                return Ending.Interrupted;
            case ConsoleKey.D when _buffer.Text.Length == 0:
                return Ending.Closed;
            case ConsoleKey.D:
                _buffer.DeleteAt();
                break;
            case ConsoleKey.J or ConsoleKey.M:
                return HandleEnter();
            case ConsoleKey.A:
                _buffer.Home();
                break;
            case ConsoleKey.E:
                _buffer.End();
                break;
            case ConsoleKey.B:
                _buffer.Left();
                break;
            case ConsoleKey.F:
                _buffer.Right();
                break;
            case ConsoleKey.P:
                Up();
                break;
            case ConsoleKey.N:
                Down();
                break;
            case ConsoleKey.H:
                _buffer.DeleteBefore();
                break;
            case ConsoleKey.K:
                _buffer.CutToLineEnd();
                break;
            case ConsoleKey.U:
                _buffer.CutToLineStart();
                break;
            case ConsoleKey.W:
                _buffer.CutToBlank();
                break;
            case ConsoleKey.Y:
                _buffer.Paste();
                break;
            case ConsoleKey.T:
                _buffer.Transpose();
                break;
            case ConsoleKey.L:
                terminal.Write("\e[2J\e[H");
                Forget();
                break;
            case ConsoleKey.R:
                return Search();
        }

        return null;
    }

    private void HandleAlt(KeyPress key)
    {
        switch (key.Key)
        {
            case ConsoleKey.B or ConsoleKey.LeftArrow:
                _buffer.WordLeft();
                break;
            case ConsoleKey.F or ConsoleKey.RightArrow:
                _buffer.WordRight();
                break;
            case ConsoleKey.D:
                _buffer.CutWordAfter();
                break;
            case ConsoleKey.Backspace:
                _buffer.CutWordBefore();
                break;
            case ConsoleKey.Enter:
                _buffer.Insert("\n");
                break;
            default:
                // Alt Gr of some layouts comes as Alt with Control, and is a character.
                if (key.IsControl && key.Text.Length > 0 && !char.IsControl(key.Text[0]))
                    _buffer.Insert(key.Text);
                else if (key.Text == "<")
                    MoveInHistory(-_historyIndex);
                else if (key.Text == ">")
                    MoveInHistory(history.Entries.Count - _historyIndex);
                break;
        }
    }

    private void Up()
    {
        if (_buffer.IsInFirstLine)
            MoveInHistory(-1);
        else
            _buffer.Up();
    }

    private void Down()
    {
        if (_buffer.IsInLastLine)
            MoveInHistory(1);
        else
            _buffer.Down();
    }

    private void MoveInHistory(int by)
    {
        int index = Math.Clamp(_historyIndex + by, 0, history.Entries.Count);
        if (index == _historyIndex)
            return;
        if (_historyIndex == history.Entries.Count)
            _draft = _buffer.Text;
        _historyIndex = index;
        _buffer.Set(index == history.Entries.Count ? _draft : history.Entries[index]);
    }

    /// <summary>Searches the history backwards for what is typed; Enter runs what was found, Escape and the arrows edit it, Ctrl-G gives up.</summary>
    private Ending? Search()
    {
        string before = _buffer.Text;
        StringBuilder sought = new();
        int index = history.Entries.Count;
        bool failed = false;
        string prompt = _prompt;
        try
        {
            while (true)
            {
                _prompt = $"({(failed ? "failed " : "")}reverse-i-search)`{sought}': ";
                Paint();
                KeyPress key = terminal.ReadKey();
                bool isAgain = key.IsControl && key.Key == ConsoleKey.R;
                if (key.IsControl && key.Key is ConsoleKey.G or ConsoleKey.C)
                {
                    _buffer.Set(before);
                    return key.Key == ConsoleKey.C ? Ending.Interrupted : null;
                }

                if (key.Key == ConsoleKey.Enter || (key.IsControl && key.Key is ConsoleKey.J or ConsoleKey.M))
                {
                    _prompt = prompt;
                    return HandleEnter();
                }

                if (key.Key == ConsoleKey.Backspace || key.Text is "\x7f" or "\b")
                {
                    sought.Length = Math.Max(0, sought.Length - 1);
                    index = history.Entries.Count;
                }
                else if (key.Text.Length > 0 && !char.IsControl(key.Text[0]) && !key.IsControl && !key.IsAlt)
                {
                    sought.Append(key.Text);
                    index = Math.Min(history.Entries.Count, index + 1);
                }
                else if (!isAgain)
                {
                    _prompt = prompt;
                    return key.Key == ConsoleKey.Escape ? null : Handle(key);
                }

                int found = Find(sought.ToString(), index);
                failed = found < 0;
                if (failed)
                    continue;
                index = found;
                _historyIndex = found;
                _buffer.Set(history.Entries[found], Math.Max(0, history.Entries[found].IndexOf(sought.ToString(), StringComparison.OrdinalIgnoreCase)));
            }
        }
        finally
        {
            _prompt = prompt;
        }
    }

    private int Find(string sought, int before)
    {
        for (int i = before - 1; i >= 0 && sought.Length > 0; i--)
        {
            if (history.Entries[i].Contains(sought, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    private void Complete()
    {
        (int start, IReadOnlyList<string> candidates) = complete(_buffer.Text, _buffer.Cursor);
        if (candidates.Count == 0)
            return;
        string typed = _buffer.Text[start.._buffer.Cursor];
        if (candidates.Count == 1)
        {
            string only = candidates[0];
            bool isOpen = only.EndsWith('.') || only.EndsWith('(') || only.EndsWith('/') || _buffer.Cursor < _buffer.Text.Length;
            _buffer.ReplaceBefore(start, isOpen ? only : only + " ");
            return;
        }

        string common = CommonPrefix(candidates);
        if (common.Length > typed.Length)
            _buffer.ReplaceBefore(start, common);
        else if (_completedBefore)
            List(candidates);
    }

    private void List(IReadOnlyList<string> candidates)
    {
        int width = candidates.Take(ListedCandidates).Max(c => c.Length) + 2;
        int perRow = Math.Max(1, terminal.Width / width);
        StringBuilder list = new("\r\n");
        for (int i = 0; i < Math.Min(ListedCandidates, candidates.Count); i++)
        {
            list.Append(candidates[i].PadRight(width));
            if ((i + 1) % perRow == 0)
                list.Append("\r\n");
        }

        if (candidates.Count > ListedCandidates)
            list.Append($"\r\n... and {candidates.Count - ListedCandidates} more");

        // The list goes below the whole text, which is then shown again.
        lock (_painting)
        {
            int below = _shown.Rows.Count - 1 - _shown.CursorRow;
            terminal.Write($"{(below > 0 ? $"\e[{below}B" : "")}{list.ToString().TrimEnd('\r', '\n', ' ')}\r\n");
            Forget();
        }
    }

    private static string CommonPrefix(IReadOnlyList<string> candidates)
    {
        string prefix = candidates[0];
        foreach (string candidate in candidates)
        {
            int length = 0;
            while (length < Math.Min(prefix.Length, candidate.Length) && char.ToUpperInvariant(prefix[length]) == char.ToUpperInvariant(candidate[length]))
                length++;
            prefix = prefix[..length];
        }

        return prefix;
    }

    /// <summary>What is shown is not where it was: painting begins where the cursor is.</summary>
    private void Forget() => _shown = ScreenLayout.Nothing;

    private void Paint()
    {
        lock (_painting)
        {
            int width = terminal.Width;
            StringBuilder output = new();

            // Where the cursor is now: a terminal that has become narrower has wrapped what was shown.
            int row = _shown.RowsAboveCursor(width);
            if (row > 0)
                output.Append($"\e[{row}A");
            ScreenLayout layout = ScreenLayout.Of(_prompt, _continuation, _buffer.Text, _buffer.Cursor, width);
            output.Append("\r\e[J").AppendJoin("\r\n", layout.Rows);
            int up = layout.Rows.Count - 1 - layout.CursorRow;
            if (up > 0)
                output.Append($"\e[{up}A");
            output.Append('\r');
            if (layout.CursorColumn > 0)
                output.Append($"\e[{layout.CursorColumn}C");
            terminal.Write(output.ToString());
            _shown = layout;
        }
    }
}
