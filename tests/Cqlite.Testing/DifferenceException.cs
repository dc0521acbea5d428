namespace Cqlite.Testing;

/// <summary>Fails a test with a difference in readable form.</summary>
public sealed class DifferenceException(string message) : Exception(message);
