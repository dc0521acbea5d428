using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Tests.Query.Scripts;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Scripts;

/// <summary>
/// Cassandra's recorded scripts once more, through our client and our server: the answers are those that the engine gives in process, with
/// the same list of known differences.
/// </summary>
public sealed class ScriptsOverTheWireTests
{
    [Theory]
    [CqlScripts]
    public async Task Answers_are_those_that_Cassandra_gives(CqlScript script)
    {
        await using ServedDatabase database = new(settings: ScriptRun.Settings(script), storage: ScriptRun.DatabaseOptions);
        using WireAnswers answers = new(database.Server.EndPoint, script.Requires.Contains("auth") || script.Requires.Contains("guardrails"));
        List<ScriptDifference> found = await ScriptRun.ExecuteAsync(script, answers.ExecuteAsync);
        if (KnownDifferences.Of(script).Compare(script, found) is { } wrong)
            Assert.Fail(wrong);
    }
}
