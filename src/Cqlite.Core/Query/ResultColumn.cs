using Cqlite.Core.Types;

namespace Cqlite.Core.Query;

/// <summary>A column of a result.</summary>
/// <param name="Keyspace">Keyspace of the table it comes from.</param>
/// <param name="Table">The table it comes from.</param>
/// <param name="Name">Its name, or alias.</param>
/// <param name="Type">The type of its values.</param>
public sealed record ResultColumn(string Keyspace, string Table, string Name, CqlType Type);
