using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;
using Cqlite.Testing;

namespace Cqlite.Migration.Tests.Releases;

/// <summary>How nodes of a release before 5.0 differ from those of 5.0 in what clients see of them.</summary>
/// <remarks>
/// Source, each of the release's own tree: org/apache/cassandra/schema/{SchemaKeyspace,TableParams,SpeculativeRetryParam}.java, db/SystemKeyspace.java,
/// cql3/selection/Selectable.java, cql3/statements/PropertyDefinitions.java, transport/{Frame,Message,Server}.java; and the rows of system_schema in the corpus.
/// </remarks>
internal sealed record OldRelease
{
    private static readonly string[] s_since4 = ["additional_write_policy", "read_repair"];
    private static readonly string[] s_since5 = ["allow_auto_snapshot", "incremental_backups"];
    private static readonly string[] s_portsSince4 = ["broadcast_port", "listen_port", "rpc_port"];
    private readonly Version _version;

    private OldRelease(string name, string cqlVersion)
    {
        Name = name;
        CqlVersion = cqlVersion;
        _version = Cassandra.Client.CassandraConnection.VersionOf(name);
    }

    /// <summary>The release, such as <c>3.11.19</c>.</summary>
    public string Name { get; }

    /// <summary>The version of CQL in SUPPORTED and system.local.</summary>
    public string CqlVersion { get; }

    /// <summary>The newest version of the protocol that drivers are given.</summary>
    public int NewestProtocol => Is4 ? 5 : 4;

    /// <summary>Whether it is 4.0 or later.</summary>
    public bool Is4 => _version >= new Version(4, 0);

    private bool Is41 => _version >= new Version(4, 1);

    private bool Is311 => _version >= new Version(3, 8);

    /// <summary>Whether WRITETIME and TTL take frozen collections.</summary>
    private bool TellsFrozenCollections => Is41 || Name is "3.0.31" or "3.11.19" or "4.0.13";

    public static OldRelease Of(string name) => new(name, name.StartsWith("3.0", StringComparison.Ordinal) ? "3.4.0" : name.StartsWith("3.11", StringComparison.Ordinal) ? "3.4.4" : name.StartsWith("4.0", StringComparison.Ordinal) ? "3.4.5" : "3.4.6");

    /// <summary>What a client of a newer version gets: 3.11 says it in that version, with the flag of what is in the making, 3.0 in its own.</summary>
    public byte[] Refusal()
    {
        if (Is311)
            return ProtocolConversation.Parse("handshake-311-v5", null).Records.First(r => !r.FromClient).Bytes;
        BufferWriter body = new();
        new ErrorMessage(ErrorCode.ProtocolError, "Invalid or unsupported protocol version (5); the lowest supported version is 3 and the greatest is 4").Write(body, ProtocolVersion.V4);
        BufferWriter frame = new();
        new EnvelopeWriter(frame).Write(new(ProtocolVersion.V4, IsResponse: true, EnvelopeFlags.None, 0, Opcode.Error, 0), body.WrittenSpan);
        return frame.ToArray();
    }

    /// <summary>Whether it has a table of a system keyspace.</summary>
    public bool HasSystemTable(string keyspace, string table) => (keyspace, table) switch
    {
        ("system", "peers_v2" or "table_estimates") => Is4,
        ("system_schema", "column_masks") => false,
        ("system_views" or "system_virtual_schema", _) => Is4,
        _ => true,
    };

    /// <summary>Whether one of its system tables has a column that 5.0 has.</summary>
    public bool HasSystemColumn(string table, string column) => (table, column) switch
    {
        ("local", _) => Is4 || !s_portsSince4.Contains(column),
        ("dropped_columns", "kind") => Is311,
        ("tables" or "views", _) => HasTableOption(column),
        _ => true,
    };

    /// <summary>Whether it knows an option of tables, which is also a column of <c>system_schema.tables</c>.</summary>
    public bool HasTableOption(string option) =>
        !s_since5.Contains(option) && (option != "memtable" || Is41) && (option != "cdc" || Is311) && (Is4 || !s_since4.Contains(option));

    /// <summary>The error of an unknown table.</summary>
    public ErrorMessage UnknownTable(string table) => new(ErrorCode.Invalid, Is4 ? $"table {table} does not exist" : $"unconfigured table {table}");

    /// <summary>Why WRITETIME or TTL of a column is refused; null where it is not.</summary>
    public ErrorMessage? RefuseTime(string function, string column, bool isCollection, bool isMultiCell)
    {
        if (TellsFrozenCollections && isMultiCell)
            return new(ErrorCode.Invalid, $"Cannot use selection function {function} on non-frozen {(isCollection ? "collection" : "UDT")} {column}");
        return !TellsFrozenCollections && isCollection ? new(ErrorCode.Invalid, $"Cannot use selection function {function} on collections") : null;
    }

    /// <summary>Why an option's value is refused; null where it is not.</summary>
    public ErrorMessage? RefuseOption(string option, string value)
    {
        if (!HasTableOption(option))
            return new(ErrorCode.SyntaxError, $"Unknown property '{option}'");
        bool isOld = value.EndsWith("PERCENTILE", StringComparison.OrdinalIgnoreCase) || value.EndsWith("ms", StringComparison.OrdinalIgnoreCase) || value is "NONE" or "ALWAYS";
        return option == "speculative_retry" && !Is4 && (!isOld || value.Contains('(', StringComparison.Ordinal))
            ? new(ErrorCode.ConfigError, $"Invalid value {value} for option 'speculative_retry'")
            : null;
    }

    /// <summary>A value of a system table as the release has it.</summary>
    public byte[]? ValueOf(string column, byte[]? value)
    {
        string? text = column switch
        {
            "release_version" => Name,
            "cql_version" => CqlVersion,
            "native_protocol_version" => NewestProtocol.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "speculative_retry" when !Is4 && value is not null => SpeculativeRetry(System.Text.Encoding.UTF8.GetString(value)),
            _ => null,
        };
        return text is null ? value : System.Text.Encoding.UTF8.GetBytes(text);
    }

    private static string SpeculativeRetry(string value) => value switch
    {
        "NEVER" => "NONE",
        _ when value.EndsWith('p') => value[..^1] + "PERCENTILE",
        _ => value,
    };
}
