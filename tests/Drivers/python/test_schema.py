"""What the driver learns of cluster and schema: at once, after its own definitions, and by events after those of others."""

import time
import unittest

from cassandra.metadata import Murmur3Token

from served import ServedTest


def eventually(condition, seconds=10):
    """Events come when they come."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


class Schema(ServedTest):
    @property
    def tables(self):
        return self.cluster.metadata.keyspaces["ks"].tables

    def test_the_cluster(self):
        metadata = self.cluster.metadata
        self.assertEqual(metadata.cluster_name, "cqlite")
        self.assertEqual(metadata.partitioner, "org.apache.cassandra.dht.Murmur3Partitioner")
        [host] = metadata.all_hosts()
        self.assertTrue(host.is_up)
        self.assertEqual((host.address, host.broadcast_rpc_address), ("127.0.0.1", "127.0.0.1"))
        self.assertTrue(host.datacenter and host.rack and host.host_id and host.release_version)
        self.assertTrue(metadata.token_map.ring)
        self.assertIsInstance(metadata.token_map.ring[0], Murmur3Token)
        self.assertEqual(metadata.get_replicas("ks", b"\x00\x00\x00\x01"), [host])
        self.assertTrue({"system", "system_schema", "system_auth", "system_virtual_schema", "system_views"} <= set(metadata.keyspaces))
        self.assertTrue(metadata.keyspaces["system_virtual_schema"].virtual)

    def test_a_table_and_all_around_it(self):
        self.session.execute("CREATE TYPE kind (name text, ranks frozen<list<int>>)")
        self.session.execute(
            "CREATE TABLE whole (a int, b text, c timestamp, d timeuuid, s kind static, v map<text, frozen<kind>>, w text, PRIMARY KEY ((a, b), c, d)) "
            "WITH CLUSTERING ORDER BY (c DESC, d ASC) AND comment = 'it''s whole' AND default_time_to_live = 86400 AND gc_grace_seconds = 60 "
            "AND compaction = {'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 80} AND compression = {'class': 'ZstdCompressor'}")
        self.session.execute("CREATE INDEX by_w ON whole (w)")
        table = self.tables["whole"]
        self.assertEqual([c.name for c in table.partition_key], ["a", "b"])
        self.assertEqual([(c.name, c.is_reversed) for c in table.clustering_key], [("c", True), ("d", False)])
        self.assertTrue(table.columns["s"].is_static)
        self.assertEqual(table.columns["v"].cql_type, "map<text, frozen<kind>>")
        self.assertEqual(table.options["comment"], "it's whole")
        self.assertEqual(table.options["default_time_to_live"], 86400)
        self.assertEqual(table.options["compaction"]["sstable_size_in_mb"], "80")
        self.assertEqual(self.cluster.metadata.keyspaces["ks"].indexes["by_w"].index_options["target"], "w")
        self.assertEqual(self.cluster.metadata.keyspaces["ks"].user_types["kind"].field_types, ["text", "frozen<list<int>>"])

    def test_definitions_that_the_driver_writes_can_be_executed(self):
        self.session.execute("CREATE TYPE exported (x int)")
        self.session.execute("CREATE TABLE exports (a int, b frozen<exported>, v list<text>, PRIMARY KEY (a, b)) WITH CLUSTERING ORDER BY (b DESC)")
        self.session.execute("CREATE INDEX exports_v ON exports (v)")
        text = self.cluster.metadata.keyspaces["ks"].export_as_string()
        for statement in text.replace("ks", "again").split(";\n"):
            if statement.strip():
                self.session.execute(statement.strip().rstrip(";"))
        self.assertTrue(eventually(lambda: "exports" in self.cluster.metadata.keyspaces["again"].tables))
        self.assertEqual(self.cluster.metadata.keyspaces["again"].export_as_string(), text.replace("ks", "again"))

    def test_each_change_is_learned(self):
        self.session.execute("CREATE TABLE changes (k int PRIMARY KEY, a int)")
        self.assertIn("changes", self.tables)
        self.session.execute("ALTER TABLE changes ADD b text")
        self.assertEqual(self.tables["changes"].columns["b"].cql_type, "text")
        self.session.execute("ALTER TABLE changes DROP a")
        self.assertNotIn("a", self.tables["changes"].columns)
        self.session.execute("ALTER TABLE changes WITH comment = 'new'")
        self.assertEqual(self.tables["changes"].options["comment"], "new")
        self.session.execute("DROP TABLE changes")
        self.assertNotIn("changes", self.tables)
        self.session.execute("CREATE KEYSPACE fleeting WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        self.assertIn("fleeting", self.cluster.metadata.keyspaces)
        self.session.execute("DROP KEYSPACE fleeting")
        self.assertNotIn("fleeting", self.cluster.metadata.keyspaces)

    def test_changes_of_others_come_as_events(self):
        other = self.connect(**self.cluster_options)
        other.execute("CREATE TABLE ks.events (k int PRIMARY KEY, v int)")
        self.assertTrue(eventually(lambda: "events" in self.tables))
        other.execute("ALTER TABLE ks.events ADD w text")
        self.assertTrue(eventually(lambda: "w" in self.tables["events"].columns))
        other.execute("CREATE TYPE ks.told (x int)")
        self.assertTrue(eventually(lambda: "told" in self.cluster.metadata.keyspaces["ks"].user_types))
        other.execute("DROP TABLE ks.events")
        self.assertTrue(eventually(lambda: "events" not in self.tables))

    def test_schema_versions_agree(self):
        self.session.execute("CREATE TABLE agreed (k int PRIMARY KEY)")
        self.assertTrue(self.cluster.control_connection.wait_for_schema_agreement(wait_time=5))

    def test_describe(self):
        self.session.execute("CREATE TABLE described (k int PRIMARY KEY, v text)")
        row = self.session.execute("DESCRIBE TABLE ks.described").one()
        self.assertEqual((row.keyspace_name, row.type, row.name), ("ks", "table", "described"))
        self.assertTrue(row.create_statement.startswith("CREATE TABLE ks.described (\n    k int PRIMARY KEY,\n    v text\n) WITH "))
        self.assertEqual(self.session.execute("DESCRIBE CLUSTER").one().cluster, "cqlite")
        self.assertIn("described", [r.name for r in self.session.execute("DESCRIBE TABLES")])


class SchemaOfVersion4(Schema):
    cluster_options = {"protocol_version": 4}


class SchemaOfVersion3(Schema):
    cluster_options = {"protocol_version": 3}


if __name__ == "__main__":
    unittest.main()
