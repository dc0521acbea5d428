namespace Cqlite.Core.Cql;

/// <summary>A place in a statement's text.</summary>
/// <param name="Offset">The index of the character, from 0.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 0, in UTF-16 units.</param>
internal readonly record struct SourcePosition(int Offset, int Line, int Column);
