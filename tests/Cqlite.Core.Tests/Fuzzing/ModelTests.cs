using Cqlite.Fuzz.Modeling;
using Xunit;

namespace Cqlite.Core.Tests.Fuzzing;

/// <summary>Random tables, writes, deletions, crashes, compactions, changes of the schema and SELECTs against a model; what <c>Cqlite.Fuzz model</c> does with any number of seeds.</summary>
public class ModelTests
{
    private const int Seeds = 300;

    [Fact]
    public void The_database_answers_as_the_model_does()
    {
        List<string> failures = [];
        Parallel.For(1, Seeds + 1, seed =>
        {
            if (ModelCase.Run(seed) is not { } failure)
                return;
            lock (failures)
                failures.Add(failure);
        });
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
