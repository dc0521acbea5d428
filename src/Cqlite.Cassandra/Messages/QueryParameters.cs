using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>Which query parameters are there.</summary>
[Flags]
internal enum QueryFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Values for bind markers.</summary>
    Values = 0x01,

    /// <summary>The client knows the result's columns and wants them left out.</summary>
    SkipMetadata = 0x02,

    /// <summary>A page size.</summary>
    PageSize = 0x04,

    /// <summary>Where the page before ended.</summary>
    PagingState = 0x08,

    /// <summary>The consistency of conditions.</summary>
    SerialConsistency = 0x10,

    /// <summary>The default timestamp.</summary>
    Timestamp = 0x20,

    /// <summary>Each value has its marker's name.</summary>
    NamesForValues = 0x40,

    /// <summary>The keyspace of names without one (version 5).</summary>
    Keyspace = 0x80,

    /// <summary>The server's "now" (version 5).</summary>
    NowInSeconds = 0x100,
}

/// <summary>How a statement is to be executed; ends QUERY, EXECUTE and BATCH.</summary>
/// <remarks>
/// <code>
/// [consistency]
/// flags                        4 bytes; before version 5: 1 byte
/// values             0x01      [short] count; each: [string] name if 0x40; [value]
/// page size          0x04      [int]
/// paging state       0x08      [bytes]
/// serial consistency 0x10      [consistency]
/// timestamp          0x20      [long] microseconds since 1970
/// keyspace           0x80      [string]
/// now in seconds     0x100     [int], unsigned
/// source   org/apache/cassandra/cql3/QueryOptions.java (Codec)
/// </code>
/// Which flags are there is not checked against the version, as Cassandra does not: bit 0x80 of version 4 has its keyspace too.
/// </remarks>
internal sealed record QueryParameters
{
    /// <summary>The consistency of reads and writes.</summary>
    public ConsistencyLevel Consistency { get; init; } = ConsistencyLevel.LocalOne;

    /// <summary>Values for the bind markers.</summary>
    public IReadOnlyList<BoundValue> Values { get; init; } = [];

    /// <summary>The marker's name of each value; null where values go by position.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Whether a result may come without its columns.</summary>
    public bool SkipMetadata { get; init; }

    /// <summary>Rows a page; null or not positive for all at once.</summary>
    public int? PageSize { get; init; }

    /// <summary>Where the page before ended.</summary>
    public ReadOnlyMemory<byte>? PagingState { get; init; }

    /// <summary>The consistency of conditions; null means SERIAL.</summary>
    public ConsistencyLevel? SerialConsistency { get; init; }

    /// <summary>The default timestamp in microseconds since 1970; null for the server's clock.</summary>
    public long? TimestampMicros { get; init; }

    /// <summary>The keyspace of names without one; null for that of USE.</summary>
    public string? Keyspace { get; init; }

    /// <summary>What TTLs are counted from, in seconds since 1970; null for the server's clock.</summary>
    public uint? NowInSeconds { get; init; }

    /// <summary>Whether the flag of values is set though there are none, as some drivers do.</summary>
    public bool HasEmptyValues { get; init; }

    /// <summary>Reads parameters.</summary>
    public static QueryParameters Read(ref NotationReader reader, ProtocolVersion version)
    {
        ConsistencyLevel consistency = reader.ReadConsistency();
        var flags = (QueryFlags)(version.HasWideQueryFlags ? (uint)reader.ReadInt32() : reader.ReadByte());
        BoundValue[] values = [];
        string[]? names = null;
        if (flags.HasFlag(QueryFlags.Values))
            values = ReadValues(ref reader, version, flags.HasFlag(QueryFlags.NamesForValues), out names);

        return new()
        {
            Consistency = consistency,
            Values = values,
            Names = names,
            HasEmptyValues = values.Length == 0 && flags.HasFlag(QueryFlags.Values),
            SkipMetadata = flags.HasFlag(QueryFlags.SkipMetadata),
            PageSize = flags.HasFlag(QueryFlags.PageSize) ? reader.ReadInt32() : null,
            PagingState = flags.HasFlag(QueryFlags.PagingState) ? reader.ReadBytes() : null,
            SerialConsistency = flags.HasFlag(QueryFlags.SerialConsistency) ? reader.ReadConsistency() : null,
            TimestampMicros = flags.HasFlag(QueryFlags.Timestamp) ? ReadTimestamp(ref reader) : null,
            Keyspace = flags.HasFlag(QueryFlags.Keyspace) ? reader.ReadString() : null,
            NowInSeconds = flags.HasFlag(QueryFlags.NowInSeconds) ? (uint)reader.ReadInt32() : null,
        };
    }

    /// <summary>Appends the parameters; what the version does not have is left out.</summary>
    public void Write(BufferWriter output, ProtocolVersion version)
    {
        QueryFlags flags = FlagsFor(version);
        output.WriteConsistency(Consistency);
        if (version.HasWideQueryFlags)
            output.WriteInt32((int)flags);
        else
            output.WriteByte((byte)flags);
        if (flags.HasFlag(QueryFlags.Values))
            WriteValues(output, Values, Names);
        if (PageSize is { } pageSize)
            output.WriteInt32(pageSize);
        if (PagingState is { } state)
            output.WriteIntBytes(state.Span);
        if (SerialConsistency is { } serial)
            output.WriteConsistency(serial);
        if (TimestampMicros is { } timestamp)
            output.WriteInt64(timestamp);
        if (flags.HasFlag(QueryFlags.Keyspace))
            output.WriteString(Keyspace!);
        if (flags.HasFlag(QueryFlags.NowInSeconds))
            output.WriteInt32((int)NowInSeconds!.Value);
    }

    /// <summary>Reads a list of values, with names or without.</summary>
    public static BoundValue[] ReadValues(ref NotationReader reader, ProtocolVersion version, bool hasNames, out string[]? names)
    {
        var values = new BoundValue[reader.ReadCount(sizeof(int))];
        names = hasNames ? new string[values.Length] : null;
        for (int i = 0; i < values.Length; i++)
        {
            if (names is not null)
                names[i] = reader.ReadString();
            values[i] = reader.ReadValue(version);
        }

        return values;
    }

    /// <summary>Appends a list of values.</summary>
    public static void WriteValues(BufferWriter output, IReadOnlyList<BoundValue> values, IReadOnlyList<string>? names)
    {
        output.WriteCount(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (names is not null)
                output.WriteString(names[i]);
            output.WriteValue(values[i]);
        }
    }

    private QueryFlags FlagsFor(ProtocolVersion version)
    {
        QueryFlags flags = QueryFlags.None;
        if (Values.Count > 0 || HasEmptyValues)
            flags |= QueryFlags.Values;
        if (Names is not null)
            flags |= QueryFlags.NamesForValues;
        if (SkipMetadata)
            flags |= QueryFlags.SkipMetadata;
        if (PageSize is not null)
            flags |= QueryFlags.PageSize;
        if (PagingState is not null)
            flags |= QueryFlags.PagingState;
        if (SerialConsistency is not null)
            flags |= QueryFlags.SerialConsistency;
        if (TimestampMicros is not null)
            flags |= QueryFlags.Timestamp;
        if (Keyspace is not null && version.HasWideQueryFlags)
            flags |= QueryFlags.Keyspace;
        if (NowInSeconds is not null && version.HasWideQueryFlags)
            flags |= QueryFlags.NowInSeconds;
        return flags;
    }

    private static long ReadTimestamp(ref NotationReader reader)
    {
        long timestamp = reader.ReadInt64();
        if (timestamp == long.MinValue)
            ProtocolException.Throw($"Out of bound timestamp, must be in [{long.MinValue + 1}, {long.MaxValue}] (got {timestamp})");
        return timestamp;
    }
}
