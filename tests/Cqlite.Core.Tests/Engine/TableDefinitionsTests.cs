using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>Definitions for SSTables as files: from the file that was named, else system_schema, else schema.cql beside or above, else none.</summary>
public sealed class TableDefinitionsTests
{
    /// <summary>The names and options are those that the node answered from system_schema.</summary>
    [Theory]
    [InlineData("5.0.9-oa")]
    [InlineData("4.1.10-nb")]
    [InlineData("3.11.19-me")]
    public void System_schema_of_the_data_directory_tells(string node)
    {
        TableDefinitions definitions = new(QueryEngine.ReadSchema);
        foreach (CorpusTable table in Corpus.Node(node).Tables.Where(t => t.Theme is "keys" or "types" or "deletes" && t.SSTables.Count > 0))
        {
            SSTableDescriptor descriptor = CorpusSSTables.Find(table).First(d => d.Index is null);
            TableMetadata? found = definitions.Of(descriptor);
            Assert.Equal(table.Id, found?.Id);
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Names = found });
            string[] keys = [.. table.Columns.Where(c => c.Kind is "partition_key" or "clustering").Select(c => c.Name)];
            Assert.Equal(keys, sstable.Table.PartitionKey.Concat(sstable.Table.Clustering).Select(c => c.Name));
        }

        Assert.Empty(definitions.Problems);
    }

    [Fact]
    public void A_snapshot_has_its_schema_beside_it()
    {
        SSTableDescriptor events = Sample("events-*");
        TableMetadata table = new TableDefinitions(QueryEngine.ReadSchema).Of(events)!;
        Assert.Equal("app.events id at", $"{table} {table.PartitionKey[0].Name} {table.Clustering[0].Name}");
    }

    [Fact]
    public void The_file_that_was_named_counts_alone()
    {
        using TemporaryFile schema = new("CREATE TABLE app.hits (url text PRIMARY KEY, n counter) WITH gc_grace_seconds = 7");
        TableDefinitions definitions = new(QueryEngine.ReadSchema, schema.Path);
        TableMetadata hits = definitions.Of(Sample("hits-*"))!;
        Assert.Equal(("url", 7), (hits.PartitionKey[0].Name, hits.Options.GcGraceSeconds));
        Assert.Empty(definitions.Problems);
        Assert.Null(definitions.Of(Sample("events-*")));
        Assert.Contains("does not define the table", Assert.Single(definitions.Problems), StringComparison.Ordinal);

        using TemporaryFile nonsense = new("not CQL");
        Assert.Throws<CqlSyntaxException>(() => new TableDefinitions(QueryEngine.ReadSchema, nonsense.Path).Of(Sample("hits-*")));
        Assert.Throws<StorageException>(() => new TableDefinitions(QueryEngine.ReadSchema, nonsense.Path + ".missing").Of(Sample("hits-*")));
    }

    [Fact]
    public void What_is_beside_and_makes_no_sense_is_a_problem_and_no_failure()
    {
        string folder = Directory.CreateTempSubdirectory("cqlite-schema-").FullName;
        try
        {
            SSTableDescriptor events = Sample("events-*");
            FixtureArchive.CopyFolder(events.Directory, folder);
            File.WriteAllText(Path.Combine(folder, "schema.cql"), "not CQL");
            TableDefinitions definitions = new(QueryEngine.ReadSchema);
            SSTableDescriptor copy = SSTableFolder.FindIn(PhysicalFileSystem.Instance, folder).Single();
            Assert.Null(definitions.Of(copy));
            Assert.Null(definitions.Of(copy));
            Assert.Contains("was not used", Assert.Single(definitions.Problems), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A definition never hides what is stored: columns that were dropped stay, and one that is not of the table changes nothing.</summary>
    [Fact]
    public void Names_alone_are_taken_of_a_definition()
    {
        SSTableDescriptor events = Sample("events-*");
        TableMetadata other = new("app", "events", Guid.NewGuid(), [new ColumnMetadata("x", ColumnKind.PartitionKey, 0, Cqlite.Core.Types.CqlTypes.Int)]);
        TableMetadata fewer = new TableDefinitions(QueryEngine.ReadSchema).Of(events)!;
        fewer = fewer.WithColumns(fewer.Columns.Values.Where(c => c.Name != "body"));
        using SSTable header = SSTable.Open(PhysicalFileSystem.Instance, events);
        using SSTable named = SSTable.Open(PhysicalFileSystem.Instance, events, new SSTableOptions { Names = fewer });
        using SSTable wrong = SSTable.Open(PhysicalFileSystem.Instance, events, new SSTableOptions { Names = other });
        Assert.Equal(header.Table.Regulars.Select(c => c.Name), named.Table.Regulars.Select(c => c.Name));
        Assert.Equal("id", named.Table.PartitionKey[0].Name);
        Assert.Equal("key", wrong.Table.PartitionKey[0].Name);
    }

    private static SSTableDescriptor Sample(string table) => SSTableFolder
        .FindIn(PhysicalFileSystem.Instance, Path.Combine(Directory.GetDirectories(Path.Combine(Repository.SampleSnapshot, "app"), table).Single(), "snapshots", "before")).Single();

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
