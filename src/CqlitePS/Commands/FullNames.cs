namespace CqlitePS.Commands;

/// <summary>Names of tables with their keyspaces, of what users give.</summary>
internal static class FullNames
{
    /// <summary>A table's name with its keyspace: as it is where it has one.</summary>
    /// <param name="table">As the user gave it.</param>
    /// <param name="keyspace">The keyspace of names without one; null for none.</param>
    /// <exception cref="ArgumentException">Neither says which keyspace.</exception>
    public static string Of(string table, string? keyspace) => table.Contains('.', StringComparison.Ordinal) ? table : $"{keyspace ?? throw Lacking(table)}.{table}";

    /// <summary>What a name without a keyspace is, where nothing else says which.</summary>
    public static ArgumentException Lacking(string table) => new($"'{table}' names no keyspace: keyspace.table or -Keyspace is needed.");
}
