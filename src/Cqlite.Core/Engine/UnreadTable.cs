using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine;

/// <summary>A table that is left out of a schema, for nothing tells what it is like.</summary>
/// <param name="Keyspace">Its keyspace, by the folders.</param>
/// <param name="Name">Its name, by the folder.</param>
/// <param name="Problem">Why.</param>
public sealed record UnreadTable(string Keyspace, string Name, CqliteException Problem);

/// <summary>Something that whoever moves what lies in a folder is to know: what is left out of it, and what of a definition had to be guessed.</summary>
/// <param name="Keyspace">The keyspace that it is about; null for all of the folder.</param>
/// <param name="Table">The table that it is about; null for all of the keyspace.</param>
/// <param name="Text">A sentence.</param>
public sealed record FolderRemark(string? Keyspace, string? Table, string Text);
