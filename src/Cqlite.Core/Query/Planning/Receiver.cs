using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>What a value is for: the name that errors and bind metadata use, and the type.</summary>
/// <param name="Name">Name of a column, or of a part such as <c>value(m)</c>.</param>
/// <param name="Type">The type, not reversed.</param>
internal sealed record Receiver(string Name, CqlType Type);
