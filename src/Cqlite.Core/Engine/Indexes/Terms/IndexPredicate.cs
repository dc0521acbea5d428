namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>What is looked up in an index: every row that a query wants has a term in it, somewhere, which is looked for.</summary>
/// <param name="Index">The index.</param>
/// <param name="Query">Which terms.</param>
internal sealed record IndexPredicate(ColumnIndex Index, TermQuery Query);
