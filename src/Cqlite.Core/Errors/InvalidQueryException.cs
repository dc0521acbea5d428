namespace Cqlite.Core.Errors;

/// <summary>A statement parses but cannot be executed as it stands; the remedy is another statement.</summary>
public sealed class InvalidQueryException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The text, as Cassandra words it where Cassandra has the error.</param>
    /// <param name="code">Cassandra's error code: 0x2200 Invalid unless told otherwise.</param>
    public InvalidQueryException(string message, int code = InvalidCode)
        : base(message) => Code = code;

    /// <summary>Creates the error of a function that failed on the values it was given.</summary>
    /// <param name="message">The text, as Cassandra words it where Cassandra has the error.</param>
    /// <param name="function">The function.</param>
    public InvalidQueryException(string message, FailedFunction function)
        : this(message, FunctionFailureCode) => Function = function;

    /// <summary>Creates the error of a consistency level for which there are too few replicas.</summary>
    /// <param name="message">The text, as Cassandra words it.</param>
    /// <param name="replicas">How many there are, and how many it takes.</param>
    public InvalidQueryException(string message, MissingReplicas replicas)
        : this(message, UnavailableCode) => Replicas = replicas;

    /// <summary>Cassandra's code for a consistency level that can't be achieved.</summary>
    public const int UnavailableCode = 0x1000;

    /// <summary>Cassandra's code for a read that the node could not execute.</summary>
    public const int ReadFailureCode = 0x1300;

    /// <summary>Cassandra's code for a write that the node could not execute.</summary>
    public const int WriteFailureCode = 0x1500;

    /// <summary>Creates the error of a keyspace or table that is to be made and exists already.</summary>
    /// <param name="message">The text, as Cassandra words it.</param>
    /// <param name="existing">What exists.</param>
    public InvalidQueryException(string message, ExistingObject existing)
        : this(message, AlreadyExistsCode) => Existing = existing;

    /// <summary>Cassandra's code for an invalid query.</summary>
    public const int InvalidCode = 0x2200;

    /// <summary>Cassandra's code for a request that breaks the protocol's rules, such as a page size of 0.</summary>
    public const int ProtocolErrorCode = 0x000A;

    /// <summary>Cassandra's code for a name and password that do not fit.</summary>
    public const int BadCredentialsCode = 0x0100;

    /// <summary>Cassandra's code for what the user may not do.</summary>
    public const int UnauthorizedCode = 0x2100;

    /// <summary>Cassandra's code for a request that comes too soon.</summary>
    public const int OverloadedCode = 0x1001;

    /// <summary>Cassandra's code for a query that breaks the configuration or the schema's rules (ConfigurationException).</summary>
    public const int ConfigurationCode = 0x2300;

    /// <summary>Cassandra's code for a keyspace or table that exists already.</summary>
    public const int AlreadyExistsCode = 0x2400;

    /// <summary>Cassandra's code for a function that failed.</summary>
    public const int FunctionFailureCode = 0x1400;

    /// <summary>The native protocol's error code.</summary>
    public int Code { get; }

    /// <summary>Whether the statement is refused because the database is open for reading only.</summary>
    public bool IsReadOnlyDatabase { get; init; }

    /// <summary>With <see cref="FunctionFailureCode"/>, the function that failed; else null.</summary>
    public FailedFunction? Function { get; }

    /// <summary>With <see cref="UnavailableCode"/>, how many replicas it takes; else null.</summary>
    public MissingReplicas? Replicas { get; }

    /// <summary>With <see cref="AlreadyExistsCode"/>, what exists; else null.</summary>
    public ExistingObject? Existing { get; }
}

/// <summary>What stands in the way of a CREATE, as the native protocol's error tells it.</summary>
/// <param name="Keyspace">Keyspace's name.</param>
/// <param name="Table">The table's or view's name; empty where it is the keyspace.</param>
public sealed record ExistingObject(string Keyspace, string Table);

/// <summary>The function of a failed call, as the native protocol's error tells it.</summary>
/// <param name="Keyspace">Keyspace's name.</param>
/// <param name="Name">The function's name.</param>
/// <param name="ArgumentTypes">CQL names of the arguments' types.</param>
public sealed record FailedFunction(string Keyspace, string Name, IReadOnlyList<string> ArgumentTypes);

/// <summary>Why a consistency level can't be achieved, as the native protocol's error tells it.</summary>
/// <param name="ConsistencyCode">The level's number in the native protocol.</param>
/// <param name="Required">How many replicas must be alive.</param>
/// <param name="Alive">How many are.</param>
public sealed record MissingReplicas(int ConsistencyCode, int Required, int Alive);
