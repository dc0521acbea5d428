"""Every type that the driver knows, through statements with values and without, in each version of the protocol."""

import datetime
import decimal
import ipaddress
import unittest
import uuid

from cassandra.util import Date, Duration, SortedSet, Time

from served import ServedTest

NAN = float("nan")
DAY = datetime.datetime(2024, 2, 29, 12, 30, 15, 123000)
VALUES = {
    "ascii": ["", "plain ~"],
    "bigint": [0, -1, 2**63 - 1, -(2**63)],
    "blob": [b"", b"\x00\xff" * 1000],
    "boolean": [True, False],
    "date": [Date(0), Date("2024-02-29"), Date(-719162)],
    "decimal": [decimal.Decimal("0"), decimal.Decimal("-12345678901234567890.000000001"), decimal.Decimal("1E+20")],
    "double": [0.0, -1.5, 1.7976931348623157e308, float("inf")],
    "duration": [Duration(0, 0, 0), Duration(1, 2, 3), Duration(-14, -3, -86400000000000)],
    "float": [0.0, -1.5, float("-inf")],
    "inet": [str(ipaddress.ip_address("127.0.0.1")), "2001:db8::1"],
    "int": [0, -1, 2**31 - 1, -(2**31)],
    "smallint": [0, 32767, -32768],
    "text": ["", "žluťoučký kůň 🐎", "x" * 70000],
    "time": [Time(0), Time(86399999999999)],
    "timestamp": [DAY, datetime.datetime(1970, 1, 1), datetime.datetime(1901, 1, 1)],
    "timeuuid": [uuid.uuid1()],
    "tinyint": [0, 127, -128],
    "uuid": [uuid.UUID(int=0), uuid.uuid4()],
    "varint": [0, -1, 2**200, -(2**63) - 1],
    "list<int>": [[1, 2, 1]],
    "set<text>": [SortedSet(["a", "b"])],
    "map<text, int>": [{"a": 1, "b": 2}],
    "frozen<list<frozen<map<int, frozen<set<text>>>>>>": [[{1: {"x"}, 2: set()}, {}]],
    "tuple<int, text, frozen<list<int>>>": [(1, "a", [3]), (None, "b", None)],
    "frozen<address>": [("Main St", 7, {"home": "+1"}), (None, None, None)],
    "list<frozen<tuple<int, frozen<address>>>>": [[(1, ("Side St", None, None))]],
}


class Types(ServedTest):
    """The newest version that both sides speak: 5."""

    version = 5
    cluster_options = {"protocol_version": 5}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session.execute("CREATE TYPE address (street text, number int, phones frozen<map<text, text>>)")

    def expect(self, stored, value):
        if isinstance(value, dict):
            stored = dict(stored)
        elif isinstance(value, (list, tuple)) and stored is not None:
            self.assertEqual(len(stored), len(value))
            for one, other in zip(stored, value):
                self.expect(one, other)
            return
        elif isinstance(value, set):
            stored = set(stored)
        self.assertEqual(stored, value)

    def test_values_come_back(self):
        self.assertEqual(self.cluster.protocol_version, self.version)
        columns = ", ".join("c%d %s" % (number, type_name) for number, type_name in enumerate(VALUES))
        self.session.execute("CREATE TABLE everything (k int PRIMARY KEY, %s)" % columns)
        for number, (type_name, values) in enumerate(VALUES.items()):
            with self.subTest(type_name):
                insert = self.session.prepare("INSERT INTO everything (k, c%d) VALUES (?, ?)" % number)
                select = self.session.prepare("SELECT c%d AS v FROM everything WHERE k = ?" % number)
                for key, value in enumerate([None, *values]):
                    self.session.execute(insert, (key, value))
                    self.expect(self.session.execute(select, (key,)).one().v, value)
                    self.expect(self.session.execute("SELECT c%d AS v FROM everything WHERE k = %%s" % number, (key,)).one().v, value)

    def test_text_as_the_driver_writes_literals(self):
        self.session.execute("CREATE TABLE literals (k int PRIMARY KEY, t text, b blob, u uuid, ts timestamp, m map<text, int>, l list<int>, s set<int>)")
        values = (1, "it's", b"\x01", uuid.uuid4(), DAY, {"a'": 1}, [1, 2], {3})
        self.session.execute("INSERT INTO literals (k, t, b, u, ts, m, l, s) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", values)
        row = self.session.execute("SELECT k, t, b, u, ts, m, l, s FROM literals").one()
        for stored, value in zip(row, values):
            self.expect(stored, value)

    def test_nan(self):
        self.session.execute("CREATE TABLE nans (k int PRIMARY KEY, f float, d double)")
        insert = self.session.prepare("INSERT INTO nans (k, f, d) VALUES (1, ?, ?)")
        self.session.execute(insert, (NAN, NAN))
        row = self.session.execute("SELECT f, d FROM nans").one()
        self.assertNotEqual(row.f, row.f)
        self.assertNotEqual(row.d, row.d)

    def test_counter(self):
        self.session.execute("CREATE TABLE counts (k text PRIMARY KEY, n counter)")
        update = self.session.prepare("UPDATE counts SET n = n + ? WHERE k = ?")
        for step in (5, -2, 1):
            self.session.execute(update, (step, "a"))
        self.assertEqual(self.session.execute("SELECT n FROM counts WHERE k = 'a'").one().n, 4)

    def test_user_type_as_a_class(self):
        class Address:
            def __init__(self, street, number, phones):
                self.street, self.number, self.phones = street, number, phones

        self.session.execute("CREATE TYPE home (street text, number int, phones frozen<map<text, text>>)")
        self.session.execute("CREATE TABLE people (name text PRIMARY KEY, home frozen<home>)")
        self.cluster.register_user_type("ks", "home", Address)
        insert = self.session.prepare("INSERT INTO people (name, home) VALUES (?, ?)")
        self.session.execute(insert, ("Ann", Address("Main St", 1, {"home": "+1"})))
        home = self.session.execute("SELECT home FROM people").one().home
        self.assertIsInstance(home, Address)
        self.assertEqual((home.street, home.number, dict(home.phones)), ("Main St", 1, {"home": "+1"}))

    def test_elements_of_collections_are_updated(self):
        self.session.execute("CREATE TABLE elements (k int PRIMARY KEY, l list<int>, m map<text, int>, s set<int>)")
        self.session.execute("INSERT INTO elements (k, l, m, s) VALUES (1, [1], {'a': 1}, {1})")
        self.session.execute(self.session.prepare("UPDATE elements SET l = l + ?, m[?] = ?, s = s - ? WHERE k = 1"), ([2, 3], "b", 2, {1}))
        row = self.session.execute("SELECT l, m, s FROM elements").one()
        self.assertEqual((row.l, dict(row.m), row.s), ([1, 2, 3], {"a": 1, "b": 2}, None))

    def test_vector_arrives_as_the_custom_type_that_it_is(self):
        self.session.execute("CREATE TABLE vectors (k int PRIMARY KEY, v vector<float, 3>)")
        self.session.execute("INSERT INTO vectors (k, v) VALUES (1, [1, 2, 0.5])")
        stored = self.session.execute("SELECT v FROM vectors").one().v

        # Version 3.25 has no vectors: it hands on the bytes.
        if isinstance(stored, bytes):
            self.assertEqual(stored.hex(), "3f800000400000003f000000")
        else:
            self.assertEqual(list(stored), [1, 2, 0.5])


class TypesOfVersion4(Types):
    version = 4
    cluster_options = {"protocol_version": 4}


class TypesOfVersion3(Types):
    version = 3
    cluster_options = {"protocol_version": 3}


if __name__ == "__main__":
    unittest.main()
