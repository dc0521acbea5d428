namespace Cqlite.Fuzz.Chains;

/// <summary>A step of a migration that ended otherwise than it must.</summary>
/// <param name="step">The step.</param>
/// <param name="message">What was wrong.</param>
/// <param name="cause">The error that came out of the product; null where what it said or left was wrong.</param>
internal sealed class ChainFailure(string step, string message, Exception? cause = null) : Exception($"{step}: {message}", cause)
{
    /// <summary>The step.</summary>
    public string Step { get; } = step;
}
