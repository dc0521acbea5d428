using Cqlite.Core.Engine;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Engine.CommitLog;

/// <summary>The commit log of a killed node of the corpus, with the tables that it may name.</summary>
internal static class CorpusLog
{
    public static string[] Nodes { get; } = ["killed/3.11.19-me", "killed/4.1.10-nb", "killed/5.0.9-nb", "killed/5.0.9-nb-lz4"];

    public static Dictionary<Guid, TableMetadata> TablesOf(string at)
    {
        using QueryEngine queries = QueryEngine.Open(Corpus.Node(at).Folder, new DatabaseOptions { ReplayCommitLog = false });
        Dictionary<Guid, TableMetadata> tables = queries.Database.Schema.Keyspaces.Values.SelectMany(k => k.Tables.Values).ToDictionary(t => t.Id);
        foreach (TableMetadata table in SystemSchemaTables.Keyspace(SchemaLayout.V50).Tables.Values)
            tables[table.Id] = table;
        return tables;
    }

    public static IEnumerable<(CommitLogDescriptor Segment, byte[] Mutation)> MutationsOf(string at)
    {
        foreach (string path in CommitLogFiles.Find(Cqlite.Core.Files.PhysicalFileSystem.Instance, Corpus.Node(at).CommitLogDirectory))
        {
            CommitLogSegmentReader segment = new(Cqlite.Core.Files.PhysicalFileSystem.Instance, path, mayBeTorn: true);
            while (segment.MoveNext())
                yield return (segment.Descriptor, segment.Mutation.ToArray());
        }
    }
}
