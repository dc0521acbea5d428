using System.IO.Pipelines;
using Cqlite.Cassandra.Frames;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// Answers on their way to one client, put in by any thread and sent by one loop: those that are ready together go together. A client that
/// does not read makes only its own outbox full.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private const int KeptBytes = 4 << 20;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly SemaphoreSlim _room = new(0, 1);
    private readonly PipeWriter _output;
    private readonly int _maxBytes;
    private readonly MemoryBudget _memory;
    private long _takenBytes;
    private FramedBuffer _pending = new();
    private FramedBuffer _sent = new();
    private WireCompression _compression;
    private bool _hasOuterFrames;
    private bool _isComplete;
    private bool _isWaitedFor;

    /// <summary>Creates an empty outbox.</summary>
    /// <param name="output">Where answers go.</param>
    /// <param name="maxBytes">With more than this no more requests are taken.</param>
    /// <param name="memory">What answers are counted in until they are sent.</param>
    public Outbox(PipeWriter output, int maxBytes, MemoryBudget memory)
    {
        _memory = memory;
        _output = output;
        _maxBytes = maxBytes;
    }

    /// <summary>Puts in an answer.</summary>
    public void Add(in EnvelopeHeader header, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            if (_isComplete)
                return;
            _pending.Writer.Write(header, body);
            _memory.Take(body.Length);
            _takenBytes += body.Length;
            Wake();
        }
    }

    /// <summary>Puts in the answer to STARTUP, after which the framing changes.</summary>
    public void AddLastPlain(in EnvelopeHeader header, ReadOnlySpan<byte> body, WireCompression compression)
    {
        lock (_gate)
        {
            _compression = compression;
            _hasOuterFrames = header.Version.HasOuterFrames;
            if (!_hasOuterFrames)
                Frame(_pending);
            _pending.Writer.Write(header, body);
            Frame(_pending);
            Frame(_sent);
            Wake();
        }
    }

    /// <summary>Waits until the client has read enough for more requests.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_pending.LengthBytes <= _maxBytes || _isComplete)
                    return;
                _isWaitedFor = true;
            }

            await _room.WaitAsync(cancellation);
        }
    }

    /// <summary>No more answers; the loop ends once all are sent.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            if (_isComplete)
                return;
            _isComplete = true;
            Wake();
        }
    }

    /// <summary>Sends what is put in, until <see cref="Complete"/> or until the client is gone.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _signal.WaitAsync(cancellation);

            // What is just about to be answered goes along: one call of the system for all.
            await Task.Yield();
            if (Turn(out bool isLast))
            {
                FlushResult flushed = await _output.WriteAsync(_sent.Content, cancellation);
                if (flushed.IsCompleted)
                    isLast = true;
            }

            if (isLast)
                return;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            GiveBack();
        _signal.Dispose();
        _room.Dispose();
    }

    /// <summary>Takes out what is there to be sent, and lets what comes meanwhile into the other buffer.</summary>
    private bool Turn(out bool isLast)
    {
        if (_sent.LengthBytes > KeptBytes)
        {
            _sent = new FramedBuffer();
            Frame(_sent);
        }

        _sent.Clear();
        lock (_gate)
        {
            isLast = _isComplete;
            _pending.Writer.Flush();
            if (_pending.LengthBytes == 0)
                return false;
            (_pending, _sent) = (_sent, _pending);
            GiveBack();
            if (_isWaitedFor)
                _room.Release();
            _isWaitedFor = false;
            return true;
        }
    }

    private void GiveBack()
    {
        _memory.Return(_takenBytes);
        _takenBytes = 0;
    }

    private void Frame(FramedBuffer buffer)
    {
        if (_hasOuterFrames)
            buffer.Writer.UseOuterFrames(_compression);
        else
            buffer.Writer.UseBodyCompression(_compression);
    }

    private void Wake()
    {
        if (_signal.CurrentCount == 0)
            _signal.Release();
    }
}
