using System.Buffers;
using System.IO.Pipelines;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Client;

/// <summary>Requests on their way to one node, put in by any thread and sent by one loop: those that are ready together go together.</summary>
internal sealed class SendQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly PipeWriter _output;
    private readonly BufferWriter _framed = new(4096);
    private readonly EnvelopeWriter _writer;

    /// <summary>Creates an empty queue.</summary>
    public SendQueue(PipeWriter output)
    {
        _output = output;
        _writer = new EnvelopeWriter(_framed);
    }

    /// <summary>Frames what follows as the answer to STARTUP asks for.</summary>
    public void ChangeFraming(ProtocolVersion version, WireCompression compression)
    {
        lock (_gate)
        {
            if (version.HasOuterFrames)
                _writer.UseOuterFrames(compression);
            else
                _writer.UseBodyCompression(compression);
        }
    }

    /// <summary>Puts in a request.</summary>
    public void Add(in EnvelopeHeader header, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            _writer.Write(header, body);
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
            Move();
            if ((await _output.FlushAsync(cancellation).ConfigureAwait(false)).IsCompleted)
                return;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    private void Move()
    {
        lock (_gate)
        {
            _writer.Flush();
            _output.Write(_framed.WrittenSpan);
            _framed.Clear();
        }
    }
}
