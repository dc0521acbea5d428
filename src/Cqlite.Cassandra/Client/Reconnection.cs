using Cqlite.Core.Errors;
using Polly;
using Polly.Retry;

namespace Cqlite.Cassandra.Client;

/// <summary>How what was lost is looked for again: without end, less and less often, and not by all clients at the same moment.</summary>
internal static class Reconnection
{
    /// <summary>Repeats what connects until it succeeds or is cancelled.</summary>
    public static ResiliencePipeline For(CassandraOptions options) => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is CqliteException),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.ReconnectDelay,
            MaxDelay = options.MaxReconnectDelay,
        })
        .Build();
}
