using Cqlite.Cli.Shell;

namespace Cqlite.Cli.Tests.Shell;

/// <summary>
/// A terminal whose keys come from a script: letters as they are; <c>^A</c> for Control, <c>~B</c> for Alt, and names in braces: <c>{Enter}</c>, <c>{LeftArrow}</c>,
/// <c>{paste:text}</c>.
/// </summary>
internal sealed class ScriptedTerminal(string script) : ITerminal
{
    private int _at;

    public int Width { get; init; } = 40;

    public int Height => 10;

    public string Output { get; private set; } = "";

    public KeyPress ReadKey()
    {
        char c = script[_at++];
        switch (c)
        {
            case '^':
                return new KeyPress(ConsoleKey.A + (script[_at++] - 'A'), "", ConsoleModifiers.Control);
            case '~':
                return new KeyPress(ConsoleKey.A + (script[_at++] - 'A'), "", ConsoleModifiers.Alt);
            case '{':
                int end = script.IndexOf('}', _at);
                string name = script[_at..end];
                _at = end + 1;
                return name.StartsWith("paste:", StringComparison.Ordinal)
                    ? new KeyPress(ConsoleKey.None, name["paste:".Length..], IsPaste: true)
                    : new KeyPress(Enum.Parse<ConsoleKey>(name), "");
            default:
                string text = char.IsHighSurrogate(c) ? $"{c}{script[_at++]}" : c.ToString();
                return new KeyPress(ConsoleKey.None, text);
        }
    }

    public void Write(string text) => Output += text;

    public IDisposable BeginEditing(Action resized) => new MemoryStream();
}
