using System.Text.RegularExpressions;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Every command of the migration guide does what it says, as users type it: <c>MigrationGuide.txt</c> is run line by line, against <c>cqlite serve</c>.</summary>
public sealed partial class MigrationGuideTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ServedDatabase _cluster = new(Repository.SampleSnapshot);

    public void Dispose()
    {
        _cluster.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_command_works_as_it_is_written()
    {
        _folder.Write("password", "rose\n");
        _folder.Write("queries.cql", "SELECT * FROM app.events WHERE id = 1;\nSELECT count(*) FROM app.flushed;\n");
        _folder.Write("settings.json", "{\"cqlite\": {\"config\": {\"compression\": \"lz4\"}}}");
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Cqlite.Cli.Tests", "MigrationGuide.txt"));
        CqliteResult? last = null;
        string command = "";
        foreach (string line in lines)
        {
            if (line.StartsWith('>'))
            {
                Assert.True(last!.Output.Contains(line[2..], StringComparison.Ordinal), $"{command}\nhas no '{line[2..]}':\n{last.Output}{last.Error}");
            }
            else if (CommandLine().Match(line) is { Success: true } match)
            {
                command = match.Groups["command"].Value.Replace("HOST", "127.0.0.1", StringComparison.Ordinal).Replace("PORT", _cluster.Port, StringComparison.Ordinal)
                    .Replace("FILES", Repository.SampleSnapshot, StringComparison.Ordinal);
                string[] words = [.. Word().Matches(command).Select(w => w.Groups["quoted"].Success ? w.Groups["quoted"].Value : w.Value)];
                last = CqliteProcess.RunIn(_folder.Path, words);
                int expected = match.Groups["code"].Value is { Length: > 0 } code ? code[0] - '0' : 0;
                Assert.True(last.ExitCode == expected, $"{command}\nended with {last.ExitCode}:\n{last.Output}{last.Error}");
            }
        }

        // What was mended has the source's value again.
        Assert.Contains("5", CqliteProcess.RunIn(_folder.Path, "query", "SELECT v FROM app.flushed WHERE k = 'k5'", "--database", "database", "--format", "csv").Output.ReplaceLineEndings("\n").Split('\n'));
    }

    [GeneratedRegex("^((?<code>[0-9]) )?\\$ cqlite (?<command>.*)$")]
    private static partial Regex CommandLine();

    [GeneratedRegex("\"(?<quoted>[^\"]*)\"|[^ ]+")]
    private static partial Regex Word();
}
