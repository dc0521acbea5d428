namespace Cqlite.Cli;

/// <summary>Passwords come from files, never from the command line, which other users of the machine can read.</summary>
internal static class PasswordFile
{
    /// <summary>The password in a file: all of it but the end of its line.</summary>
    /// <param name="option">The option that names the file, for the error.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static string Read(string option, string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option}: {unreadable.Message}");
        }
    }
}
