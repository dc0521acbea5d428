using System.Globalization;

namespace Cqlite.Cli.Shell;

/// <summary>A text that is being edited, of one line or several, and the place of the cursor in it. The cursor moves by what people see as characters.</summary>
internal sealed class EditBuffer
{
    /// <summary>The text; lines end with LF.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The index of the character before which the cursor stands.</summary>
    public int Cursor { get; private set; }

    /// <summary>What was cut last, to be pasted again.</summary>
    public string Cut { get; private set; } = "";

    /// <summary>Whether the cursor is in the first line.</summary>
    public bool IsInFirstLine => LineStart == 0;

    /// <summary>Whether the cursor is in the last line.</summary>
    public bool IsInLastLine => LineEnd == Text.Length;

    private int LineStart => Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;

    private int LineEnd => Text.IndexOf('\n', Cursor) is >= 0 and var end ? end : Text.Length;

    /// <summary>Begins with a text, with the cursor at its end.</summary>
    public void Set(string text) => Set(text, text.Length);

    /// <summary>Begins with a text and a place.</summary>
    public void Set(string text, int cursor)
    {
        Text = text;
        Cursor = cursor;
    }

    /// <summary>Inserts at the cursor.</summary>
    public void Insert(string text) => Replace(Cursor, Cursor, text);

    /// <summary>Replaces what stands before the cursor from a place on.</summary>
    public void ReplaceBefore(int start, string text) => Replace(start, Cursor, text);

    /// <summary>Deletes the character before the cursor.</summary>
    public void DeleteBefore() => Replace(Before(Cursor), Cursor, "");

    /// <summary>Deletes the character at the cursor.</summary>
    public void DeleteAt() => Replace(Cursor, After(Cursor), "");

    /// <summary>Goes to the character before.</summary>
    public void Left() => Cursor = Before(Cursor);

    /// <summary>Goes to the character behind.</summary>
    public void Right() => Cursor = After(Cursor);

    /// <summary>Goes to the beginning of the line; from there to that of the text.</summary>
    public void Home() => Cursor = Cursor == LineStart ? 0 : LineStart;

    /// <summary>Goes to the end of the line; from there to that of the text.</summary>
    public void End() => Cursor = Cursor == LineEnd ? Text.Length : LineEnd;

    /// <summary>Goes to the beginning of the word.</summary>
    public void WordLeft() => Cursor = WordStart();

    /// <summary>Goes behind the word.</summary>
    public void WordRight() => Cursor = WordEnd();

    /// <summary>Goes up a line.</summary>
    public void Up()
    {
        int column = Cursor - LineStart;
        int end = LineStart - 1;
        int start = end <= 0 ? 0 : Text.LastIndexOf('\n', end - 1) + 1;
        Cursor = Whole(Math.Min(start + column, end));
    }

    /// <summary>Goes down a line.</summary>
    public void Down()
    {
        int column = Cursor - LineStart;
        int start = LineEnd + 1;
        int end = Text.IndexOf('\n', start) is >= 0 and var found ? found : Text.Length;
        Cursor = Whole(Math.Min(start + column, end));
    }

    /// <summary>Cuts to the end of the line, or the end of the line itself.</summary>
    public void CutToLineEnd() => CutRange(Cursor, Cursor == LineEnd ? Math.Min(Text.Length, Cursor + 1) : LineEnd);

    /// <summary>Cuts to the beginning of the line, or what ends the line before.</summary>
    public void CutToLineStart() => CutRange(Cursor == LineStart ? Math.Max(0, Cursor - 1) : LineStart, Cursor);

    /// <summary>Cuts to the beginning of the word.</summary>
    public void CutWordBefore() => CutRange(WordStart(), Cursor);

    /// <summary>Cuts to the end of the word.</summary>
    public void CutWordAfter() => CutRange(Cursor, WordEnd());

    /// <summary>Cuts back to a blank.</summary>
    public void CutToBlank()
    {
        int start = Cursor;
        while (start > 0 && char.IsWhiteSpace(Text[start - 1]))
            start--;
        while (start > 0 && !char.IsWhiteSpace(Text[start - 1]))
            start--;
        CutRange(start, Cursor);
    }

    /// <summary>Inserts what was cut last.</summary>
    public void Paste() => Insert(Cut);

    /// <summary>Exchanges the characters on both sides of the cursor, and goes on.</summary>
    public void Transpose()
    {
        int middle = Cursor == LineEnd ? Before(Cursor) : Cursor;
        int start = Before(middle);
        int end = After(middle);
        if (start == middle || middle == end || start < LineStart)
            return;
        Replace(start, end, Text[middle..end] + Text[start..middle]);
        Cursor = end;
    }

    private void CutRange(int start, int end)
    {
        if (start == end)
            return;
        Cut = Text[start..end];
        Replace(start, end, "");
    }

    private void Replace(int start, int end, string text)
    {
        Text = string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(end));
        Cursor = start + text.Length;
    }

    private int After(int index) => index >= Text.Length ? Text.Length : index + StringInfo.GetNextTextElementLength(Text, index);

    private int Before(int index)
    {
        if (index == 0)
            return 0;

        // Characters are put together forwards only: from the beginning of the line on.
        int at = Text.LastIndexOf('\n', index - 1) + 1;
        if (at == index)
            return index - 1;
        int before = at;
        while (at < index)
        {
            before = at;
            at = After(at);
        }

        return before;
    }

    private int Whole(int index) => index >= Text.Length ? Text.Length : index == 0 ? 0 : After(Before(index)) <= index ? index : Before(index);

    private int WordStart()
    {
        int start = Cursor;
        while (start > 0 && !IsWord(Text[start - 1]))
            start--;
        while (start > 0 && IsWord(Text[start - 1]))
            start--;
        return start;
    }

    private int WordEnd()
    {
        int end = Cursor;
        while (end < Text.Length && !IsWord(Text[end]))
            end++;
        while (end < Text.Length && IsWord(Text[end]))
            end++;
        return end;
    }

    // Halves of a pair and marks belong to the word that they stand in.
    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark;
}
