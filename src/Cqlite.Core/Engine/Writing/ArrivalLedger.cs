using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Writing;

/// <summary>
/// What a table was given from elsewhere, in a file beside its SSTables: so that what came once is not taken again, nor a piece of work done twice. The file goes
/// when the table is truncated or dropped. It is written after what it tells of, which can be taken twice without harm. For any number of threads.
/// </summary>
/// <remarks><code>
/// cqlite-arrivals    a line each: whatever names what came
/// </code></remarks>
internal sealed class ArrivalLedger
{
    /// <summary>The file's name.</summary>
    public const string FileName = "cqlite-arrivals";

    private readonly Lock _lock = new();
    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly HashSet<string> _lines;

    /// <summary>Reads what there is.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The file.</param>
    public ArrivalLedger(IFileSystem files, string path)
    {
        _files = files;
        _path = path;
        _lines = files.FileExists(path)
            ? new(System.Text.Encoding.UTF8.GetString(files.ReadAll(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal)
            : new(StringComparer.Ordinal);
    }

    /// <summary>All lines.</summary>
    public IReadOnlyCollection<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <summary>Whether a line is there.</summary>
    public bool Has(string line)
    {
        lock (_lock)
            return _lines.Contains(line);
    }

    /// <summary>Adds lines, durably.</summary>
    public void Add(params IEnumerable<string> lines)
    {
        lock (_lock)
        {
            _lines.UnionWith(lines);
            Write();
        }
    }

    /// <summary>Takes out all lines that begin so.</summary>
    public void Remove(string prefix)
    {
        lock (_lock)
        {
            if (_lines.RemoveWhere(l => l.StartsWith(prefix, StringComparison.Ordinal)) > 0)
                Write();
        }
    }

    private void Write()
    {
        string temporary = _path + ".tmp";
        if (_files.FileExists(temporary))
            _files.DeleteFile(temporary);
        _files.WriteDurably(temporary, System.Text.Encoding.UTF8.GetBytes(string.Concat(_lines.Order(StringComparer.Ordinal).Select(l => l + "\n"))));
        _files.Rename(temporary, _path);
        _files.SyncDirectory(Path.GetDirectoryName(_path)!);
    }
}
