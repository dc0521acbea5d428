namespace Cqlite.Core.Files;

/// <summary>Files that another process has open for a moment, where that keeps them from being replaced or deleted.</summary>
internal static class HeldFile
{
    private const int FirstWaitMillis = 10;
    private const int LongestWaitMillis = 640;
    private const int Attempts = 9;

    /// <summary>Does what may be refused while somebody has a file open: again for about two seconds; then the error stands.</summary>
    public static bool Await(Action action) => Await(action, Platform.MayPass, Thread.Sleep);

    /// <summary>The same with what tells errors that pass, and what waits so many milliseconds.</summary>
    public static bool Await(Action action, Func<Exception, bool> mayPass, Action<int> wait)
    {
        int waitMillis = FirstWaitMillis;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                action();
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && attempt < Attempts && mayPass(e))
            {
                wait(waitMillis);
                waitMillis = Math.Min(waitMillis * 2, LongestWaitMillis);
            }
        }
    }
}
