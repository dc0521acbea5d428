using System.IO.Pipelines;
using Cqlite.Cassandra.Frames;

namespace Cqlite.Cassandra.Client;

/// <summary>Requests on their way to one node, put in by any thread and sent by one loop: those that are ready together go together.</summary>
internal sealed class SendQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly PipeWriter _output;
    private FramedBuffer _pending = new();
    private FramedBuffer _sent = new();

    /// <summary>Creates an empty queue.</summary>
    public SendQueue(PipeWriter output) => _output = output;

    /// <summary>Frames what follows as the answer to STARTUP asks for.</summary>
    public void ChangeFraming(ProtocolVersion version, WireCompression compression)
    {
        lock (_gate)
        {
            foreach (FramedBuffer buffer in (ReadOnlySpan<FramedBuffer>)[_pending, _sent])
            {
                if (version.HasOuterFrames)
                    buffer.Writer.UseOuterFrames(compression);
                else
                    buffer.Writer.UseBodyCompression(compression);
            }
        }
    }

    /// <summary>Puts in a request.</summary>
    public void Add(in EnvelopeHeader header, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            _pending.Writer.Write(header, body);
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
    }

    /// <summary>Sends what is put in, until cancelled or the node is gone.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _signal.WaitAsync(cancellation).ConfigureAwait(false);

            // What is just about to be asked goes along: one call of the system for all.
            await Task.Yield();
            Turn();
            if ((await _output.WriteAsync(_sent.Content, cancellation).ConfigureAwait(false)).IsCompleted)
                return;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    private void Turn()
    {
        _sent.Clear();
        lock (_gate)
        {
            _pending.Writer.Flush();
            (_pending, _sent) = (_sent, _pending);
        }
    }
}
