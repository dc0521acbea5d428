using System.Text.RegularExpressions;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>How SELECTs are executed on the sample snapshot, as text.</summary>
public sealed partial class ExplainTests
{
    public static TheoryData<string> Names => [.. Script.Read("Query/Explain.txt").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TellsWhatIsRead(string name)
    {
        Script.Case found = Script.Read("Query/Explain.txt").Single(c => c.Name == name);
        using QueryEngine engine = QueryEngine.Open(Path.Combine(Repository.Root, "samples", "snapshot"), new DatabaseOptions { NowSeconds = 1_700_000_000 });
        PreparedQuery query = engine.Prepare(string.Join('\n', found.Input), "app");
        string text = query.Markers.Length > 0 ? engine.Explain(query) : Milliseconds().Replace(engine.Analyze(query), "in ~ ms");
        Script.Check(found, text.TrimEnd('\n'));
    }

    [Fact]
    public void AsksFiltersOnceValuesAreKnown()
    {
        using QueryEngine engine = QueryEngine.Open(Path.Combine(Repository.Root, "samples", "snapshot"));
        PreparedQuery query = engine.Prepare("SELECT * FROM app.events WHERE id = ?");
        Assert.Contains("SSTables: 0 of", engine.Explain(query, new BindValues([0x7F, 0x12, 0x34, 0x56])), StringComparison.Ordinal);
        Assert.DoesNotContain("ruled out", engine.Explain(query), StringComparison.Ordinal);
    }

    [Fact]
    public void ExecutesNothingThatChanges()
    {
        using QueryEngine engine = QueryEngine.Open(Path.Combine(Repository.Root, "samples", "snapshot"));
        Assert.Throws<InvalidQueryException>(() => engine.Analyze(engine.Prepare("USE app")));
    }

    [GeneratedRegex("in [0-9,.]+ ms")]
    private static partial Regex Milliseconds();
}
