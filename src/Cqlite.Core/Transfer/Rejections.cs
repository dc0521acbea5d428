using Cqlite.Core.Errors;

namespace Cqlite.Core.Transfer;

/// <summary>What was wrong with an import's rows: counted, the first ones kept, and the rows themselves written to a file. For many threads.</summary>
internal sealed class Rejections(ImportOptions options, string file, string header, bool hasComments) : IDisposable
{
    private const int KeptErrors = 100;
    private readonly Lock _lock = new();
    private readonly List<ImportException> _errors = [];
    private StreamWriter? _output;

    /// <summary>Rows that were wrong.</summary>
    public long Count { get; private set; }

    /// <summary>What was wrong with the first ones.</summary>
    public IReadOnlyList<ImportException> Errors => _errors;

    /// <summary>Counts a wrong row.</summary>
    /// <exception cref="ImportException">It is one too many.</exception>
    public void Add(ImportException error, string? raw)
    {
        lock (_lock)
        {
            Count++;
            if (_errors.Count < KeptErrors)
                _errors.Add(error);
            Write(error, raw);
            if (Count <= options.MaxErrors)
                return;
            _output?.Flush();
            throw options.MaxErrors == 0
                ? error
                : new ImportException(file, error.Line, error.Column, $"more than {options.MaxErrors} rows are wrong; the last one: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _output?.Dispose();

    private void Write(ImportException error, string? raw)
    {
        if (options.RejectPath is not { } path)
            return;
        try
        {
            if (_output is null)
            {
                _output = new StreamWriter(path, append: false);
                _output.Write(header);
            }

            if (hasComments)
                _output.Write($"-- {error.Message.ReplaceLineEndings(" ")}\n");
            _output.Write(raw ?? "");
        }
        catch (IOException e)
        {
            throw new StorageException(path, $"rejected rows can't be written: {e.Message}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(path, "rejected rows can't be written: permission denied.", e);
        }
    }
}
