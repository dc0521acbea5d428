namespace Cqlite.Core.Schema;

/// <summary>What names of keyspaces, tables and indexes may be.</summary>
/// <remarks>Source: org/apache/cassandra/schema/SchemaConstants.java.</remarks>
internal static class CqlName
{
    /// <summary>Most characters that a keyspace's name may have.</summary>
    public const int LongestKeyspaceName = 48;

    /// <summary>Whether a name is of letters, digits and underscores only.</summary>
    public static bool IsWord(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }

        return name.Length > 0;
    }
}
