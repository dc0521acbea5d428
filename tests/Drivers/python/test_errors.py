"""Errors become the classes that applications catch; warnings arrive; and a session outlives them all."""

import unittest

import cassandra
from cassandra.protocol import ConfigurationException, SyntaxException
from cassandra.query import SimpleStatement

from served import Server, ServedTest


class Errors(ServedTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session.execute("CREATE TABLE t (k int PRIMARY KEY, v text)")

    def refused(self, kind, cql, values=None):
        with self.assertRaises(kind) as caught:
            self.session.execute(cql, values)
        self.assertEqual(self.session.execute("SELECT count(*) FROM system.local").one()[0], 1)
        return caught.exception

    def test_syntax(self):
        error = self.refused(SyntaxException, "SELEC * FROM t")
        self.assertIn("no viable alternative at input 'SELEC'", str(error))

    def test_invalid(self):
        for cql in (
            "SELECT * FROM nowhere", "SELECT nothing FROM t", "INSERT INTO t (v) VALUES ('a')", "SELECT * FROM t WHERE v = 'a'",
            "INSERT INTO t (k, v) VALUES ('text', 'a')", "SELECT * FROM nokeyspace.t", "USE nowhere",
        ):
            with self.subTest(cql):
                self.refused(cassandra.InvalidRequest, cql)

    def test_invalid_when_prepared(self):
        with self.assertRaises(cassandra.InvalidRequest):
            self.session.prepare("SELECT * FROM nowhere")

    def test_already_there(self):
        error = self.refused(cassandra.AlreadyExists, "CREATE TABLE t (k int PRIMARY KEY)")
        self.assertEqual((error.keyspace, error.table), ("ks", "t"))
        error = self.refused(cassandra.AlreadyExists, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        self.assertEqual((error.keyspace, error.table), ("ks", ""))

    def test_configuration(self):
        self.refused(ConfigurationException, "CREATE KEYSPACE bad WITH replication = {'class': 'NoSuchStrategy'}")
        self.refused(ConfigurationException, "CREATE TABLE bad (k int PRIMARY KEY) WITH compression = {'class': 'NoSuchCompressor'}")

    def test_values_that_are_none(self):
        insert = self.session.prepare("INSERT INTO t (k, v) VALUES (?, ?)")
        with self.assertRaises(cassandra.InvalidRequest):
            self.session.execute(insert, (None, "a"))

    def test_truncation_of_nothing(self):
        self.refused(cassandra.InvalidRequest, "TRUNCATE nowhere")

    def test_what_nobody_in_particular_may_not(self):
        self.refused(cassandra.Unauthorized, "LIST ROLES")

    def test_system_tables_are_not_written(self):
        self.refused(cassandra.Unauthorized, "INSERT INTO system.local (key) VALUES ('other')")

    def test_conditions_at_a_level_that_is_none(self):
        statement = SimpleStatement("INSERT INTO t (k) VALUES (1) IF NOT EXISTS", consistency_level=cassandra.ConsistencyLevel.SERIAL)
        self.refused(cassandra.InvalidRequest, statement)

    def test_warnings(self):
        if self.cluster.protocol_version < 4:
            self.skipTest("Warnings came with version 4.")
        result = self.session.execute("SELECT count(*) FROM t")
        self.assertTrue(any("Aggregation query used without partition key" in w for w in result.response_future.warnings or []))


class ErrorsOfVersion4(Errors):
    cluster_options = {"protocol_version": 4}


class ErrorsOfVersion3(Errors):
    cluster_options = {"protocol_version": 3}


class ReadOnly(ServedTest):
    """A server that was told to serve reads only."""

    def test_writes_are_refused(self):
        self.session.execute("CREATE TABLE t (k int PRIMARY KEY)")
        reads = Server("--read-only", database=self.server.database)
        try:
            session = self.connect(port=reads.port)
            self.assertEqual(list(session.execute("SELECT * FROM ks.t")), [])
            with self.assertRaises(cassandra.InvalidRequest):
                session.execute("INSERT INTO ks.t (k) VALUES (1)")
            session.cluster.shutdown()
        finally:
            self.assertEqual(reads.stop(), 0)


if __name__ == "__main__":
    unittest.main()
