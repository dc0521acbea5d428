using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

namespace CqlitePS.Commands;

/// <summary>
/// What all cmdlets share: stopping on Ctrl-C, mapping of errors, progress at most ten times a second. A cmdlet binds its
/// parameters, calls the core and writes what it gets, in <see cref="Process"/>.
/// </summary>
public abstract class CqliteCmdlet : PSCmdlet, IDisposable
{
    /// <summary>Name of the parameter set that takes wildcards.</summary>
    protected const string PathSet = "Path";

    /// <summary>Name of the parameter set that takes paths as they are.</summary>
    protected const string LiteralPathSet = "LiteralPath";

    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _sinceProgress = Stopwatch.StartNew();

    /// <summary>Cancelled when the user stops the pipeline.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(null, Begin);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(null, Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(null, End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Runs once, before the first pipeline object.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Runs for each pipeline object.</summary>
    protected virtual void Process()
    {
    }

    /// <summary>Runs once, after the last pipeline object.</summary>
    protected virtual void End()
    {
    }

    /// <summary>Runs what belongs to one item: what the core refuses becomes a non-terminating error, and the rest goes on.</summary>
    /// <param name="target">The item, for the error record.</param>
    /// <param name="action">The work.</param>
    protected void ForItem(object target, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (ErrorRecords.IsExpected(e) && e is not OperationCanceledException)
        {
            WriteError(ErrorRecords.Create(e, target));
        }
    }

    /// <summary>Waits for work on other threads, which ends no later than when the user stops the pipeline.</summary>
    private protected static T Wait<T>(Task<T> work) => work.GetAwaiter().GetResult();

    /// <summary>Reports progress, unless the last report is less than 100 ms ago.</summary>
    protected void ReportProgress(string activity, string status, double? percent, TimeSpan? left = null)
    {
        if (_sinceProgress.ElapsedMilliseconds < 100)
            return;
        _sinceProgress.Restart();
        WriteProgress(new ProgressRecord(0, activity, status)
        {
            PercentComplete = percent is { } known ? (int)Math.Clamp(known, 0, 100) : -1,
            SecondsRemaining = left is { } time ? (int)time.TotalSeconds : -1,
        });
    }

    /// <summary>Ends the progress display.</summary>
    protected void CompleteProgress(string activity) =>
        WriteProgress(new ProgressRecord(0, activity, "done") { RecordType = ProgressRecordType.Completed });

    /// <summary>Resolves a path with wildcards to the file system's own paths.</summary>
    /// <exception cref="ItemNotFoundException">Nothing has that name.</exception>
    protected IReadOnlyCollection<string> ResolveWildcards(string path)
    {
        IReadOnlyCollection<string> found = GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
        RequireFileSystem(path, provider);
        return found.Count > 0 ? found : throw new ItemNotFoundException($"Cannot find path '{path}' because it does not exist.");
    }

    /// <summary>Works through paths, each in turn: what can't be done with one is told, and the rest goes on.</summary>
    /// <param name="paths">Paths with wildcards, in the parameter set <see cref="PathSet"/>.</param>
    /// <param name="literalPaths">Paths that are taken as they are, in <see cref="LiteralPathSet"/>.</param>
    /// <param name="work">What is done with each file or folder that is meant.</param>
    private protected void ForPaths(string[] paths, string[] literalPaths, Action<string> work)
    {
        bool isLiteral = ParameterSetName == LiteralPathSet;
        foreach (string path in isLiteral ? literalPaths : paths)
        {
            ForItem(path, () =>
            {
                foreach (string resolved in isLiteral ? [ResolveLiteral(path)] : ResolveWildcards(path))
                    ForItem(resolved, () => work(resolved));
            });
        }
    }

    /// <summary>Resolves a literal path, which need not exist, to the file system's own; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    protected string? ResolveLiteral(string? path)
    {
        if (path is null)
            return null;
        string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        RequireFileSystem(path, provider);
        return resolved;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _stop.Dispose();
    }

    private static void RequireFileSystem(string path, ProviderInfo provider)
    {
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal))
            throw new ArgumentException($"'{path}' is a path of the provider {provider.Name}; a path of the file system is needed.");
    }

    private void Guard(object? target, Action action)
    {
        try
        {
            action();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (ErrorRecords.IsExpected(e))
        {
            ThrowTerminatingError(ErrorRecords.Create(e, target));
        }
    }
}
