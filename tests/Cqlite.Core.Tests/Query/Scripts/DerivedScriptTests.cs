using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>
/// Scripts in the form of the recorded ones whose answers were derived from Cassandra's source, for what no recording shows. The files are in the
/// folder Derived; each is run on an empty database.
/// </summary>
public sealed class DerivedScriptTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", "Query", "Scripts", "Derived");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Folder, "*.cqlt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AnswersAsTheSourceSays(string name)
    {
        List<ScriptDifference> found = ScriptRun.Execute(CqlScript.Read(Path.Combine(Folder, name + ".cqlt")));
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
