using Cqlite.Core.Errors;

namespace Cqlite.Core.Cql.Diagnosis;

internal enum SyntaxRule
{
    SelectionGroupWithoutField,
}

/// <summary>Explains.</summary>
internal static class SyntaxDiagnosis
{
    public static CqlSyntaxException Explain(string text, SyntaxToken token) =>
        new($"line {token.Line}:{token.Column} no viable alternative at input '{text[token.Start..token.End]}'", token.Line, token.Column);

    public static bool Recognizes(SyntaxRule rule, string text, ReadOnlySpan<SyntaxToken> tokens, int at) => true;
}
