namespace Cqlite.Cassandra.Frames;

/// <summary>What kind of failure an ERROR tells of; each has its own body (see the messages).</summary>
/// <remarks>Source: org/apache/cassandra/exceptions/ExceptionCode.java.</remarks>
internal enum ErrorCode
{
    /// <summary>An unexpected failure of the server.</summary>
    ServerError = 0x0000,

    /// <summary>What came is not what the protocol allows.</summary>
    ProtocolError = 0x000A,

    /// <summary>Authentication failed.</summary>
    BadCredentials = 0x0100,

    /// <summary>Not enough nodes are alive.</summary>
    Unavailable = 0x1000,

    /// <summary>The server has too much to do; the request was not begun.</summary>
    Overloaded = 0x1001,

    /// <summary>The node is joining the ring.</summary>
    IsBootstrapping = 0x1002,

    /// <summary>A TRUNCATE failed.</summary>
    TruncateError = 0x1003,

    /// <summary>A write was not acknowledged in time; it may have happened.</summary>
    WriteTimeout = 0x1100,

    /// <summary>A read was not answered in time.</summary>
    ReadTimeout = 0x1200,

    /// <summary>A read failed on nodes.</summary>
    ReadFailure = 0x1300,

    /// <summary>A user's function threw.</summary>
    FunctionFailure = 0x1400,

    /// <summary>A write failed on nodes.</summary>
    WriteFailure = 0x1500,

    /// <summary>The room for change data is used up.</summary>
    CdcWriteFailure = 0x1600,

    /// <summary>It is not known whether a conditional write happened.</summary>
    CasWriteUnknown = 0x1700,

    /// <summary>The statement does not parse.</summary>
    SyntaxError = 0x2000,

    /// <summary>The role may not do this.</summary>
    Unauthorized = 0x2100,

    /// <summary>The statement can't be executed.</summary>
    Invalid = 0x2200,

    /// <summary>The statement breaks the configuration.</summary>
    ConfigError = 0x2300,

    /// <summary>The keyspace or table exists.</summary>
    AlreadyExists = 0x2400,

    /// <summary>No statement with this id is prepared; prepare it again.</summary>
    Unprepared = 0x2500,
}
