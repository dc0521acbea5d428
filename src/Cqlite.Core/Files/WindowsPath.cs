namespace Cqlite.Core.Files;

/// <summary>What Windows makes of names that mean nothing elsewhere.</summary>
internal static class WindowsPath
{
    private const string Verbatim = @"\\?\";
    private const string Share = @"\\";

    /// <summary>Whether a file or folder of this name is a device for Windows, whatever its case and ending: <c>con</c>, <c>NUL.csv</c>, <c>com1</c>.</summary>
    public static bool IsDevice(string name)
    {
        int end = name.AsSpan().IndexOfAny('.', ':');
        string stem = (end < 0 ? name : name[..end]).TrimEnd(' ').ToUpperInvariant();
        bool isPort = stem.Length == 4 && char.IsAsciiDigit(stem[3]) && stem[..3] is ("COM" or "LPT");
        return isPort || stem is "CON" or "PRN" or "AUX" or "NUL";
    }

    /// <summary>A path as the system's own calls take it beyond 260 characters; the framework does the same for its own.</summary>
    public static string OfAnyLength(string path) => Mark(Path.GetFullPath(path));

    /// <summary>The same of a full path.</summary>
    internal static string Mark(string full)
    {
        if (full.StartsWith(Verbatim, StringComparison.Ordinal) || full.StartsWith(@"\\.\", StringComparison.Ordinal))
            return full;
        return full.StartsWith(Share, StringComparison.Ordinal) ? $@"{Verbatim}UNC\{full[Share.Length..]}" : Verbatim + full;
    }
}
