"""Prepared statements, pages, batches, conditions, and what a session says beside its statements."""

import unittest
import uuid

from cassandra import ConsistencyLevel, InvalidRequest
from cassandra.cluster import EXEC_PROFILE_DEFAULT, ExecutionProfile
from cassandra.concurrent import execute_concurrent, execute_concurrent_with_args
from cassandra.protocol import PrepareMessage, ProtocolException
from cassandra.query import BatchStatement, BatchType, SimpleStatement, UNSET_VALUE, dict_factory

from served import ServedTest

ROWS = 1000
EVICTED = 10_100


class Statements(ServedTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session.execute("CREATE TABLE items (p int, c int, v text, s text static, PRIMARY KEY (p, c))")
        cls.session.execute("CREATE TABLE many (p int, c int, v text, PRIMARY KEY (p, c))")
        insert = cls.session.prepare("INSERT INTO many (p, c, v) VALUES (?, ?, ?)")
        results = execute_concurrent_with_args(cls.session, insert, [(i % 7, i, "v%d" % i) for i in range(ROWS)], concurrency=100)
        assert all(success for success, _ in results)
        cls.session.execute("CREATE TABLE counts (k int PRIMARY KEY, n counter)")

    def rows(self, cql, values=None):
        return [tuple(row) for row in self.session.execute(cql, values)]

    def test_named_values(self):
        self.session.execute("INSERT INTO items (p, c, v) VALUES (%(p)s, %(c)s, %(v)s)", {"p": 100, "c": 1, "v": "named"})
        select = self.session.prepare("SELECT v FROM items WHERE p = :part AND c = :clust")
        self.assertEqual(self.session.execute(select, {"part": 100, "clust": 1}).one().v, "named")

    def test_unset_values_change_nothing(self):
        if self.cluster.protocol_version < 4:
            self.skipTest("Unset values came with version 4.")
        insert = self.session.prepare("INSERT INTO items (p, c, v) VALUES (?, ?, ?)")
        self.session.execute(insert, (101, 1, "kept"))
        self.session.execute(insert, (101, 1, UNSET_VALUE))
        self.assertEqual(self.rows("SELECT v FROM items WHERE p = 101"), [("kept",)])
        self.session.execute(insert, (101, 1, None))
        self.assertEqual(self.rows("SELECT v FROM items WHERE p = 101"), [(None,)])

    def test_what_the_driver_learns_of_a_statement(self):
        statement = self.session.prepare("SELECT p, v FROM items WHERE p = ? AND c = ?")
        self.assertEqual([(c.keyspace_name, c.table_name, c.name, c.type.typename) for c in statement.column_metadata], [("ks", "items", "p", "int"), ("ks", "items", "c", "int")])
        self.assertEqual(statement.routing_key_indexes, [0])
        self.assertEqual([c[2] for c in statement.result_metadata], ["p", "v"])

    def test_columns_added_later_are_seen(self):
        self.session.execute("CREATE TABLE grows (k int PRIMARY KEY, a int)")
        self.session.execute("INSERT INTO grows (k, a) VALUES (1, 2)")
        select = self.session.prepare("SELECT * FROM grows WHERE k = ?")
        self.assertEqual(tuple(self.session.execute(select, (1,)).one()), (1, 2))
        self.session.execute("ALTER TABLE grows ADD b text")
        self.session.execute("UPDATE grows SET b = 'new' WHERE k = 1")
        self.assertEqual(tuple(self.session.execute(select, (1,)).one()), (1, 2, "new"))

    def test_tables_dropped_and_made_again_are_prepared_again(self):
        self.session.execute("CREATE TABLE comes (k int PRIMARY KEY, a int)")
        insert = self.session.prepare("INSERT INTO comes (k, a) VALUES (?, ?)")
        self.session.execute("DROP TABLE comes")
        with self.assertRaises(InvalidRequest):
            self.session.execute(insert, (1, 1))
        self.session.execute("CREATE TABLE comes (k int PRIMARY KEY, a int)")
        self.session.execute(insert, (1, 1))
        self.assertEqual(self.rows("SELECT * FROM comes"), [(1, 1)])

    def test_statements_that_were_evicted_are_prepared_again(self):
        first = self.session.prepare("SELECT v FROM ks.many WHERE p = ? AND c = 0")
        connection = self.cluster.control_connection._connection
        for begin in range(1, EVICTED, 200):
            connection.wait_for_responses(*[PrepareMessage("SELECT v FROM ks.many WHERE p = ? AND c = %d" % c) for c in range(begin, begin + 200)])
        self.assertEqual(self.session.execute(first, (0,)).one().v, "v0")

    def test_all_pages(self):
        for fetch_size in (7, 333, ROWS, 5000):
            read = list(self.session.execute(SimpleStatement("SELECT c FROM many", fetch_size=fetch_size)))
            self.assertEqual(sorted(row.c for row in read), list(range(ROWS)))

    def test_a_page_and_the_next_one_later(self):
        statement = self.session.prepare("SELECT c FROM many WHERE p = ?")
        statement.fetch_size = 40
        seen, state = [], None
        while True:
            page = self.session.execute(statement, (3,), paging_state=state)
            self.assertLessEqual(len(page.current_rows), 40)
            seen += [row.c for row in page.current_rows]
            state = page.paging_state
            if not state:
                break
        self.assertEqual(seen, list(range(3, ROWS, 7)))

    def test_a_paging_state_that_is_none(self):
        # The driver gives up its connection with a protocol error, so that it gets one of its own.
        session = self.connect("ks", **self.cluster_options)
        with self.assertRaises(ProtocolException):
            session.execute(SimpleStatement("SELECT c FROM many", fetch_size=10), paging_state=b"nonsense")

    def test_aggregates_and_limits_within_pages(self):
        self.assertEqual(self.rows(SimpleStatement("SELECT count(*) FROM many", fetch_size=13)), [(ROWS,)])
        self.assertEqual(len(self.rows(SimpleStatement("SELECT c FROM many LIMIT 100", fetch_size=13))), 100)
        self.assertEqual(len(self.rows(SimpleStatement("SELECT c FROM many PER PARTITION LIMIT 2", fetch_size=3))), 14)

    def test_batches(self):
        insert = self.session.prepare("INSERT INTO items (p, c, v) VALUES (?, ?, ?)")
        for number, kind in enumerate((BatchType.LOGGED, BatchType.UNLOGGED)):
            batch = BatchStatement(kind)
            batch.add(insert, (200 + number, 1, "bound"))
            batch.add("INSERT INTO items (p, c, v) VALUES (%s, 2, 'text')", (200 + number,))
            batch.add(SimpleStatement("UPDATE items SET s = 'static' WHERE p = %d" % (200 + number)))
            self.session.execute(batch)
            self.assertEqual(self.rows("SELECT c, v, s FROM items WHERE p = %s", [200 + number]), [(1, "bound", "static"), (2, "text", "static")])

    def test_counter_batches(self):
        batch = BatchStatement(BatchType.COUNTER)
        update = self.session.prepare("UPDATE counts SET n = n + ? WHERE k = ?")
        for _ in range(3):
            batch.add(update, (2, 1))
        self.session.execute(batch)
        self.assertEqual(self.rows("SELECT n FROM counts WHERE k = 1"), [(6,)])
        with self.assertRaises(InvalidRequest):
            logged = BatchStatement(BatchType.LOGGED)
            logged.add(update, (1, 1))
            self.session.execute(logged)

    def test_conditions(self):
        insert = self.session.prepare("INSERT INTO items (p, c, v) VALUES (?, ?, ?) IF NOT EXISTS")
        first = self.session.execute(insert, (300, 1, "one"))
        self.assertTrue(first.was_applied)
        second = self.session.execute(insert, (300, 1, "two"))
        self.assertFalse(second.was_applied)
        self.assertEqual(second.one().v, "one")
        update = SimpleStatement("UPDATE items SET v = 'three' WHERE p = 300 AND c = 1 IF v = 'one'", serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL)
        self.assertTrue(self.session.execute(update).was_applied)
        self.assertFalse(self.session.execute(update).was_applied)
        self.assertFalse(self.session.execute("DELETE FROM items WHERE p = 300 AND c = 9 IF EXISTS").was_applied)
        batch = BatchStatement()
        batch.add("UPDATE items SET v = 'four' WHERE p = 300 AND c = 1 IF v = 'three'")
        batch.add("INSERT INTO items (p, c, v) VALUES (300, 2, 'new')")
        self.assertTrue(self.session.execute(batch).was_applied)
        self.assertFalse(self.session.execute(batch).was_applied)
        self.assertEqual(self.rows("SELECT c, v FROM items WHERE p = 300"), [(1, "four"), (2, "new")])

    def test_timestamps_of_the_client_decide(self):
        insert = self.session.prepare("INSERT INTO items (p, c, v) VALUES (400, 1, ?) USING TIMESTAMP ? AND TTL ?")
        self.session.execute(insert, ("later", 2000, 1000))
        self.session.execute(insert, ("earlier", 1000, 1000))
        row = self.session.execute("SELECT v, writetime(v) AS w, ttl(v) AS t FROM items WHERE p = 400").one()
        self.assertEqual((row.v, row.w), ("later", 2000))
        self.assertTrue(900 < row.t <= 1000)

    def test_many_at_once(self):
        select = self.session.prepare("SELECT v FROM many WHERE p = ? AND c = ?")
        results = execute_concurrent(self.session, [(select, (i % 7, i)) for i in range(ROWS)], concurrency=200)
        self.assertEqual([result.one().v for success, result in results if success], ["v%d" % i for i in range(ROWS)])

    def test_the_same_in_json(self):
        self.session.execute("INSERT INTO items JSON '{\"p\": 500, \"c\": 1, \"v\": \"json\"}'")
        self.assertEqual(self.rows("SELECT JSON c, v FROM items WHERE p = 500"), [('{"c": 1, "v": "json"}',)])

    def test_a_keyspace_of_the_session(self):
        self.session.execute("CREATE KEYSPACE other WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        self.session.execute("CREATE TABLE other.items (k int PRIMARY KEY)")
        self.session.execute("INSERT INTO other.items (k) VALUES (42)")
        session = self.cluster.connect("other")
        self.assertEqual([tuple(r) for r in session.execute("SELECT * FROM items")], [(42,)])
        session.execute("USE ks")
        self.assertEqual(session.execute("SELECT count(*) FROM many").one()[0], ROWS)
        with self.assertRaises(InvalidRequest):
            session.set_keyspace("nowhere")

    def test_a_keyspace_of_a_query(self):
        if self.cluster.protocol_version < 5:
            self.skipTest("Keyspaces of requests came with version 5.")
        session = self.cluster.connect()
        statement = SimpleStatement("SELECT count(*) FROM many", keyspace="ks")
        self.assertEqual(session.execute(statement).one()[0], ROWS)
        prepared = session.prepare("SELECT count(*) FROM many", keyspace="ks")
        self.assertEqual(session.execute(prepared).one()[0], ROWS)

    def test_tracing_is_refused_politely(self):
        result = self.session.execute("SELECT count(*) FROM many", trace=True)
        self.assertEqual(result.one()[0], ROWS)
        self.assertIsNone(result.response_future._query_traces and result.get_query_trace())
        if self.cluster.protocol_version > 3:
            self.assertTrue(any("racing" in w for w in result.response_future.warnings))

    def test_custom_payload_does_no_harm(self):
        if self.cluster.protocol_version < 4:
            self.skipTest("Payloads came with version 4.")
        self.assertEqual(self.session.execute("SELECT count(*) FROM many", custom_payload={"key": b"value"}).one()[0], ROWS)

    def test_rows_as_dictionaries(self):
        profile = self.cluster.profile_manager.profiles[EXEC_PROFILE_DEFAULT]
        clone = self.session.execution_profile_clone_update(profile, row_factory=dict_factory)
        self.assertEqual(self.session.execute("SELECT c, v FROM many WHERE p = 0 LIMIT 1", execution_profile=clone).one(), {"c": 0, "v": "v0"})

    def test_functions(self):
        row = self.session.execute("SELECT now() AS n, cast(c AS text) AS t, token(p) AS k FROM many WHERE p = 0 AND c = 0").one()
        self.assertIsInstance(row.n, uuid.UUID)
        self.assertEqual((row.t, row.k), ("0", -3485513579396041028))


class StatementsOfVersion4(Statements):
    cluster_options = {"protocol_version": 4}


class StatementsOfVersion3(Statements):
    cluster_options = {"protocol_version": 3}


if __name__ == "__main__":
    unittest.main()
