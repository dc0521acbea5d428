namespace Cqlite.Core.Files;

/// <summary>When two paths are of one file: on Windows and macOS whatever the case of their letters.</summary>
internal static class PathNames
{
    /// <summary>How paths are compared.</summary>
    public static StringComparison Comparison { get; } = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Whether two full paths are the same.</summary>
    public static bool AreSame(string one, string other) => string.Equals(one, other, Comparison);
}
