using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>
/// Cassandra's recorded scripts, each on an empty database: every statement gets the recorded answer, but for those that a reviewed list beside
/// this class names with the reason. What has come to agree must leave the list.
/// </summary>
public sealed class ScriptTests
{
    [Theory]
    [CqlScripts]
    public void AnswersAsCassandraDoes(CqlScript script)
    {
        var known = KnownDifferences.Of(script);
        List<ScriptDifference> found = ScriptRun.Execute(script);
        if (Environment.GetEnvironmentVariable("CQLITE_RENEW") == "1")
        {
            known.Renew(found);
            return;
        }

        List<string> wrong = [.. found.Where(d => !known.Contains(d.Key)).Select(d => d.ToString())];
        wrong.AddRange(known.Except(found).Select(key => $"{script}: {key}\n  agrees now: take it off the list of known differences."));
        if (wrong.Count > 0)
            Assert.Fail($"{wrong.Count} of {script.Statements.Count} statements:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void EveryKnownDifferenceHasAReason() => Assert.Empty(KnownDifferences.WithoutReason());
}
