namespace Cqlite.Cli;

/// <summary>The command line makes no sense; the text says which option, and what it takes.</summary>
internal sealed class UsageException(string message) : Exception(message);
