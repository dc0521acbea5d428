using Cqlite.Core.Engine;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.SystemSchema;

/// <summary>Schemas from the rows that nodes answered of their system_schema.</summary>
public class SystemSchemaReaderTests
{
    [Theory]
    [InlineData("5.0.9-oa")]
    [InlineData("4.1.10-nb")]
    [InlineData("3.11.19-me")]
    public void The_rows_of_a_node_give_the_schema_that_it_described(string at)
    {
        SystemSchemaContent content = Read(at);
        Assert.Empty(content.Problems);
        CorpusNode node = Corpus.Node(at);
        foreach (string name in node.Keyspaces.Where(name => name != SystemKeyspaces.Schema))
        {
            KeyspaceMetadata keyspace = content.Schema.Keyspaces[name];
            foreach (CorpusTable table in node.Tables.Where(table => table.Keyspace == name))
                Check(table, keyspace.Table(table.Name)!);
        }
    }

    [Theory]
    [InlineData("5.0.9-oa")]
    public void The_rows_of_Cassandra_5_print_as_it_printed_them(string at)
    {
        SystemSchemaContent content = Read(at);
        CorpusNode node = Corpus.Node(at);
        foreach (string name in node.Keyspaces)
        {
            string printed = string.Join("\n\n", SchemaDescriber.Elements(content.Schema.Keyspaces[name], withInternals: true).Select(e => e.CreateStatement));
            TextDifference.Require(node.SchemaCql(name)!.TrimEnd('\n'), printed, $"{at} {name}");
        }
    }

    [Theory]
    [InlineData("5.0.9-oa")]
    [InlineData("4.1.10-nb")]
    public void Rows_and_text_give_the_same_schema(string at)
    {
        SystemSchemaContent content = Read(at);
        foreach (string name in Corpus.Node(at).Keyspaces)
        {
            KeyspaceMetadata fromText = SchemaScript.Apply(DatabaseSchema.Empty, Corpus.Node(at).SchemaCql(name)!, DdlSettings.Recorded).Keyspaces[name];
            Assert.True(SchemaEquality.Same(fromText, content.Schema.Keyspaces[name]), name);
        }
    }

    [Theory]
    [InlineData("5.0.9-oa", "V50")]
    [InlineData("4.1.10-nb", "V41")]
    [InlineData("3.11.19-me", "V311")]
    public void The_tables_of_system_schema_are_those_of_the_release(string at, string layout)
    {
        KeyspaceMetadata keyspace = SystemSchemaTables.Keyspace(Enum.Parse<SchemaLayout>(layout));
        CorpusTable[] tables = [.. Corpus.Node(at).Tables.Where(table => table.Keyspace == SystemKeyspaces.Schema)];
        Assert.Equal(tables.Select(table => table.Name).Order(StringComparer.Ordinal), keyspace.Tables.Keys);
        foreach (CorpusTable table in tables)
            Check(table, keyspace.Table(table.Name)!);
    }

    [Fact]
    public void The_built_in_tables_are_described_as_Cassandra_5_describes_them()
    {
        string printed = string.Join(
            "\n\n",
            SchemaDescriber.Elements(SystemSchemaTables.Keyspace(SchemaLayout.V50), withInternals: true).Select(element => element.CreateStatement));
        TextDifference.Require(Corpus.Node("5.0.9-oa").SchemaCql(SystemKeyspaces.Schema)!.TrimEnd('\n'), printed, "system_schema");
    }

    [Fact]
    public void A_table_of_a_type_that_nobody_knows_is_named()
    {
        IEnumerable<SchemaRow> rows = Rows("5.0.9-oa").Select(row => row.Table == "columns" && row.Text("keyspace_name") == "types" && row.Text("table_name") == "maps" && row.Text("kind") == "regular"
            ? row with { Values = new Dictionary<string, ReadOnlyMemory<byte>>(row.Values, StringComparer.Ordinal) { ["type"] = "frozen<nobody>"u8.ToArray() } }
            : row);
        SystemSchemaContent content = SystemSchemaReader.Read(rows, Partitioner.Murmur3);
        UnreadTable left = Assert.Single(content.UnreadTables);
        Assert.Equal(("types", "maps"), (left.Keyspace, left.Name));
        Assert.Contains("nobody", left.Problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("types.maps in system_schema.tables is left out", Assert.Single(content.Problems), StringComparison.Ordinal);
        Assert.Null(content.Schema.Table("types", "maps"));
        Assert.NotNull(content.Schema.Table("types", "sets"));
    }

    internal static SystemSchemaContent Read(string at) => SystemSchemaReader.Read(Rows(at), Partitioner.Murmur3);

    internal static IEnumerable<SchemaRow> Rows(string at) => Corpus.Node(at).Tables
        .Where(table => table.Keyspace == SystemKeyspaces.Schema)
        .SelectMany(table => table.SelectRows().Select(row => new SchemaRow(
            table.Name,
            row.Columns.Where(column => column.Value is not null)
                .ToDictionary(column => column.Name, column => new ReadOnlyMemory<byte>(column.Value), StringComparer.Ordinal))));

    private static void Check(CorpusTable expected, TableMetadata table)
    {
        Assert.Equal(expected.Id, table.Id);
        Assert.Equal(
            expected.Columns.Select(column => (column.Name, column.Kind, column.Position, column.Order, column.Type)).Order(),
            table.Columns.Values.Select(column => (column.Name, KindText(column.Kind), column.Position, OrderText(column), column.Type.Unreversed.Name)).Order());
    }

    private static string KindText(ColumnKind kind) => kind switch
    {
        ColumnKind.PartitionKey => "partition_key",
        ColumnKind.Clustering => "clustering",
        ColumnKind.Static => "static",
        _ => "regular",
    };

    private static string OrderText(ColumnMetadata column) => column.Kind != ColumnKind.Clustering ? "none" : column.IsDescending ? "desc" : "asc";
}
