namespace Cqlite.Cli;

/// <summary>What Ctrl-C means now: the end of the command, unless something, such as a statement of the shell, is to be ended instead.</summary>
internal static class Interruption
{
    private static readonly Lock s_lock = new();
    private static CancellationTokenSource? s_current;
    private static bool s_keepsRunning;

    /// <summary>Whether Ctrl-C ends the command; answers false after ending what is to be ended instead.</summary>
    public static bool EndsCommand()
    {
        lock (s_lock)
        {
            s_current?.Cancel();
            return !s_keepsRunning;
        }
    }

    /// <summary>From now on Ctrl-C ends no more than what <see cref="Begin"/> begins.</summary>
    public static void KeepRunning()
    {
        lock (s_lock)
            s_keepsRunning = true;
    }

    /// <summary>Begins something that Ctrl-C ends.</summary>
    public static CancellationTokenSource Begin(CancellationToken command)
    {
        CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(command);
        lock (s_lock)
            s_current = source;
        return source;
    }

    /// <summary>Ends it.</summary>
    public static void End()
    {
        lock (s_lock)
            s_current = null;
    }
}
