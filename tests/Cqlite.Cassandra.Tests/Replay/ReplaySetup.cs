using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests.Replay;

/// <summary>
/// What a recorded node had when a conversation began, and what happened to it meanwhile over connections that were not recorded; from the text file
/// of the conversation's name.
/// </summary>
/// <remarks>
/// <code>
/// # a comment
/// CREATE TABLE ks.t (k int PRIMARY KEY);          a statement a line
/// @ the table gains a column                      from here on: when the recording has this remark
/// @ @118                                          from here on: after this record
/// &lt; app                                         what another file has
/// </code>
/// A remark <c>elsewhere: STATEMENT</c> needs no file.
/// </remarks>
internal sealed class ReplaySetup
{
    private const string Elsewhere = "elsewhere: ";
    private readonly Dictionary<string, List<string>> _byRemark = new(StringComparer.Ordinal) { [""] = [] };

    public ReplaySetup(string conversation)
    {
        List<string> statements = _byRemark[""];
        foreach (string line in Lines(conversation))
        {
            if (line.StartsWith("@ ", StringComparison.Ordinal))
                _byRemark[line[2..]] = statements = [];
            else
                statements.Add(line.TrimEnd(';'));
        }
    }

    /// <summary>Makes what was there at the beginning.</summary>
    public void Begin(QueryEngine engine) => Execute(engine, _byRemark[""]);

    /// <summary>Does what happened when a remark was made, or after a record: <c>@118</c>.</summary>
    public void Follow(QueryEngine engine, string remark)
    {
        if (remark.StartsWith(Elsewhere, StringComparison.Ordinal))
            Execute(engine, [remark[Elsewhere.Length..]]);
        else if (_byRemark.TryGetValue(remark, out List<string>? statements))
            Execute(engine, statements);
    }

    private static IEnumerable<string> Lines(string name)
    {
        string path = Path.Combine(Repository.Root, "tests", "Cqlite.Cassandra.Tests", "Replay", "Setup", name + ".cql");
        if (!File.Exists(path))
            return [];
        return File.ReadLines(path)
            .Where(l => l.Length > 0 && l[0] != '#')
            .SelectMany(l => l.StartsWith("< ", StringComparison.Ordinal) ? Lines(l[2..]) : [l]);
    }

    private static void Execute(QueryEngine engine, List<string> statements)
    {
        foreach (string statement in statements)
            engine.Execute(statement).Dispose();
    }
}
