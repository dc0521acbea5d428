using System.Text.RegularExpressions;

namespace Cqlite.Cli.Shell;

/// <summary>
/// What was typed, the oldest first, kept from session to session in a file of the user's alone. Statements with passwords are not kept at all.
/// </summary>
/// <remarks>
/// <code>
/// an entry a line; LF within it is \n, a backslash is \\
/// </code>
/// </remarks>
internal sealed partial class History
{
    private const int KeptEntries = 1000;

    /// <summary>The environment's word for the file; an empty one keeps nothing.</summary>
    public const string FileVariable = "CQLITE_HISTORY";

    private readonly string? _path;
    private readonly List<string> _entries = [];

    private History(string? path) => _path = path;

    /// <summary>The entries, the oldest first.</summary>
    public IReadOnlyList<string> Entries => _entries;

    /// <summary>Where entries are kept for the user.</summary>
    public static string? DefaultPath
    {
        get
        {
            if (Environment.GetEnvironmentVariable(FileVariable) is { } chosen)
                return chosen.Length > 0 ? chosen : null;
            string folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return folder.Length > 0 ? Path.Combine(folder, "cqlite", "history") : null;
        }
    }

    /// <summary>Reads the entries; a file that can't be read has none.</summary>
    public static History Load(string? path)
    {
        History history = new(path);
        if (path is null || !File.Exists(path))
            return history;
        try
        {
            foreach (string line in File.ReadLines(path))
                history.Remember(Unescape(line));
        }
        catch (IOException)
        {
            return history;
        }
        catch (UnauthorizedAccessException)
        {
            return history;
        }

        return history;
    }

    /// <summary>Adds an entry, unless it is the last one again or holds a password.</summary>
    public void Add(string entry)
    {
        if (string.IsNullOrWhiteSpace(entry) || HasPassword(entry) || (_entries.Count > 0 && _entries[^1] == entry))
            return;
        Remember(entry);
        if (_path is null)
            return;
        try
        {
            Append(entry);
        }
        catch (IOException)
        {
            // A history that can't be kept is no reason to disturb anyone.
        }
        catch (UnauthorizedAccessException)
        {
            // As above.
        }
    }

    /// <summary>Whether a statement holds a password.</summary>
    public static bool HasPassword(string statement) => Password().IsMatch(statement);

    private static string Unescape(string line) => Escape().Replace(line, match => match.Value == "\\n" ? "\n" : "\\");

    private void Remember(string entry)
    {
        _entries.Add(entry);
        if (_entries.Count > KeptEntries)
            _entries.RemoveAt(0);
    }

    private void Append(string entry)
    {
        string path = _path!;
        string line = entry.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\n";
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        FileStreamOptions options = new() { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (StreamWriter writer = new(path, options))
            writer.Write(line);

        // Twice as long as needed: the older half goes.
        if (_entries.Count == KeptEntries && new FileInfo(path).Length > 1 << 20)
            File.WriteAllLines(path, File.ReadLines(path).TakeLast(KeptEntries).ToArray());
    }

    [GeneratedRegex(@"\\[n\\]", RegexOptions.None, 1000)]
    private static partial Regex Escape();

    [GeneratedRegex(@"\b(CREATE|ALTER)\s+(ROLE|USER)\b.*\bPASSWORD\b|^\s*LOGIN\b", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Password();
}
