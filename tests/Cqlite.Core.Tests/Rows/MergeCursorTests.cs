using Cqlite.Core.Rows;
using Xunit;

namespace Cqlite.Core.Tests.Rows;

/// <summary>Runs the cases of MergeCursor.txt; set CQLITE_RENEW=1 to write the answers anew, then review the difference.</summary>
public sealed class MergeCursorTests
{
    public static TheoryData<string> Names => [.. Script.Read("Rows/MergeCursor.txt").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Merges(string name)
    {
        Script.Case found = Script.Read("Rows/MergeCursor.txt").Single(c => c.Name == name);
        bool reversed = found.Input[0] == "reversed";
        var sources = new List<UnfilteredCursor>();
        var content = new List<string>();
        foreach (string line in found.Input.Skip(reversed ? 1 : 0).Skip(1).Append("source"))
        {
            if (line != "source")
            {
                content.Add(line);
                continue;
            }

            sources.Add(new ScriptedCursor([.. content], reversed));
            content.Clear();
        }

        // The order of sources makes no difference.
        foreach (bool backwards in new[] { false, true })
        {
            using var merge = new MergeCursor(ScriptedCursor.SharedTable, backwards ? [.. sources.AsEnumerable().Reverse()] : sources, reversed);
            Script.Check(found, string.Join('\n', ScriptedCursor.Print(merge)));
            sources = [.. Again(found, reversed)];
        }
    }

    private static IEnumerable<UnfilteredCursor> Again(Script.Case found, bool reversed)
    {
        string text = string.Join('\n', found.Input.Skip(reversed ? 1 : 0));
        return text.Split("source\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(s => new ScriptedCursor(s.Split('\n', StringSplitOptions.RemoveEmptyEntries), reversed));
    }
}
