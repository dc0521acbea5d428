using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.SystemSchema;

/// <summary>Definitions as rows: those that Cassandra 5.0 keeps, byte for byte.</summary>
public class SystemSchemaWriterTests
{
    private const string Node = "5.0.9-oa";

    [Fact]
    public void A_schema_s_rows_are_those_that_the_node_has()
    {
        CorpusNode node = Corpus.Node(Node);
        SchemaRow[] rows = [.. SystemSchemaReaderTests.Rows(Node)];
        foreach (string name in node.Keyspaces)
        {
            DatabaseSchema schema = SchemaScript.Apply(DatabaseSchema.Empty, node.SchemaCql(name)!, DdlSettings.Recorded);
            string[] expected = [.. rows.Where(row => row.Text("keyspace_name") == name).Select(Text).Order(StringComparer.Ordinal)];
            string[] actual = [.. SystemSchemaWriter.Rows(schema.Keyspaces[name]).Where(c => c.Kind != SchemaRowChangeKind.Delete).Select(c => Text(AsRow(name, c))).Order(StringComparer.Ordinal)];
            TextDifference.Require(string.Join('\n', expected), string.Join('\n', actual), name);
        }
    }

    [Fact]
    public void Written_rows_are_read_as_the_same_schema_after_every_definition()
    {
        string[] statements =
        [
            "CREATE KEYSPACE ks WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}",
            "CREATE TYPE ks.inner (a int, \"B\" frozen<list<text>>)",
            "CREATE TYPE ks.aouter (i frozen<inner>, t tuple<int, text>)",
            "CREATE TABLE ks.t (k int, c text, s int static, v frozen<aouter>, l list<int>, m text MASKED WITH mask_inner(1, null, '*'), PRIMARY KEY (k, c)) WITH CLUSTERING ORDER BY (c DESC)",
            "ALTER TABLE ks.t WITH comment = 'c' AND memtable = 'default' AND incremental_backups = false AND compression = {'enabled': false}",
            "CREATE INDEX ON ks.t (l)",
            "CREATE INDEX sai ON ks.t (s) USING 'sai'",
            "CREATE MATERIALIZED VIEW ks.mv AS SELECT k, c, v FROM ks.t WHERE c IS NOT NULL AND k = 1 PRIMARY KEY (c, k)",
            "ALTER TABLE ks.t RENAME k TO kk",
            "ALTER TABLE ks.t ADD x int",
            "DROP MATERIALIZED VIEW ks.mv",
            "ALTER TABLE ks.t DROP v USING TIMESTAMP 5000",
            "ALTER TABLE ks.t DROP x USING TIMESTAMP 6000",
            "ALTER TABLE ks.t ADD x int",
            "ALTER TYPE ks.inner ADD c boolean",
            "ALTER TYPE ks.inner RENAME a TO z",
            "CREATE FUNCTION ks.st (s int, v int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS 'return s;'",
            "CREATE AGGREGATE ks.agg (int) SFUNC st STYPE int INITCOND 5",
            "ALTER TABLE ks.t ALTER m DROP MASKED",
            "DROP INDEX ks.sai",
            "CREATE TABLE ks.u (k int PRIMARY KEY)",
            "DROP TABLE ks.t",
            "DROP AGGREGATE ks.agg",
            "DROP FUNCTION ks.st",
            "DROP TYPE ks.aouter",
            "ALTER KEYSPACE ks WITH durable_writes = false",
            "DROP KEYSPACE ks",
        ];
        DatabaseSchema schema = DatabaseSchema.Empty;
        Dictionary<string, SchemaRow> stored = new(StringComparer.Ordinal);
        foreach (string statement in statements)
        {
            DdlSettings settings = DdlSettings.Strict with { KeepsFunctions = true };
            DatabaseSchema next = DdlApplier.Apply(schema, Core.Cql.CqlParser.Parse(statement), null, settings).Schema;
            foreach (SchemaMutation mutation in SystemSchemaWriter.Changes(schema, next))
                Store(mutation, stored);
            schema = next;

            SystemSchemaContent content = SystemSchemaReader.Read(stored.Values, Partitioner.Murmur3);
            Assert.Empty(content.Problems);
            Assert.Equal(schema.Keyspaces.Keys, content.Schema.Keyspaces.Keys);
            foreach (KeyspaceMetadata keyspace in schema.Keyspaces.Values)
                Assert.True(SchemaEquality.Same(keyspace, content.Schema.Keyspaces[keyspace.Name]), statement);
        }

        Assert.Empty(stored);
    }

    private static void Store(SchemaMutation mutation, Dictionary<string, SchemaRow> stored)
    {
        if (mutation.DeletesAll)
        {
            foreach (string key in stored.Keys.Where(key => key.StartsWith(mutation.Keyspace + " ", StringComparison.Ordinal)).ToArray())
                stored.Remove(key);
        }

        foreach (SchemaRowChange change in mutation.Rows)
        {
            string key = $"{mutation.Keyspace} {change.Table} {string.Join(' ', change.Clustering.Select(c => Convert.ToHexStringLower(c.Span)))}";
            SchemaRow row = AsRow(mutation.Keyspace, change);
            if (change.Kind == SchemaRowChangeKind.Delete)
                stored.Remove(key);
            else if (change.Kind == SchemaRowChangeKind.Update && stored.TryGetValue(key, out SchemaRow? old))
                stored[key] = new SchemaRow(row.Table, old.Values.Where(v => !change.Cells.ContainsKey(v.Key)).UnionBy(row.Values, v => v.Key).ToDictionary());
            else
                stored[key] = row;
        }
    }

    private static SchemaRow AsRow(string keyspace, SchemaRowChange change)
    {
        TableMetadata table = SystemSchemaTables.Table(change.Table)!;
        var values = change.Cells.Where(cell => cell.Value is not null).ToDictionary(cell => cell.Key, cell => cell.Value!.Value, StringComparer.Ordinal);
        values["keyspace_name"] = System.Text.Encoding.UTF8.GetBytes(keyspace);
        for (int i = 0; i < change.Clustering.Length; i++)
            values[table.Clustering[i].Name] = change.Clustering[i];
        return new SchemaRow(change.Table, values);
    }

    private static string Text(SchemaRow row) =>
        $"{row.Table}: {string.Join(", ", row.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={Convert.ToHexStringLower(v.Value.Span)}"))}";
}
