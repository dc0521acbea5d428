using System.Text;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Cql;

/// <summary>A file of cases: a statement, a line <c>---</c>, what is expected, a blank line. Lines that begin with # are comments.</summary>
/// <remarks>With the environment variable CQLITE_RENEW set, what is expected is rewritten with what came out; review the difference.</remarks>
internal static class ParserScript
{
    public static void Run(string file, Func<string, string> actual, bool isRenewable = true)
    {
        string path = Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", "Cql", file);
        string expected = File.ReadAllText(path).ReplaceLineEndings("\n");
        StringBuilder renewed = new();
        int cases = 0;
        foreach (string block in expected.TrimEnd('\n').Split("\n\n"))
        {
            string[] lines = block.Split('\n');
            int end = Array.IndexOf(lines, "---");
            if (renewed.Length > 0)
                renewed.Append("\n\n");
            if (end < 0)
            {
                renewed.Append(block);
                continue;
            }

            cases++;
            string statement = string.Join('\n', lines[..end].SkipWhile(static line => line.StartsWith('#')));
            renewed.AppendJoin('\n', lines[..end]).Append("\n---\n").Append(actual(statement));
        }

        renewed.Append('\n');
        Assert.NotEqual(0, cases);
        if (isRenewable && Environment.GetEnvironmentVariable("CQLITE_RENEW") is { Length: > 0 })
            File.WriteAllText(path, renewed.ToString());
        else
            TextDifference.Require(expected, renewed.ToString(), file);
    }
}
