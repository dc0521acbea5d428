using System.Diagnostics;
using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Exports;

/// <summary>The manifest in its folder. It is replaced as a whole, by renaming, so that a crash leaves the one before or the one after. For any number of threads.</summary>
internal sealed class ManifestFile
{
    private const string TemporaryName = ExportManifest.FileName + ".tmp";
    private const int LongestManifest = 1 << 30;

    /// <summary>Up to this size it is written after each range. A longer one takes longer than what a range does, and there are many of them.</summary>
    private const int PromptBytes = 256 << 10;

    /// <summary>What is written of a longer one in a second at most.</summary>
    private const double BytesPerSecond = 10 << 20;
    private readonly Lock _lock = new();
    private readonly Lock _writing = new();
    private readonly IFileSystem _files;
    private readonly string _folder;
    private ExportManifest _current;
    private long _changes;
    private long _writtenChanges;
    private long _writtenAt;
    private int _writtenBytes;

    /// <summary>Takes a manifest over; nothing is written yet.</summary>
    public ManifestFile(IFileSystem files, string folder, ExportManifest current)
    {
        _files = files;
        _folder = folder;
        _current = current;
    }

    /// <summary>What the manifest says.</summary>
    public ExportManifest Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    /// <summary>Reads the manifest of an export.</summary>
    /// <exception cref="UnsupportedFormatException">There is none, or a newer release wrote it.</exception>
    /// <exception cref="CorruptDataException">It does not decode, or names files that are not below it.</exception>
    public static ExportManifest Read(IFileSystem files, string folder)
    {
        if (!files.DirectoryExists(folder))
            throw new StorageException(folder, "no such folder.") { Problem = StorageProblem.NotFound };
        string path = Path.Combine(folder, ExportManifest.FileName);
        if (!files.FileExists(path))
            throw new UnsupportedFormatException(folder, $"is no export: it has no {ExportManifest.FileName}.");
        return Parse(files.ReadAll(path, LongestManifest), path);
    }

    /// <summary>Takes the text of a manifest apart.</summary>
    /// <param name="json">The text, in UTF-8, which does not stay as it is.</param>
    /// <param name="path">Its file, for errors.</param>
    /// <exception cref="UnsupportedFormatException">A newer release wrote it.</exception>
    /// <exception cref="CorruptDataException">It does not decode, or names files that are not below it.</exception>
    public static ExportManifest Parse(Span<byte> json, string path)
    {
        try
        {
            ManifestHead? head = JsonSerializer.Deserialize(json, ManifestJson.Default.ManifestHead);
            if (head?.Format != OperandKinds.ExportFormat)
                throw new UnsupportedFormatException(path, $"is of format '{head?.Format}'; '{OperandKinds.ExportFormat}' is expected.");
            if (head.FormatVersion != ExportManifest.CurrentVersion)
                throw new UnsupportedFormatException(path, $"the export has format version {head.FormatVersion}; this release knows version {ExportManifest.CurrentVersion}.");
            ExportManifest manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.ExportManifest)
                ?? throw new CorruptDataException(path, -1, "is empty where the manifest of an export is expected.");
            if (!ManifestSeal.IsIntact(json, manifest.Sha256))
                throw new CorruptDataException(path, -1, "is not as the export wrote it: its own SHA-256, which its last line has, is another one.");
            Check(manifest, path);
            return manifest;
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException)
        {
            throw new CorruptDataException(path, -1, $"is not the manifest of an export: {e.Message}", e);
        }
    }

    /// <summary>Replaces the manifest. Changes that come while it is being written are written together.</summary>
    /// <param name="change">Makes the next one of the current one.</param>
    /// <exception cref="StorageException">It could not be written. The change stays, for it is true, and is written with the next one.</exception>
    public void Change(Func<ExportManifest, ExportManifest> change) => Write(Take(change));

    /// <summary>Replaces what it says of a table.</summary>
    public void ChangeTable(string keyspace, string name, Func<ExportTable, ExportTable> change) => Change(manifest => With(manifest, keyspace, name, change));

    /// <summary>
    /// Notes that a range is done, whose files are durable. A long manifest may be written a moment later, with other ranges, or with the table's end: what it does not name
    /// yet when the process is killed is done again.
    /// </summary>
    public void Complete(string keyspace, string name, ExportRange done)
    {
        long number = Take(manifest => With(manifest, keyspace, name, table => table.With(done)));
        int bytes = Volatile.Read(ref _writtenBytes);
        if (bytes <= PromptBytes || Stopwatch.GetElapsedTime(Volatile.Read(ref _writtenAt)).TotalSeconds >= bytes / BytesPerSecond)
            Write(number);
    }

    /// <summary>Replaces what it says of a table of which nothing is done yet: the next change writes it, and nothing is lost without.</summary>
    public void PlanTable(string keyspace, string name, Func<ExportTable, ExportTable> change) => Take(manifest => With(manifest, keyspace, name, change));

    private static ExportManifest With(ExportManifest manifest, string keyspace, string name, Func<ExportTable, ExportTable> change) =>
        manifest with { Tables = [.. manifest.Tables.Select(t => t.Keyspace == keyspace && t.Name == name ? change(t) : t)] };

    /// <summary>Writes it as it is, unless that was done since a change.</summary>
    private void Write(long number)
    {
        lock (_writing)
        {
            if (_writtenChanges >= number)
                return;
            ExportManifest next;
            lock (_lock)
                (next, number) = (_current, _changes);
            Write(next);
            _writtenChanges = number;
        }
    }

    private long Take(Func<ExportManifest, ExportManifest> change)
    {
        lock (_lock)
        {
            _current = change(_current) with { UpdatedAt = DateTimeOffset.UtcNow };
            return ++_changes;
        }
    }

    private void Write(ExportManifest manifest)
    {
        string temporary = Path.Combine(_folder, TemporaryName);
        if (_files.FileExists(temporary))
            _files.DeleteFile(temporary);
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(manifest with { Sha256 = ManifestSeal.Open }, ManifestJson.Default.ExportManifest);
        ManifestSeal.Close(content);
        _files.WriteDurably(temporary, content);
        _files.Rename(temporary, Path.Combine(_folder, ExportManifest.FileName));
        _files.SyncDirectory(_folder);
        Volatile.Write(ref _writtenBytes, content.Length);
        Volatile.Write(ref _writtenAt, Stopwatch.GetTimestamp());
    }

    // A manifest may come from anywhere: no path of it may lead out of the folder.
    private static void Check(ExportManifest manifest, string path)
    {
        foreach (ExportTable table in manifest.Tables)
        {
            foreach (ExportFile file in table.Files)
            {
                string name = file.Path.StartsWith(table.Folder + "/", StringComparison.Ordinal) ? file.Path[(table.Folder.Length + 1)..] : "";
                if (!IsName(name) || !IsName(table.Keyspace) || !IsName(table.Name))
                    throw new CorruptDataException(path, -1, $"names a file '{file.Path}' of {table.Keyspace}.{table.Name}; only files in '{table.Folder}' are expected.");
            }

            RequireWhole(table, path);
        }

        if (!IsName(manifest.Schema.Path) || (manifest.NextSchema is { } next && next.Path != manifest.Schema.Path))
            throw new CorruptDataException(path, -1, $"names a schema '{manifest.Schema.Path}'; a file beside it is expected.");
    }

    // Between the ranges of a table nothing may be left out, and of one that is whole all must be done.
    private static void RequireWhole(ExportTable table, string path)
    {
        Int128 upTo = TokenRange.Beginning.Value;
        foreach (TokenRange range in table.Ranges.Select(r => r.Range))
        {
            if (range.After.Value != upTo)
                throw new CorruptDataException(path, -1, $"has a range of {table.Keyspace}.{table.Name} from {TokenRange.Format(range.After)} on, and none that ends there.");
            upTo = range.UpTo.Value;
        }

        bool isRead = upTo == TokenRange.End.Value && table.Ranges.All(r => r.State == ExportRangeState.Done);
        if (table.IsComplete ? !isRead : table.Ranges.Count > 0 && upTo != TokenRange.End.Value)
            throw new CorruptDataException(path, -1, $"has not all ranges of {table.Keyspace}.{table.Name}, whose outcome is {table.Outcome}.");
    }

    private static bool IsName(string name) => name is not ("" or "." or "..") && name.AsSpan().IndexOfAny("/\\:") < 0;
}
