using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// The commit log of an open database: takes mutations from many threads, writes and syncs them in sections. Whoever needs a sync and
/// finds none under way does it for all that came before (leader and followers), so that no thread hands work to another and 64
/// writers share one sync. Unlike Cassandra's, segments grow by appending instead of being mapped, which keeps them readable at every
/// moment without zeroed tails.
/// </summary>
/// <remarks>Once a write or sync has failed nothing is acknowledged any more: what the disk holds is not known (<see cref="Failure"/>).</remarks>
internal sealed class CommitLogWriter : IDisposable
{
    /// <summary>A buffer this full is written out, though not synced, by whoever filled it.</summary>
    private const int WriteOutBytes = 1 << 20;

    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly Durability _durability;
    private readonly int _segmentBytes;
    private readonly int _version;
    private readonly Action<long>? _segmentStarted;

    /// <summary>Guards the buffer that mutations are added to, and the counters.</summary>
    private readonly Lock _append = new();

    /// <summary>Guards the file; taken before <see cref="_append"/> where both are.</summary>
    private readonly Lock _write = new();

    private CommitLogSegmentWriter _segment;
    private BufferWriter _pending = new(1 << 16);
    private BufferWriter _spare = new(1 << 16);
    private long _segmentId;
    private int _positionInSegment;
    private long _appended;
    private long _written;
    private long _synced;
    private Exception? _failure;
    private bool _disposed;
    private readonly Timer? _timer;

    /// <summary>Starts a new segment in a folder.</summary>
    /// <param name="files">Where the log lives.</param>
    /// <param name="directory">The log's folder, which must exist.</param>
    /// <param name="durability">When writes are acknowledged.</param>
    /// <param name="firstSegmentId">Id of the first segment: greater than all that are in the folder.</param>
    /// <param name="segmentBytes">Size at which the next segment is begun; a mutation of more than half of it is refused.</param>
    /// <param name="syncPeriod">Time between syncs with <see cref="Durability.Periodic"/>.</param>
    /// <param name="segmentStarted">Called, under the log's lock, with the id of each further segment.</param>
    public CommitLogWriter(
        IFileSystem files,
        string directory,
        Durability durability,
        long firstSegmentId,
        int segmentBytes = 32 << 20,
        TimeSpan? syncPeriod = null,
        Action<long>? segmentStarted = null)
    {
        _files = files;
        _directory = directory;
        _durability = durability;
        _segmentBytes = segmentBytes;
        _version = CommitLogDescriptor.Version40;
        _segmentStarted = segmentStarted;
        _segmentId = firstSegmentId;
        _segment = Start(firstSegmentId);
        if (durability == Durability.Periodic)
        {
            TimeSpan period = syncPeriod ?? TimeSpan.FromSeconds(10);
            _timer = new Timer(static state => ((CommitLogWriter)state!).SyncQuietly(), this, period, period);
        }
    }

    /// <summary>The largest mutation that the log takes, in bytes.</summary>
    public int LargestMutation => (_segmentBytes / 2) - CommitLogFormat.MutationOverhead;

    /// <summary>Why the log takes nothing more; null while it does.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>The segment that is being written.</summary>
    public long CurrentSegmentId
    {
        get
        {
            lock (_append)
                return _segmentId;
        }
    }

    /// <summary>Adds a mutation and returns, when it is as durable as the log promises, its position.</summary>
    /// <param name="mutation">The serialized mutation.</param>
    /// <param name="appended">Called under the log's lock once the mutation has its place, before it is durable.</param>
    /// <exception cref="InvalidQueryException">The mutation is too large.</exception>
    /// <exception cref="StorageException">The log has failed: the write is not durable and the database no longer writable.</exception>
    public CommitLogPosition Add(ReadOnlySpan<byte> mutation, Action<CommitLogPosition>? appended = null)
    {
        CommitLogPosition position = Append(mutation, out long sequence, appended);
        AwaitDurable(sequence);
        return position;
    }

    /// <summary>Adds a mutation without waiting; <see cref="AwaitDurable"/> waits for what the sequence stands for.</summary>
    public CommitLogPosition Append(ReadOnlySpan<byte> mutation, out long sequence, Action<CommitLogPosition>? appended = null)
    {
        if (mutation.Length > LargestMutation)
        {
            throw new InvalidQueryException(
                $"Rejected an oversized mutation ({mutation.Length}/{LargestMutation}): half of the commit log segment's size is the largest that can be written.");
        }

        uint sizeChecksum = CommitLogFormat.SizeChecksum(mutation.Length);
        uint checksum = Crc32.Update(sizeChecksum, mutation);
        bool writeOut;
        CommitLogPosition position;
        while (true)
        {
            lock (_append)
            {
                ThrowIfFailed();
                int framed = mutation.Length + CommitLogFormat.MutationOverhead;
                int marker = _pending.Length == 0 ? CommitLogFormat.MarkerLength : 0;
                if (_positionInSegment + marker + framed <= _segmentBytes)
                {
                    if (marker > 0)
                    {
                        _pending.WriteInt64(0);
                        _positionInSegment += marker;
                    }

                    _pending.WriteInt32(mutation.Length);
                    _pending.WriteInt32((int)sizeChecksum);
                    _pending.Write(mutation);
                    _pending.WriteInt32((int)checksum);
                    _positionInSegment += framed;
                    position = new CommitLogPosition(_segmentId, _positionInSegment);
                    sequence = ++_appended;
                    writeOut = _pending.Length >= WriteOutBytes;
                    appended?.Invoke(position);
                    break;
                }
            }

            BeginNextSegment();
        }

        if (writeOut && _durability == Durability.Periodic)
            WriteOut();
        return position;
    }

    /// <summary>Returns when what was appended up to a sequence is as durable as the log promises.</summary>
    public void AwaitDurable(long sequence)
    {
        if (_durability != Durability.Periodic)
            SyncUpTo(sequence);
    }

    /// <summary>Returns when everything appended before the call is on stable storage.</summary>
    public void Sync()
    {
        long sequence;
        lock (_append)
            sequence = _appended;
        SyncUpTo(sequence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _timer?.Dispose();
        try
        {
            if (Failure is null)
                Sync();
        }
        finally
        {
            _disposed = true;
            lock (_write)
                _segment.Dispose();
        }
    }

    private CommitLogSegmentWriter Start(long id)
    {
        CommitLogSegmentWriter segment = new(_files, _directory, CommitLogDescriptor.Plain(_version, id));
        _files.SyncDirectory(_directory);
        _positionInSegment = segment.Position;
        return segment;
    }

    private void SyncUpTo(long sequence)
    {
        // Whoever gets the lock finds either that a leader has synced for it, or that it leads now, for all that wait behind it.
        if (Volatile.Read(ref _synced) >= sequence)
            return;
        lock (_write)
        {
            ThrowIfFailed();
            if (_synced >= sequence)
                return;
            Attempt(() =>
            {
                WritePending();
                _segment.Sync();
                Volatile.Write(ref _synced, _written);
            });
        }
    }

    private void WriteOut()
    {
        lock (_write)
        {
            ThrowIfFailed();
            Attempt(WritePending);
        }
    }

    /// <summary>Writes the section that has gathered. The file's lock is held.</summary>
    private void WritePending()
    {
        BufferWriter section;
        long upTo;
        lock (_append)
        {
            if (_pending.Length == 0)
                return;
            section = _pending;
            upTo = _appended;
            _pending = _spare;
        }

        _segment.WriteSection(section.Patch(0, section.Length));
        section.Clear();
        _spare = section;
        _written = upTo;
    }

    private void BeginNextSegment()
    {
        lock (_write)
        {
            ThrowIfFailed();
            lock (_append)
            {
                // Another writer may have begun it while this one waited.
                if (_positionInSegment + LargestMutation < _segmentBytes && _pending.Length == 0)
                    return;
            }

            Attempt(() =>
            {
                // Appending stops while the segments change hands, so that positions and segments stay in step.
                lock (_append)
                {
                    if (_pending.Length > 0)
                    {
                        _segment.WriteSection(_pending.Patch(0, _pending.Length));
                        _pending.Clear();
                    }

                    _segment.Sync();
                    _written = _appended;
                    Volatile.Write(ref _synced, _appended);
                    _segment.Dispose();
                    _segmentId++;
                    _segment = Start(_segmentId);
                    _segmentStarted?.Invoke(_segmentId);
                }
            });
        }
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (StorageException e)
        {
            Volatile.Write(ref _failure, e);
            throw;
        }
    }

    private void SyncQuietly()
    {
        try
        {
            Sync();
        }
        catch (StorageException)
        {
            // Kept in Failure: the next writer gets it.
        }
    }

    private void ThrowIfFailed()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Failure is { } failure)
        {
            throw new StorageException(
                _directory,
                $"the commit log failed before ({failure.Message}), so that the database is read-only until it is opened again.",
                failure);
        }
    }
}
