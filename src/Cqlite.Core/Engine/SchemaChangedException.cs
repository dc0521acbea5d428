using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine;

/// <summary>A table was defined anew since a statement was planned; the statement is planned again and has had no effect.</summary>
internal sealed class SchemaChangedException(string table) : CqliteException($"table {table} has been changed or dropped meanwhile.");
