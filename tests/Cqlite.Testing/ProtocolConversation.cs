using System.Diagnostics.CodeAnalysis;

namespace Cqlite.Testing;

/// <summary>What a stock client and a real node said to each other, in the order in which a relay between them saw it.</summary>
/// <remarks>
/// <code>
/// # a remark: title, server, client; then what happens outside of the bytes
/// @7 c1 &lt; v5 flags=0x00 stream=2 RESULT body=131 inner      record 7, connection 1, from the server
///   850000020800000083...        hex of the whole frame, 32 bytes a line
///   *12                          the line before 12 more times
///   ; kind 2 (rows)              a comment: a help, not the truth
/// </code>
/// A theory takes it as argument: its text, <c>handshake-v5</c>, names the case and finds it again.
/// </remarks>
public sealed class ProtocolConversation : IFormattable, IParsable<ProtocolConversation>
{
    private readonly Lazy<IReadOnlyList<ProtocolEntry>> entries;

    private ProtocolConversation(string name)
    {
        Name = name;
        entries = new(() => ProtocolConversationParser.Parse(
            Name, File.ReadLines(Path.Combine(FixtureArchive.Folder("protocol"), Name + ".txt"))));
    }

    /// <summary>Every conversation; nothing is unpacked for it.</summary>
    public static IReadOnlyList<ProtocolConversation> All { get; } = [.. FixtureArchive.Index.Conversations.Select(name => new ProtocolConversation(name))];

    /// <summary>The file's name without extension: <c>handshake-v5</c>.</summary>
    public string Name { get; }

    /// <summary>Records, and the remarks between them, in order.</summary>
    public IReadOnlyList<ProtocolEntry> Entries => entries.Value;

    /// <summary>The records in order.</summary>
    public IEnumerable<ProtocolRecord> Records => Entries.OfType<ProtocolRecord>();

    /// <summary>The remarks before the first record: title, server, client.</summary>
    public IEnumerable<string> Head => Entries.TakeWhile(entry => entry is ProtocolRemark).Cast<ProtocolRemark>().Select(remark => remark.Text);

    /// <summary>The bytes that went over one connection in one direction, as the socket carried them: all but inner envelopes.</summary>
    public byte[] Wire(int connection, bool fromClient) =>
    [
        .. Records.Where(record => record.Connection == connection && record.FromClient == fromClient && !record.IsInner).SelectMany(record => record.Bytes),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => Name;

    /// <inheritdoc/>
    public static ProtocolConversation Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var found) ? found : throw new FormatException($"There is no conversation \"{s}\".");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ProtocolConversation result)
    {
        result = All.FirstOrDefault(found => found.Name == s);
        return result is not null;
    }
}

/// <summary>One entry of a conversation.</summary>
public abstract record ProtocolEntry;

/// <summary>Something that happened outside of the bytes.</summary>
/// <param name="Text">The remark: <c>c1 closed by the server</c>, <c>wrong password</c>.</param>
public sealed record ProtocolRemark(string Text) : ProtocolEntry
{
    private const string ByServer = " closed by the server";
    private const string ByClient = " closed by the client";

    /// <summary>The connection that was closed, when the remark says so; else null.</summary>
    public int? ClosedConnection =>
        Text.StartsWith('c') && (ClosedByServer || Text.EndsWith(ByClient, StringComparison.Ordinal)) && int.TryParse(Text.AsSpan(1, Text.IndexOf(' ') - 1), out var connection)
            ? connection
            : null;

    /// <summary>Whether the server closed it first.</summary>
    public bool ClosedByServer => Text.EndsWith(ByServer, StringComparison.Ordinal);
}

/// <summary>What kind of bytes a record has.</summary>
public enum ProtocolRecordKind
{
    /// <summary>A frame of v3 and v4, or an envelope of v5.</summary>
    Envelope,

    /// <summary>An outer frame of v5 that is not compressed.</summary>
    PlainOuterFrame,

    /// <summary>An outer frame of v5 on a connection with LZ4.</summary>
    Lz4OuterFrame,

    /// <summary>Bytes that are no frame.</summary>
    Raw,
}

/// <summary>Bytes that were sent.</summary>
public sealed record ProtocolRecord : ProtocolEntry
{
    /// <summary>Its number in the file.</summary>
    public required int Number { get; init; }

    /// <summary>The connection's number.</summary>
    public required int Connection { get; init; }

    /// <summary>Whether the client sent it.</summary>
    public required bool FromClient { get; init; }

    /// <summary>What it is.</summary>
    public required ProtocolRecordKind Kind { get; init; }

    /// <summary>The whole frame, header included. Of an inner envelope: the bytes that its outer frames carried, decompressed.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>Whether it came within outer frames, which are records of their own before it.</summary>
    public bool IsInner { get; init; }

    /// <summary>Of an envelope: the protocol version in its header.</summary>
    public int Version { get; init; }

    /// <summary>Of an envelope: its flags.</summary>
    public int Flags { get; init; }

    /// <summary>Of an envelope: its stream.</summary>
    public int Stream { get; init; }

    /// <summary>Of an envelope: the opcode's name, or <c>0xNN</c> of one that does not exist.</summary>
    public string Opcode { get; init; } = "";

    /// <summary>Of an envelope: the length in its header.</summary>
    public int BodyLength { get; init; }

    /// <summary>Of an envelope with the compression flag: the decompressed length of its body.</summary>
    public int? PlainBodyLength { get; init; }

    /// <summary>Of an envelope with the compression flag: the decompressed body, where it has at most 64 KiB.</summary>
    public byte[]? DecompressedBody { get; init; }

    /// <summary>Of an outer frame: the payload's length on the wire.</summary>
    public int PayloadLength { get; init; }

    /// <summary>Of an outer frame with LZ4: the payload's decompressed length; 0 when it is sent as it is.</summary>
    public int UncompressedLength { get; init; }

    /// <summary>Of an outer frame: whether it holds whole envelopes.</summary>
    public bool IsSelfContained { get; init; }

    /// <summary>What the recorder's decoder made of it.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>The body of an envelope as it was sent.</summary>
    public ReadOnlySpan<byte> Body => Bytes.AsSpan(^BodyLength..);

    /// <summary>The payload of an outer frame as it was sent.</summary>
    public ReadOnlySpan<byte> Payload => Bytes.AsSpan(^(PayloadLength + sizeof(uint))..^sizeof(uint));
}
