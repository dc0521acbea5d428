using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>A statement that was answered otherwise than Cassandra answers it.</summary>
/// <param name="Key">The statement's text on one line; with a number where the script has it several times.</param>
/// <param name="Statement">The statement.</param>
/// <param name="Expected">What was recorded.</param>
/// <param name="Actual">What was answered.</param>
internal sealed record ScriptDifference(string Key, CqlScriptStatement Statement, string Expected, string Actual)
{
    public override string ToString() => $"{Statement.Place}: {Key}\n  expected {Expected}\n  actual   {Actual}";
}
