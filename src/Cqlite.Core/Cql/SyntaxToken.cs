namespace Cqlite.Core.Cql;

/// <summary>A token of a statement: what it is and where it stands. The text stays in the statement.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first character's index in the text.</param>
/// <param name="End">The index behind its last character.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">Its column, from 0, in UTF-16 units.</param>
internal readonly record struct SyntaxToken(TokenKind Kind, int Start, int End, int Line, int Column);
