using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// The commit log of an open database: takes mutations from many threads, writes and syncs them in sections. Whoever needs a sync and
/// finds none under way does it for all that came before (leader and followers, <see cref="SyncQueue"/>), so that 64 writers share one
/// sync. Unlike Cassandra's, segments grow by appending instead of being mapped; a little room is reserved ahead, and given back when a
/// segment is done.
/// </summary>
/// <remarks>
/// A section is durable before the next one is written: a disk may store unsynced writes in any order, and a reader takes a section
/// that another one follows for one that was synced. Once a write or sync has failed nothing is acknowledged any more, for what the
/// disk holds is not known (<see cref="Failure"/>).
/// </remarks>
internal sealed class CommitLogWriter : IDisposable
{
    /// <summary>With <see cref="Durability.Periodic"/>, a buffer this full is written and synced without waiting for the period.</summary>
    private const int EarlySyncBytes = 1 << 20;

    /// <summary>With <see cref="Durability.Periodic"/>, writers wait for the disk while the buffer is this full.</summary>
    private const int LargestBacklogBytes = 16 << 20;

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

    /// <summary>Who waits for whose sync; its lock is never held while another one is taken.</summary>
    private readonly SyncQueue _queue = new();

    private CommitLogSegmentWriter _segment;
    private BufferWriter _pending = new(1 << 16);
    private BufferWriter _spare = new(1 << 16);

    /// <summary>The last section of a segment that appending has left, to be written before anything else; null when there is none.</summary>
    private BufferWriter? _tail;
    private BufferWriter _spareTail = new(1 << 16);
    private long _tailUpTo;

    /// <summary>The segment after the current one, made before it is needed; null while it is not there.</summary>
    private CommitLogSegmentWriter? _next;
    private long _segmentId;
    private int _positionInSegment;
    private int _segmentStart;
    private long _appended;
    private long _written;
    private long _synced;
    private Exception? _failure;
    private bool _disposed;
    private bool _isStopping;
    private readonly Thread? _periodic;
    private readonly AutoResetEvent? _begun;
    private readonly AutoResetEvent? _full;
    private readonly TimeSpan _period;

    /// <summary>Starts a new segment in a folder.</summary>
    /// <param name="files">Where the log lives.</param>
    /// <param name="directory">The log's folder, which must exist.</param>
    /// <param name="durability">When writes are acknowledged.</param>
    /// <param name="firstSegmentId">Id of the first segment: greater than all that are in the folder.</param>
    /// <param name="segmentBytes">Size at which the next segment is begun; a mutation of more than half of it is refused.</param>
    /// <param name="syncPeriod">Time between syncs with <see cref="Durability.Periodic"/>.</param>
    /// <param name="segmentStarted">Called, under the log's lock, with the id of each further segment.</param>
    /// <param name="version">The segments' version.</param>
    public CommitLogWriter(
        IFileSystem files,
        string directory,
        Durability durability,
        long firstSegmentId,
        int segmentBytes = 32 << 20,
        TimeSpan? syncPeriod = null,
        Action<long>? segmentStarted = null,
        int version = CommitLogDescriptor.Version40)
    {
        _files = files;
        _directory = directory;
        _durability = durability;
        _segmentBytes = segmentBytes;
        _version = version;
        _segmentStarted = segmentStarted;
        _segmentId = firstSegmentId;
        _segment = Start(firstSegmentId);
        _segmentStart = _positionInSegment = _segment.Position;
        if (durability == Durability.Periodic)
        {
            _period = syncPeriod ?? TimeSpan.FromSeconds(10);
            _begun = new AutoResetEvent(false);
            _full = new AutoResetEvent(false);
            _periodic = new Thread(SyncPeriodically) { IsBackground = true, Name = "commit log" };
            _periodic.Start();
        }
    }

    /// <summary>The largest mutation that the log takes, in bytes.</summary>
    public int LargestMutation => LargestMutationOf(_segmentBytes);

    /// <summary>Why the log takes nothing more; null while it does.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether a write counts as done before it is on the disk.</summary>
    public bool AcknowledgesAtOnce => _durability == Durability.Periodic;

    /// <summary>The segment that is being written.</summary>
    public long CurrentSegmentId
    {
        get
        {
            lock (_append)
                return _segmentId;
        }
    }

    /// <summary>The place behind all that was appended so far.</summary>
    public CommitLogPosition Position
    {
        get
        {
            lock (_append)
                return new CommitLogPosition(_segmentId, _positionInSegment);
        }
    }

    /// <summary>Begins another segment, so that those before it can go once what is in them is flushed.</summary>
    /// <remarks>One without mutations is not left.</remarks>
    public void BeginNextSegment()
    {
        long current;
        lock (_append)
        {
            if (_positionInSegment == _segmentStart)
                return;
            current = _segmentId;
        }

        BeginNextSegment(current);
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

    /// <summary>The largest mutation that segments of a size take: half a segment.</summary>
    public static int LargestMutationOf(int segmentBytes) => (segmentBytes / 2) - CommitLogFormat.MutationOverhead;

    /// <summary>Adds a mutation without waiting; <see cref="AwaitDurable"/> waits for what the sequence stands for.</summary>
    /// <param name="mutation">The serialized mutation.</param>
    /// <param name="sequence">What <see cref="AwaitDurable"/> takes.</param>
    /// <param name="appended">Called under the log's lock once the mutation has its place, before it is durable.</param>
    /// <exception cref="InvalidQueryException">The mutation is too large.</exception>
    /// <exception cref="StorageException">The log has failed.</exception>
    public CommitLogPosition Append(ReadOnlySpan<byte> mutation, out long sequence, Action<CommitLogPosition>? appended = null) =>
        Append(default, mutation, out sequence, appended);

    /// <summary>Adds a mutation without waiting; one of a single update, as most are, is not copied before it is in the log's buffer.</summary>
    /// <param name="mutation">The mutation.</param>
    /// <param name="sequence">What <see cref="AwaitDurable"/> takes.</param>
    /// <param name="appended">Called under the log's lock once the mutation has its place, before it is durable.</param>
    /// <exception cref="InvalidQueryException">The mutation is too large.</exception>
    /// <exception cref="StorageException">The log has failed.</exception>
    public CommitLogPosition Append(Mutation mutation, out long sequence, Action<CommitLogPosition>? appended = null)
    {
        if (mutation.Updates.Count == 1)
            return Append([1], mutation.Updates[0].Content.Span, out sequence, appended);
        BufferWriter output = new(1024);
        mutation.Write(output);
        return Append(default, output.WrittenSpan, out sequence, appended);
    }

    private CommitLogPosition Append(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out long sequence, Action<CommitLogPosition>? appended)
    {
        int length = head.Length + body.Length;
        if (length > LargestMutation)
        {
            throw new InvalidQueryException(
                $"Rejected an oversized mutation ({length}/{LargestMutation}): half of the commit log segment's size is the largest that can be written.");
        }

        // A reader takes anything shorter for garbage.
        ArgumentOutOfRangeException.ThrowIfLessThan(length, CommitLogFormat.MinimumMutationLength, "mutation");
        uint sizeChecksum = CommitLogFormat.SizeChecksum(length);
        uint checksum = Crc32.Update(Crc32.Update(sizeChecksum, head), body);
        int framed = length + CommitLogFormat.MutationOverhead;
        int backlog;
        bool isFirst;
        CommitLogPosition position;
        while (true)
        {
            long full;
            lock (_append)
            {
                ThrowIfFailed();
                full = _segmentId;
                isFirst = _pending.Length == 0;
                int marker = isFirst ? CommitLogFormat.MarkerLength : 0;
                if (_positionInSegment + marker + framed <= _segmentBytes)
                {
                    if (isFirst)
                    {
                        _pending.WriteInt64(0);
                        _positionInSegment += marker;
                    }

                    _pending.WriteInt32(length);
                    _pending.WriteInt32((int)sizeChecksum);
                    _pending.Write(head);
                    _pending.Write(body);
                    _pending.WriteInt32((int)checksum);
                    _positionInSegment += framed;
                    position = new CommitLogPosition(_segmentId, _positionInSegment);
                    sequence = ++_appended;
                    backlog = _pending.Length;
                    appended?.Invoke(position);
                    break;
                }

                if (_next is not null && _tail is null)
                {
                    LeaveSegment();
                    continue;
                }
            }

            BeginNextSegment(full);
        }

        if (_periodic is not null)
            Wake(isFirst, backlog, framed, sequence);
        return position;
    }

    /// <summary>Lets the thread that syncs know of a section's first mutation and of the one that fills it; between them it sleeps.</summary>
    private void Wake(bool isFirst, int backlog, int framed, long sequence)
    {
        if (isFirst)
            _begun!.Set();
        if (backlog >= EarlySyncBytes && (isFirst || backlog - framed < EarlySyncBytes))
            _full!.Set();
        if (backlog >= LargestBacklogBytes)
            SyncUpTo(sequence);
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
        Volatile.Write(ref _isStopping, true);
        _begun?.Set();
        _full?.Set();
        _periodic?.Join();
        try
        {
            // Who waits for each write has been told of a failure. Who does not is told now, if anything was lost by it.
            if (Failure is null || _durability == Durability.Periodic)
                Sync();
        }
        finally
        {
            _disposed = true;
            _begun?.Dispose();
            _full?.Dispose();
            lock (_write)
            {
                _segment.Dispose();
                _next?.Dispose();
            }
        }
    }

    /// <summary>Creates a segment: its head and its name are durable before anything in it can be acknowledged.</summary>
    private CommitLogSegmentWriter Start(long id)
    {
        CommitLogSegmentWriter segment = new(_files, _directory, CommitLogDescriptor.Plain(_version, id));
        bool isDurable = false;
        try
        {
            segment.Sync();
            _files.SyncDirectory(_directory);
            isDurable = true;
            return segment;
        }
        finally
        {
            if (!isDurable)
                segment.Dispose();
        }
    }

    private void SyncUpTo(long sequence)
    {
        while (Volatile.Read(ref _synced) < sequence)
        {
            ThrowIfFailed();
            if (!_queue.LeadOrWait(sequence, ref _synced))
                continue;
            try
            {
                lock (_write)
                {
                    ThrowIfFailed();
                    Attempt(SyncPending);
                }
            }
            finally
            {
                _queue.HandOver();
            }
        }
    }

    /// <summary>Writes and syncs the sections that have gathered: first the last one of a full segment, then that of the current one. The file's lock is held.</summary>
    private void SyncPending()
    {
        FinishFullSegment();
        if (!WritePending())
            return;
        _segment.Sync();
        Volatile.Write(ref _synced, _written);
        if (_next is null && _segment.Position > _segmentBytes / 2)
            Volatile.Write(ref _next, Start(_segment.Descriptor.Id + 1));
    }

    /// <summary>Writes the section that has gathered for the current segment; false when there is none. The file's lock is held.</summary>
    private bool WritePending()
    {
        BufferWriter section;
        long upTo;
        lock (_append)
        {
            // Appending may have gone on to another segment since; then this section is the full segment's last, for the next round.
            if (_pending.Length == 0 || _tail is not null)
                return false;
            section = _pending;
            upTo = _appended;
            _pending = _spare;
        }

        _queue.Cover(upTo);
        _segment.WriteSection(section.Patch(0, section.Length));
        section.Clear();
        _spare = section;
        _written = upTo;
        return true;
    }

    /// <summary>Writes and syncs the last section of a segment that appending has left, and goes on to the next segment. The file's lock is held.</summary>
    private void FinishFullSegment()
    {
        BufferWriter? tail;
        lock (_append)
            tail = _tail;
        if (tail is null)
            return;
        if (tail.Length > 0)
        {
            _segment.WriteSection(tail.Patch(0, tail.Length));
            _segment.Sync();
            _written = _tailUpTo;
            Volatile.Write(ref _synced, _written);
        }

        CommitLogSegmentWriter full = _segment;
        lock (_append)
        {
            _segment = _next!;
            _next = null;
            tail.Clear();
            _spareTail = tail;
            _tail = null;
        }

        full.Dispose();
    }

    /// <summary>
    /// Lets appending go on in the next segment, which there is already; what has gathered for the full one is written and synced before anything of the
    /// next. Nothing waits for the disk here. The buffer's lock is held.
    /// </summary>
    private void LeaveSegment()
    {
        _tail = _pending;
        _tailUpTo = _appended;
        _pending = _spareTail;
        _segmentId = _next!.Descriptor.Id;
        _segmentStart = _positionInSegment = _next.Position;
        _segmentStarted?.Invoke(_segmentId);
    }

    /// <summary>Begins another segment, unless another writer has done so since this one found the segment full.</summary>
    private void BeginNextSegment(long full)
    {
        lock (_write)
        {
            ThrowIfFailed();
            if (_segmentId != full)
                return;
            Attempt(() =>
            {
                FinishFullSegment();
                if (_next is null)
                    Volatile.Write(ref _next, Start(full + 1));
                lock (_append)
                    LeaveSegment();
            });
        }
    }

    private void SyncPeriodically()
    {
        while (true)
        {
            // Nothing is done while nothing is written.
            _begun!.WaitOne();
            if (!Volatile.Read(ref _isStopping))
                _full!.WaitOne(_period);
            if (Volatile.Read(ref _isStopping) || Failure is not null)
                return;
            try
            {
                Sync();
            }
            catch (StorageException)
            {
                // Kept in Failure: the next writer gets it.
                return;
            }
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
