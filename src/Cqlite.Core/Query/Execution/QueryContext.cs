using Cqlite.Core.Engine;
using Cqlite.Core.Query.Guardrails;

namespace Cqlite.Core.Query.Execution;

/// <summary>What an execution depends on beside plan and values.</summary>
/// <param name="Database">The data.</param>
/// <param name="Session">Who asks; its keyspace is what USE sets.</param>
/// <param name="Options">How to execute.</param>
internal sealed record QueryContext(Database Database, QuerySession Session, QueryOptions Options)
{
    /// <summary>The guardrails that hold for whoever asks; null for none.</summary>
    public Guard? Guard { get; init; }

    /// <summary>What TTLs are counted from, in seconds since 1970: one value for the whole statement.</summary>
    public long NowSeconds { get; } = Options.NowSeconds ?? Database.NowSeconds;
}
