using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Server;

/// <summary>The answer to one request: one message, or a page of rows written as they come.</summary>
/// <param name="version">The connection's version.</param>
/// <param name="budget">What large answers take memory from.</param>
internal sealed class ServerResponse(ProtocolVersion version, MemoryBudget? budget = null) : IDisposable
{
    private readonly BufferWriter _body = AnswerBuffers.Rent();
    private long _reservedBytes;
    private bool _isDisposed;

    /// <summary>Warnings, payload and the trace's id; may be set until the request ends.</summary>
    public EnvelopeExtras Extras { get; set; } = EnvelopeExtras.None;

    /// <summary>The answer's opcode.</summary>
    public Opcode Opcode { get; private set; }

    /// <summary>Whether there is an answer.</summary>
    public bool IsWritten => _body.Length > 0 || Opcode != default;

    /// <summary>Answers with a message, in place of what was there.</summary>
    public void Write(Message message)
    {
        _body.Clear();
        Opcode = message.Opcode;
        message.Write(_body, version);
    }

    /// <summary>Answers with rows, in place of what was there; end them with <see cref="RowsWriter.Finish"/>.</summary>
    public RowsWriter BeginRows(ResultMetadata metadata)
    {
        _body.Clear();
        Opcode = Opcode.Result;
        return new RowsWriter(_body, metadata, version);
    }

    /// <summary>Adds a warning; versions that have none lose it.</summary>
    public void Warn(string warning) => Extras = Extras with { Warnings = [.. Extras.Warnings ?? [], warning] };

    /// <summary>Asks for memory for an answer that becomes so long.</summary>
    /// <exception cref="ProtocolException">The server has no more; becomes OVERLOADED.</exception>
    public void Reserve(long bytes)
    {
        long more = bytes - _reservedBytes;
        if (budget is null || more <= 0)
            return;
        if (!budget.TryTake(more))
            throw MemoryBudget.Refusal();
        _reservedBytes = bytes;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        budget?.Return(_reservedBytes);
        AnswerBuffers.Return(_body);
    }

    /// <summary>The body: extras, then the message.</summary>
    internal ReadOnlySpan<byte> Body(out EnvelopeFlags flags)
    {
        EnvelopeExtras extras = Extras.For(version);
        flags = extras.Flags;
        if (flags == EnvelopeFlags.None)
            return _body.WrittenSpan;
        BufferWriter whole = new(_body.Length + 256);
        extras.Write(whole);
        whole.Write(_body.WrittenSpan);
        return whole.WrittenSpan;
    }
}
