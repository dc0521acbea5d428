using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Writing;

/// <summary>
/// The segments of a database's commit log: those that were found, and those that are being written, which begin with the first write. Serves all threads.
/// </summary>
internal sealed class LogSegments : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly DatabaseOptions _options;
    private readonly WriteHealth _health;
    private readonly CommitLogPosition _replayedFrom;
    private readonly Lock _start = new();
    private CommitLogWriter? _writer;

    /// <summary>Looks at what there is.</summary>
    /// <param name="options">How to write.</param>
    /// <param name="directory">The folder, which is made where it is missing.</param>
    /// <param name="health">Learns of it when the log can't be written any more.</param>
    public LogSegments(DatabaseOptions options, string directory, WriteHealth health)
    {
        _files = options.Files;
        _directory = directory;
        _options = options;
        _health = health;
        _files.CreateDirectory(directory);
        IReadOnlyList<string> segments = Find();
        HasLateTimes = options.SSTableVersion.HasUIntDeletionTime || segments.Any(IsOfLateTimes);
        _replayedFrom = new CommitLogPosition(segments.Count > 0 ? IdOf(segments[0]) : NextId(), 0);
    }

    /// <summary>Whether times past 2038 may be written, or were into the log that was replayed: SSTables and log are then of versions with room for them.</summary>
    public bool HasLateTimes { get; }

    /// <summary>Where the log that was replayed begins; without one, where it will.</summary>
    public CommitLogPosition ReplayedFrom => _replayedFrom;

    /// <summary>Where the log ends now.</summary>
    public CommitLogPosition End => Volatile.Read(ref _writer)?.Position ?? _replayedFrom;

    /// <summary>Number of segments.</summary>
    public int Count => Find().Count;

    /// <summary>Id of the oldest segment; null where there is none.</summary>
    public long? Oldest => Find() is [var oldest, ..] ? IdOf(oldest) : null;

    /// <summary>Id of the segment that is being written; null while nothing was written.</summary>
    public long? Current => Volatile.Read(ref _writer)?.CurrentSegmentId;

    /// <summary>Whether the youngest segment has nothing at all, not even a head, as a crash may leave it.</summary>
    public bool EndsEmpty => Find() is [.., var last] && _files.GetLength(last) == 0;

    /// <summary>What writes are appended to; begun when it is asked for first.</summary>
    /// <exception cref="StorageException">The log can't be written, now or any more.</exception>
    public CommitLogWriter Writer
    {
        get
        {
            if (Volatile.Read(ref _writer) is { } writer)
                return writer;
            lock (_start)
            {
                _health.ThrowIfFailed();
                try
                {
                    writer = _writer ?? Begin();
                }
                catch (StorageException e)
                {
                    // It may have left half a segment, and that must be the youngest when the log is read again.
                    _health.Fail(e);
                    throw;
                }

                _health.Watch(writer);
                Volatile.Write(ref _writer, writer);
                return writer;
            }
        }
    }

    /// <summary>Goes on in another segment, where there is anything to go on from.</summary>
    public void BeginNext()
    {
        if (Volatile.Read(ref _writer) is not null || Count > 0)
            Writer.BeginNextSegment();
    }

    /// <summary>Deletes all segments before one.</summary>
    public void DeleteBefore(long segmentId)
    {
        string[] done = [.. Find().Where(s => IdOf(s) < segmentId)];
        foreach (string segment in done)
            _files.DeleteFile(segment);

        // A segment must not come back once the SSTables that have its writes are purged or truncated.
        if (done.Length > 0)
            _files.SyncDirectory(_directory);
    }

    /// <summary>Number of segments, and their bytes.</summary>
    public (int Segments, long Bytes) Measure()
    {
        int segments = 0;
        long bytes = 0;
        foreach (string segment in Find())
        {
            try
            {
                bytes += _files.GetLength(segment);
                segments++;
            }
            catch (StorageException e) when (e.Problem == StorageProblem.NotFound)
            {
                // Recycled just now.
            }
        }

        return (segments, bytes);
    }

    /// <summary>Makes all durable and closes what is being written.</summary>
    public void Dispose() => _writer?.Dispose();

    private static long IdOf(string segment) =>
        CommitLogDescriptor.TryParseFileName(Path.GetFileName(segment), out _, out long id) ? id : throw new ArgumentException($"'{segment}' is no segment.", nameof(segment));

    private static bool IsOfLateTimes(string segment) =>
        CommitLogDescriptor.TryParseFileName(Path.GetFileName(segment), out int version, out _) && version >= CommitLogDescriptor.Version50;

    private IReadOnlyList<string> Find() => CommitLogFiles.Find(_files, _directory);

    private long NextId()
    {
        IReadOnlyList<string> segments = Find();
        return Math.Max(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), segments.Count > 0 ? IdOf(segments[^1]) + 1 : 0);
    }

    private CommitLogWriter Begin() => new(
        _files,
        _directory,
        _options.Durability,
        NextId(),
        _options.CommitLogSegmentBytes,
        version: HasLateTimes ? CommitLogDescriptor.Version50 : CommitLogDescriptor.Version40);
}
