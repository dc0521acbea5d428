namespace Cqlite.Cli.Shell;

/// <summary>What was pressed, or pasted.</summary>
/// <param name="Key">The key.</param>
/// <param name="Text">The character, or what was pasted; empty for a key that is none.</param>
/// <param name="Modifiers">What was held.</param>
/// <param name="IsPaste">Whether the text was pasted as a whole: then nothing in it is a command.</param>
internal readonly record struct KeyPress(ConsoleKey Key, string Text, ConsoleModifiers Modifiers = ConsoleModifiers.None, bool IsPaste = false)
{
    /// <summary>Whether Control is held.</summary>
    public bool IsControl => (Modifiers & ConsoleModifiers.Control) != 0;

    /// <summary>Whether Alt is held, or Escape was pressed before.</summary>
    public bool IsAlt => (Modifiers & ConsoleModifiers.Alt) != 0;
}

/// <summary>Where keys come from and pictures go to.</summary>
internal interface ITerminal
{
    /// <summary>Columns of the screen.</summary>
    int Width { get; }

    /// <summary>Rows of the screen.</summary>
    int Height { get; }

    /// <summary>Waits for a key.</summary>
    KeyPress ReadKey();

    /// <summary>Writes text and control sequences.</summary>
    void Write(string text);

    /// <summary>Begins to read keys one by one; what is given back ends it.</summary>
    /// <param name="resized">Is called when the screen's size has changed.</param>
    IDisposable BeginEditing(Action resized);
}
