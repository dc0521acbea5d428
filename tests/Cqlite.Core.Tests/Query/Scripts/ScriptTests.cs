using System.Text.RegularExpressions;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>
/// Cassandra's recorded scripts, each on an empty database: every statement gets the recorded answer, but for those that a reviewed list beside
/// this class names with the reason. What has come to agree must leave the list.
/// </summary>
public sealed partial class ScriptTests
{
    [Theory]
    [CqlScripts]
    public async Task AnswersAsCassandraDoes(CqlScript script)
    {
        List<ScriptDifference> found = await EngineAnswers.RunAsync(script);
        var known = KnownDifferences.Of(script);
        if (Environment.GetEnvironmentVariable("CQLITE_RENEW") == "1")
            known.Renew(found);
        else if (known.Compare(script, found) is { } wrong)
            Assert.Fail(wrong);
    }

    /// <summary>The same once all is in SSTables that have index structures, as far as a script has indexes.</summary>
    [Theory]
    [CqlScripts]
    public async Task AnswersAlikeFromIndexStructures(CqlScript script)
    {
        if (!script.Statements.Any(s => IndexCreation().IsMatch(s.Text)))
            return;
        List<ScriptDifference> found = await EngineAnswers.RunAsync(script, database =>
        {
            database.Flush();
            database.BuildIndexes();
        });
        if (KnownDifferences.Of(script).Compare(script, found) is { } wrong)
            Assert.Fail(wrong);
    }

    [Fact]
    public void EveryKnownDifferenceHasAReason() => Assert.Empty(KnownDifferences.WithoutReason());

    [GeneratedRegex("CREATE\\s+(CUSTOM\\s+)?INDEX", RegexOptions.IgnoreCase)]
    private static partial Regex IndexCreation();
}
