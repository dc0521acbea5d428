namespace Cqlite.Cassandra.Frames;

/// <summary>What an envelope holds.</summary>
/// <remarks>Source: org/apache/cassandra/transport/Message.java (Type).</remarks>
internal enum Opcode : byte
{
    /// <summary>Answer: the request failed.</summary>
    Error = 0,

    /// <summary>Request: the first of a connection, with options.</summary>
    Startup = 1,

    /// <summary>Answer to STARTUP: the connection is ready.</summary>
    Ready = 2,

    /// <summary>Answer to STARTUP: the client must authenticate itself.</summary>
    Authenticate = 3,

    /// <summary>Request of version 1; refused.</summary>
    Credentials = 4,

    /// <summary>Request: what does the server support?</summary>
    Options = 5,

    /// <summary>Answer to OPTIONS.</summary>
    Supported = 6,

    /// <summary>Request: a statement as text.</summary>
    Query = 7,

    /// <summary>Answer: a result.</summary>
    Result = 8,

    /// <summary>Request: a statement to be prepared.</summary>
    Prepare = 9,

    /// <summary>Request: execute a prepared statement.</summary>
    Execute = 10,

    /// <summary>Request: events that the client wants to be told of.</summary>
    Register = 11,

    /// <summary>Server's message without a request, on stream -1.</summary>
    Event = 12,

    /// <summary>Request: several statements as one.</summary>
    Batch = 13,

    /// <summary>Answer: the next step of authentication.</summary>
    AuthChallenge = 14,

    /// <summary>Request: the client's step of authentication.</summary>
    AuthResponse = 15,

    /// <summary>Answer: the client is who it says.</summary>
    AuthSuccess = 16,
}

/// <summary>Names and directions of opcodes.</summary>
internal static class Opcodes
{
    private static readonly string[] s_names =
    [
        "ERROR", "STARTUP", "READY", "AUTHENTICATE", "CREDENTIALS", "OPTIONS", "SUPPORTED", "QUERY", "RESULT", "PREPARE", "EXECUTE", "REGISTER",
        "EVENT", "BATCH", "AUTH_CHALLENGE", "AUTH_RESPONSE", "AUTH_SUCCESS",
    ];

    /// <summary>The protocol's name: <c>AUTH_RESPONSE</c>.</summary>
    public static string Name(this Opcode opcode) => s_names[(int)opcode];

    /// <summary>Whether the opcode exists.</summary>
    public static bool Exists(this Opcode opcode) => (int)opcode < s_names.Length;

    /// <summary>Whether a client sends it.</summary>
    public static bool IsRequest(this Opcode opcode) => opcode is Opcode.Startup or Opcode.Credentials or Opcode.Options or Opcode.Query or Opcode.Prepare
        or Opcode.Execute or Opcode.Register or Opcode.Batch or Opcode.AuthResponse;

    /// <summary>Whether its body is never compressed.</summary>
    public static bool IsNeverCompressed(this Opcode opcode) => opcode is Opcode.Startup or Opcode.Options;
}
