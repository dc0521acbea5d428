using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>What part of a database a finding is about.</summary>
public enum DatabasePart
{
    /// <summary>The database's own description, cqlite.json.</summary>
    Description,

    /// <summary>Keyspaces, tables, types.</summary>
    Schema,

    /// <summary>The commit log.</summary>
    CommitLog,

    /// <summary>What an interrupted flush or compaction left.</summary>
    Transaction,

    /// <summary>A file or folder that belongs to nothing.</summary>
    Orphan,
}

/// <summary>One thing that is wrong with a database beside its SSTables.</summary>
/// <param name="Severity">An error if data is damaged or can't be reached; a warning for what only lies about.</param>
/// <param name="Part">What it is about.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="Text">What was found.</param>
public sealed record DatabaseFinding(FindingSeverity Severity, DatabasePart Part, string Path, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Severity}: {Part}: {Text}";
}

/// <summary>What there is in a folder with a database, as far as it can be made out, and what is wrong with it. The SSTables are still to be verified.</summary>
public sealed record DatabaseInspection
{
    /// <summary>Full path of the folder.</summary>
    public required string Path { get; init; }

    /// <summary>Where the schema was found.</summary>
    public required string SchemaOrigin { get; init; }

    /// <summary>Number of tables and views.</summary>
    public required int TableCount { get; init; }

    /// <summary>What was replayed of the commit log; null where there is none, or it can't be.</summary>
    public CommitLogReplay? CommitLog { get; init; }

    /// <summary>All SSTables, those of no table and of hidden tables of indexes included.</summary>
    public required IReadOnlyList<SSTableDescriptor> SSTables { get; init; }

    /// <summary>What is wrong.</summary>
    public required IReadOnlyList<DatabaseFinding> Findings { get; init; }

    /// <summary>Looks at a folder, without changing anything: description, schema, commit log, unfinished transactions, and files that belong to nothing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="readSchema">Reads a schema from CQL.</param>
    /// <param name="options">How to open it.</param>
    /// <exception cref="StorageException">There is no such folder, or it can't be read.</exception>
    /// <exception cref="UnsupportedFormatException">It holds nothing of Cassandra's, or a newer release wrote it.</exception>
    public static DatabaseInspection Of(string path, SchemaTextReader readSchema, DatabaseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = (options ?? DatabaseOptions.Default) with { ReadOnly = true };
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        List<DatabaseFinding> findings = [];
        bool isOwn = false;
        try
        {
            isOwn = options.Files.DirectoryExists(full) && DatabaseFile.Read(options.Files, full) is not null;
        }
        catch (CorruptDataException e)
        {
            findings.Add(new DatabaseFinding(FindingSeverity.Error, DatabasePart.Description, e.File, e.Message));
        }

        using Database? database = Open(full, readSchema, options, findings);
        foreach (string problem in database?.SchemaProblems ?? [])
            findings.Add(new DatabaseFinding(FindingSeverity.Error, DatabasePart.Schema, full, problem));
        if (database?.CommitLog is { UnknownTables.Count: > 0 } log)
            findings.Add(new DatabaseFinding(FindingSeverity.Warning, DatabasePart.CommitLog, log.Directory, $"{log.UnknownTables.Values.Sum():N0} writes are to tables that the schema does not have, such as dropped ones: {string.Join(", ", log.UnknownTables.Keys)}."));

        List<SSTableDescriptor> sstables = [];
        string data = System.IO.Path.Combine(full, "data");
        string root = options.Files.DirectoryExists(data) ? data : full;
        if (!(isOwn && IsBeingWritten(options.Files, full)))
            FindLeftovers(options.Files, root, findings);
        sstables.AddRange(SSTablesBelow(options, full, root, findings));
        return new DatabaseInspection
        {
            Path = full,
            SchemaOrigin = database?.SchemaOrigin ?? "none",
            TableCount = database?.Schema.Keyspaces.Values.Sum(k => k.TablesAndViews.Count(t => !database.IsComputed(t))) ?? 0,
            CommitLog = database?.CommitLog,
            SSTables = sstables,
            Findings = findings,
        };
    }

    /// <summary>Opens the database; without its log, and then without its description, where these are damaged.</summary>
    private static Database? Open(string path, SchemaTextReader readSchema, DatabaseOptions options, List<DatabaseFinding> findings)
    {
        try
        {
            return Database.Open(path, readSchema, options);
        }
        catch (CqliteException e) when (e is CorruptDataException or UnsupportedFormatException && options.ReplayCommitLog && IsOfLog(e))
        {
            findings.Add(new DatabaseFinding(FindingSeverity.Error, DatabasePart.CommitLog, FileOf(e)!, e.Message));
            return Open(path, readSchema, options with { ReplayCommitLog = false }, findings);
        }
        catch (CorruptDataException e)
        {
            if (!findings.Exists(f => f.Path == e.File))
                findings.Add(new DatabaseFinding(FindingSeverity.Error, DatabasePart.Schema, e.File, e.Message));
            return null;
        }
    }

    private static bool IsOfLog(CqliteException error) =>
        FileOf(error) is { } file && CommitLogDescriptor.TryParseFileName(System.IO.Path.GetFileName(file), out _, out _);

    private static string? FileOf(CqliteException error) => error switch
    {
        CorruptDataException corrupt => corrupt.File,
        UnsupportedFormatException unsupported => unsupported.File,
        _ => null,
    };

    // Whoever writes has files about that are not finished.
    private static bool IsBeingWritten(IFileSystem files, string folder)
    {
        if (!files.FileExists(System.IO.Path.Combine(folder, DatabaseFile.LockName)))
            return false;
        try
        {
            using IDisposable? held = files.TryLock(System.IO.Path.Combine(folder, DatabaseFile.LockName));
            return held is null;
        }
        catch (StorageException)
        {
            // On a disk that is read-only nobody writes.
            return false;
        }
    }

    /// <summary>All SSTables below a folder, but for snapshots; these too where they are what was opened, and alone where one was asked for.</summary>
    private static IReadOnlyList<SSTableDescriptor> SSTablesBelow(DatabaseOptions options, string path, string root, List<DatabaseFinding> findings)
    {
        try
        {
            IEnumerable<string> folders = DatabaseLayout.Discover(options.Files, path, options.Snapshot).Tables.Select(t => t.Path);
            return [.. (options.Snapshot is null ? folders.Prepend(root) : folders).SelectMany(f => SSTableFolder.Find(options.Files, f)).DistinctBy(s => s.ToString(), StringComparer.Ordinal)];
        }
        catch (CorruptDataException e)
        {
            findings.Add(new DatabaseFinding(FindingSeverity.Error, DatabasePart.Transaction, e.File, e.Message));
            return [];
        }
    }

    private static void FindLeftovers(IFileSystem files, string folder, List<DatabaseFinding> findings)
    {
        IReadOnlyList<string> paths = files.ListFiles(folder);
        bool isOfTable = paths.Any(p => SSTableDescriptor.TryParse(p, out _, out _));
        foreach (string path in paths)
        {
            string name = System.IO.Path.GetFileName(path);
            if (TransactionLog.IsLogName(name))
                findings.Add(new DatabaseFinding(FindingSeverity.Warning, DatabasePart.Transaction, path, "a flush or compaction was interrupted; what it left does not count, and goes when the database is opened for writing."));
            else if (name.EndsWith(".tmp", StringComparison.Ordinal))
                findings.Add(new DatabaseFinding(FindingSeverity.Warning, DatabasePart.Orphan, path, "is a temporary file that nobody needs any more."));
            else if (name.StartsWith(SSTableDescriptor.CompanionMark, StringComparison.Ordinal))
                FindLonely(paths, path, findings);
            else if (isOfTable && !SSTableDescriptor.TryParse(path, out _, out _) && name is not ("manifest.json" or "schema.cql"))
                findings.Add(new DatabaseFinding(FindingSeverity.Warning, DatabasePart.Orphan, path, "is no part of an SSTable."));
        }

        foreach (string child in files.ListDirectories(folder))
        {
            if (System.IO.Path.GetFileName(child) is not ("snapshots" or "backups"))
                FindLeftovers(files, child, findings);
        }
    }

    // What we put beside an SSTable is of use with it only; marks of a table are not its SSTables'.
    private static void FindLonely(IReadOnlyList<string> paths, string path, List<DatabaseFinding> findings)
    {
        string name = System.IO.Path.GetFileName(path)[SSTableDescriptor.CompanionMark.Length..];
        if (IndexFileName.IsIndexFile(path) && !paths.Any(p => System.IO.Path.GetFileName(p) is var other && other.EndsWith("-Data.db", StringComparison.Ordinal) && name.StartsWith(other[..^"Data.db".Length], StringComparison.Ordinal)))
            findings.Add(new DatabaseFinding(FindingSeverity.Warning, DatabasePart.Orphan, path, "is an index's file of an SSTable that is not there."));
    }
}
