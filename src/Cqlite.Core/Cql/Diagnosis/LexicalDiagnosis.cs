using Cqlite.Core.Errors;

namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>Words the errors of characters that are no token.</summary>
internal static class LexicalDiagnosis
{
    public static CqlSyntaxException Explain(string text, int at)
    {
        return new CqlSyntaxException($"no viable alternative at character '{text[at]}'", 1, at);
    }
}
