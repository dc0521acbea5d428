using Cqlite.Core.Engine;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Results;

/// <summary>What a source has, was asked for and is not moved: whoever moves the rest says so.</summary>
internal static class LeftOut
{
    /// <summary>The tables that were asked for and can't be read, for nothing tells what they are like.</summary>
    /// <param name="source">The source.</param>
    /// <param name="names">What was asked for: keyspaces, or tables with their keyspace; none for all.</param>
    public static IReadOnlyList<UnreadTable> Tables(IMigrationSource source, IReadOnlyList<string> names) =>
        [.. source.UnreadTables.Where(t => names.Count == 0 ? !SystemKeyspaces.IsSystem(t.Keyspace) : names.Contains(t.Keyspace) || names.Contains(FullName(t)))];

    /// <summary>The names that are left to be looked for in the source's schema.</summary>
    public static string[] Others(IReadOnlyList<string> names, IReadOnlyList<UnreadTable> unread, DatabaseSchema schema) =>
        [.. names.Where(n => !unread.Any(t => n == FullName(t) || (n == t.Keyspace && !schema.Keyspaces.ContainsKey(n))))];

    /// <summary>What became of such tables.</summary>
    public static IEnumerable<TableTransfer> Results(IReadOnlyList<UnreadTable> unread) =>
        unread.Select(t => new TableTransfer(t.Keyspace, t.Name, TransferOutcomes.Of(t.Problem)) { Message = t.Problem.Message });

    /// <summary>What is to be known of the source, as far as it is about these tables or about all of it.</summary>
    public static IEnumerable<string> Notes(IMigrationSource source, IReadOnlyCollection<TableMetadata> tables) =>
        source.Remarks.Where(r => r.Keyspace is null || tables.Any(t => t.Keyspace == r.Keyspace && (r.Table is null || t.Name == r.Table))).Select(r => r.Text);

    private static string FullName(UnreadTable table) => $"{table.Keyspace}.{table.Name}";
}
