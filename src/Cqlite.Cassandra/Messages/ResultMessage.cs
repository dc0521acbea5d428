using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>Kinds of results; the numbers are the protocol's.</summary>
internal enum ResultKind
{
    /// <summary>Nothing.</summary>
    Void = 1,

    /// <summary>Rows.</summary>
    Rows = 2,

    /// <summary>USE took effect.</summary>
    SetKeyspace = 3,

    /// <summary>A statement is prepared.</summary>
    Prepared = 4,

    /// <summary>The schema changed.</summary>
    SchemaChange = 5,
}

/// <summary>RESULT: a request was executed.</summary>
/// <remarks><code>
/// [int] kind
/// then by kind
/// source org/apache/cassandra/transport/messages/ResultMessage.java
/// </code></remarks>
internal abstract record ResultMessage : Message
{
    /// <inheritdoc/>
    public sealed override Opcode Opcode => Opcode.Result;

    /// <summary>What kind of result it is.</summary>
    public abstract ResultKind Kind { get; }

    /// <summary>Reads the message.</summary>
    public static ResultMessage Read(ref NotationReader reader, ProtocolVersion version)
    {
        int kind = reader.ReadInt32();
        return (ResultKind)kind switch
        {
            ResultKind.Void => VoidResult.Instance,
            ResultKind.Rows => RowsResult.ReadRows(ref reader, version),
            ResultKind.SetKeyspace => new SetKeyspaceResult(reader.ReadString()),
            ResultKind.Prepared => PreparedResult.ReadPrepared(ref reader, version),
            ResultKind.SchemaChange => new SchemaChangeResult(SchemaChange.Read(ref reader)),
            _ => throw new ProtocolException($"Unknown kind id {kind} in RESULT message"),
        };
    }

    /// <inheritdoc/>
    public sealed override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteInt32((int)Kind);
        WriteContent(output, version);
    }

    /// <summary>Appends what follows the kind.</summary>
    protected abstract void WriteContent(BufferWriter output, ProtocolVersion version);
}

/// <summary>The result of a write. Has no content.</summary>
internal sealed record VoidResult : ResultMessage
{
    private VoidResult()
    {
    }

    /// <summary>The one there is.</summary>
    public static VoidResult Instance { get; } = new();

    /// <inheritdoc/>
    public override ResultKind Kind => ResultKind.Void;

    /// <inheritdoc/>
    protected override void WriteContent(BufferWriter output, ProtocolVersion version)
    {
    }
}

/// <summary>The result of USE: [string] keyspace.</summary>
internal sealed record SetKeyspaceResult(string Keyspace) : ResultMessage
{
    /// <inheritdoc/>
    public override ResultKind Kind => ResultKind.SetKeyspace;

    /// <inheritdoc/>
    protected override void WriteContent(BufferWriter output, ProtocolVersion version) => output.WriteString(Keyspace);
}

/// <summary>The result of a statement that changed the schema: see <see cref="SchemaChange"/>.</summary>
internal sealed record SchemaChangeResult(SchemaChange Change) : ResultMessage
{
    /// <inheritdoc/>
    public override ResultKind Kind => ResultKind.SchemaChange;

    /// <inheritdoc/>
    protected override void WriteContent(BufferWriter output, ProtocolVersion version) => Change.Write(output, version);
}
